"""Names and texts, put together by chance. They read like proposals from afar; nobody has to believe them up close."""

from __future__ import annotations

from random import Random

FIRST = (
    "Amara Andrei Anika Aylin Benedikt Bianca Carlos Chidi Chiara Dalia Daniel Deepa Elif Emeka Esra Fatima Felix Grace "
    "Hana Hugo Ines Irina Ivan Jamila Jonas Jorge Kavya Keiko Lars Leila Lina Lucia Mai Marek Mateo Mei Mina Nadia Naomi "
    "Nikos Olu Omar Paula Pedro Priya Rafael Rania Rosa Samir Sara Selin Sofia Tariq Teresa Thomas Tove Uma Viktor Wanjiru "
    "Xin Yara Yusuf Zeynep Zofia"
).split()
LAST = (
    "Abebe Aguilar Ahmed Andersson Banerjee Becker Bianchi Castro Chen Costa Danso Diallo Dubois Eriksen Fernandes Fischer "
    "Garcia Gupta Haddad Hoang Ibrahim Ivanova Jansen Kamau Keller Khan Kim Kowalski Larsen Lopez Mbeki Mensah Moreau "
    "Moreno Nakamura Ndiaye Novak Nowak Okafor Oliveira Osei Park Patel Pereira Petrov Rahman Rossi Santos Sato Schmidt "
    "Silva Singh Suzuki Tanaka Torres Tran Vargas Weber Yilmaz Zhang"
).split()
WHERE = (
    "Accra Bogota Chennai Dhaka Durban Essen Fortaleza Hanoi Istanbul Jakarta Kampala Lagos Lima Lisbon Manila Medellin "
    "Nairobi Odense Porto Quito Rotterdam Seville Surabaya Tampere Utrecht Valencia Vilnius"
).split()
WHAT = (
    "cool roofs", "bus lanes", "rain gardens", "repair workshops", "heat pumps for blocks of flats", "mangrove nurseries",
    "night trains", "food waste kitchens", "solar water pumps", "shade trees", "cargo bikes for markets", "peat rewetting",
    "school canteens without waste", "shared cold rooms", "building passports", "clean cookstoves", "low-till fields",
    "neighbourhood batteries", "timber from old houses", "methane maps",
)  # fmt: skip
WHO = (
    "a youth cooperative", "the ward council", "two universities", "the parents of six schools", "a housing association",
    "the market women's union", "a group of retired engineers", "the city's water company", "three farms", "a repair café",
)  # fmt: skip
DOES = ("builds", "measures", "pays for", "looks after", "trains people for", "maps", "tests", "rents out", "repairs")
WHEN = (
    "before the hot season", "within two years", "street by street", "from the first month", "as soon as the permit is there",
    "with the next budget", "in three winters", "once the pilot has shown numbers",
)  # fmt: skip
NUMBERS = (
    "We count on {n} households and will say openly where we were wrong.",
    "In published trials the effect was between {n} and {m} per cent; we measure it again.",
    "The first step costs {n},000 euros, of which a third is promised.",
    "{n} people have said that they will help, {m} of them every week.",
    "Each of the {n} places gets a plan of its own, written with those who live there.",
)
TALK = (
    "How does this work for people who rent?", "We tried something like it in {where}; write to us.",
    "The numbers for the second year look high to me.", "Thank you, this is clear and honest.",
    "What happens when {who} cannot go on?", "I would help with this in {where}.",
    "Could {what} be part of it as well?", "Good question. We will measure it {when}.",
)  # fmt: skip


def name(chance: Random) -> str:
    return f"{chance.choice(FIRST)} {chance.choice(LAST)}"


def _fill(chance: Random, text: str) -> str:
    low = chance.randint(2, 60)
    return text.format(
        what=chance.choice(WHAT), who=chance.choice(WHO), does=chance.choice(DOES), where=chance.choice(WHERE),
        when=chance.choice(WHEN), n=low, m=low + chance.randint(1, 30),
    )  # fmt: skip


def title(chance: Random) -> str:
    return _fill(chance, chance.choice(("{what} for {where}", "{where} {does} {what}", "More {what} in {where}"))).capitalize()


def pitch(chance: Random) -> str:
    return _fill(chance, "In {where} {who} {does} {what} {when}.")


def remark(chance: Random) -> str:
    return " ".join(_fill(chance, line) for line in chance.sample(TALK, chance.randint(1, 3)))


def essay(chance: Random, *, sentences: int) -> str:
    """Safe HTML of paragraphs of four sentences."""
    lines = [
        _fill(chance, chance.choice(NUMBERS) if n % 3 == 2 else "In {where} {who} {does} {what} {when}.")
        for n in range(sentences)
    ]
    return "".join(f"<p>{' '.join(lines[n : n + 4])}</p>" for n in range(0, sentences, 4))
