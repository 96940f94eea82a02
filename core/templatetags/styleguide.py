"""Sample data for /styleguide/, so that the page needs nothing from the database."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from django import forms, template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify

from core import clock
from core.colours import NAMED_HUES, STEPS, contrast, ramp

register = template.Library()

PARTS = {
    1: "Site header", 2: "Skip links", 3: "Action bar", 4: "Phase line", 5: "Deadline", 6: "Button", 7: "Link", 8: "Chip",
    9: "Contest card", 10: "Proposal card", 11: "Person and team", 12: "Tabs", 13: "Filter panel", 14: "Sort and view switch",
    15: "Pager", 16: "Search box", 17: "Text field", 18: "Rich text", 19: "Save status", 20: "Section checklist",
    21: "Error summary", 22: "Upload", 23: "Date and time", 24: "Rubric row", 25: "Score and distribution", 26: "Ballot item",
    27: "Ballot meter", 28: "Receipt", 29: "Comment", 30: "Differences", 31: "Data table", 32: "Dialog, sheet, toast, notice",
    33: "Empty place", 34: "Chart figure",
}  # fmt: skip


@register.simple_tag
def guide_parts() -> list[dict]:
    """The components by number, for the navigation."""
    return [{"number": number, "name": name, "slug": slugify(name)} for number, name in PARTS.items()]


@register.simple_block_tag
def specimen(content: str, number: int, what: str = "") -> str:
    """One component on the page: its number, name, what it is for, and its states."""
    name = PARTS[number]
    props = {"number": number, "name": name, "slug": slugify(name), "what": what, "content": content}
    return render_to_string("styleguide/specimen.html", props)


@register.simple_tag
def state(name: str) -> SafeString:
    """The label over one state of a component."""
    return format_html('<p class="guide__state">{}</p>', name)


@register.simple_tag
def sample_ramps() -> list[dict]:
    """The four ready ramps with their steps and the contrast that matters."""
    return [
        {
            "name": name.title(),
            "slug": name,
            "hue": hue,
            "link": f"{contrast(ramp(hue)[600], '#F7F9F8'):.2f}",
            "button": f"{contrast('#FFFFFF', ramp(hue)[600]):.2f}",
            "steps": [{"step": step, "colour": ramp(hue)[step]} for step in STEPS],
        }
        for name, hue in NAMED_HUES.items()
    ]


@register.simple_tag
def sample_reader(role: str) -> SimpleNamespace:
    """Somebody who looks at the header: guest, member, judge or organiser."""
    user = SimpleNamespace(is_authenticated=role != "guest")
    nav = SimpleNamespace(judge=role == "judge", manage=role == "organiser", unread=3 if role in ("member", "judge") else 0)
    return SimpleNamespace(user=user, nav=nav)


_KINDS = (
    ("Ideas", "submission"),
    ("First review", "judging"),
    ("Revise", "revision"),
    ("Vote", "voting"),
    ("Results", "results"),
)


@register.simple_tag
def sample_now() -> datetime:
    """The style guide's present: this minute, because scripts tick from the reader's own clock."""
    return clock.shown().replace(second=0, microsecond=0)


@register.simple_tag
def sample_time(days: float = 0) -> datetime:
    """An instant so many days after the present."""
    return sample_now() + timedelta(days=days)


@register.simple_tag
def sample_stations(here: int = 0, waiting: bool = False) -> list[dict]:
    """Five phases of which number `here` (from 0) is now, or waits for decisions."""
    stations = []
    for index, (name, kind) in enumerate(_KINDS):
        opens = sample_now() + timedelta(days=21 * (index - here) - 14, hours=6.5)
        state = "past" if index < here else "next" if index > here else "waiting" if waiting else "now"
        closes = None if index == len(_KINDS) - 1 else opens + timedelta(days=20.75)
        stations.append({"name": name, "kind": kind, "state": state, "opens_at": opens, "closes_at": closes})
    return stations


@register.simple_tag
def sample_open_end() -> list[dict]:
    """Phases of which the later ones have no date yet."""
    dated, unknown = sample_stations(1)[:2], sample_stations(1)[2:]
    return dated + [{**station, "opens_at": None, "closes_at": None} for station in unknown]


@register.simple_tag
def sample_points() -> list[dict]:
    """A five-point scale with a sentence for every point."""
    sentences = (
        "No change to the problem can be expected.",
        "Some change, but the way to it is not shown.",
        "Plausible; the main risks are named.",
        "Likely, with evidence from a comparable place.",
        "Almost certain, with numbers and a tested prototype.",
    )
    return [{"value": number, "label": text} for number, text in enumerate(sentences, start=1)]


@register.simple_tag
def sample_rows() -> list[tuple]:
    """Votes for seven finalists."""
    names = (
        "Rain gardens on Dluga street",
        "Shade for the tram stop",
        "A library of tools",
        "Night bus to the river",
        "Benches with backs",
        "Swift boxes",
        "Repair café",
    )
    votes = (744, 705, 489, 203, 112, 54, 25)
    return [(name, count, "", place == 0) for place, (name, count) in enumerate(zip(names, votes, strict=True))]


@register.simple_tag
def sample_names(count: int = 2) -> list[str]:
    """So many members of a team."""
    return ["Ana Sousa Rivera", "Rahim Uddin", "李 明", "Zoë O’Neill", "Marek Nowak", "Iga Wrona", "Tomás Vidal"][:count]


@register.simple_tag
def sample_scores() -> list[tuple]:
    """What judges gave: agreed, divided, and by one judge only."""
    return [
        ("Rain gardens on Dluga street", (4, 4, 5, 4, 5)),
        ("Shade for the tram stop", (2, 5, 5, 3, 4)),
        ("A library of tools", (3, 3, 4, 3)),
        ("Night bus to the river", (4,)),
    ]


@register.simple_tag
def sample_curve() -> list[tuple]:
    """Proposals handed in, day by day: most of them on the last."""
    sums = (0, 2, 3, 3, 5, 8, 9, 12, 12, 15, 19, 21, 24, 28, 33, 41, 52, 80, 80)
    return [((sample_now() - timedelta(days=len(sums) - n)).strftime("%-d %b"), total) for n, total in enumerate(sums)]


@register.simple_tag
def sample_texts() -> SimpleNamespace:
    """A paragraph before and after its revision."""
    old = (
        "Sixteen parking places on Dluga street become planted beds.\n\nThe beds hold a cloudburst of 30 mm. Residents water "
        "them in the first two summers.\n\nThe budget is € 84,000."
    )
    new = (
        "Sixteen parking places on Dluga street become planted beds with benches.\n\nThe beds hold a cloudburst of 45 mm, as "
        "measured in June. The district waters them in the first two summers.\n\nThe budget is € 91,000, of which € 12,000 "
        "are promised.\n\nTwo places stay for deliveries."
    )
    return SimpleNamespace(old=old, new=new)


_ROWS, _SIDES = ("Top", "Middle", "Bottom"), ("start", "centre", "end")


class SamplePicture(forms.Form):
    """The fields of a picture."""

    cover = forms.ImageField(label="Cover picture", help_text="A photograph of the place, at least 1200 pixels wide.")
    cover_alt = forms.CharField(
        label="In words", help_text="What would someone miss if they could not see this?", max_length=200, required=False
    )
    focus = forms.ChoiceField(
        label="What must stay in sight?",
        choices=[(f"{row} {side}".lower(), f"{row} {side}") for row in _ROWS for side in _SIDES],
        widget=forms.RadioSelect,
        initial="middle centre",
        required=False,
    )


@register.simple_tag
def sample_picture(prefix: str) -> SamplePicture:
    """The picture's form; every state of the component needs ids of its own."""
    return SamplePicture(
        prefix=prefix, initial={"focus": "middle centre", "cover_alt": "A street with sixteen parked cars in full sun."}
    )


class SampleCounts(forms.Form):
    """Three texts: far from the limit, near it, and over it."""

    under = forms.CharField(label="Under", widget=forms.Textarea(attrs={"data-words-max": "20", "rows": 3}))
    near = forms.CharField(label="Near", widget=forms.Textarea(attrs={"data-words-max": "20", "rows": 3}))
    over = forms.CharField(label="Over", widget=forms.Textarea(attrs={"data-words-max": "20", "rows": 3}))
    kept = forms.CharField(label="Read only", widget=forms.TextInput(attrs={"readonly": True}))
    shut = forms.CharField(label="Disabled", disabled=True, help_text="The contest sets this.")


@register.simple_tag
def sample_counts() -> SampleCounts:
    """The three texts, filled in."""
    words = "One street of cool roofs, painted by the tenants themselves in a single weekend, with paint that the city pays for"
    texts = {"under": "White paint on 200 roofs.", "near": " ".join(words.split()[:19]), "over": words + " and checks."}
    return SampleCounts(prefix="count", initial={**texts, "kept": "Dhaka, ward 14", "shut": "Heat"})


class SampleForm(forms.Form):
    """One field of each kind, some wrong."""

    title = forms.CharField(label="Title", max_length=80, help_text="What you want to do, in one line.")
    pitch = forms.CharField(
        label="Pitch",
        help_text="Two sentences for somebody who has never heard of it.",
        widget=forms.Textarea(attrs={"data-words-max": "60", "rows": 4}),
    )
    email = forms.EmailField(label="E-mail", widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    topic = forms.ChoiceField(label="Topic", choices=[("heat", "Heat"), ("water", "Water")], required=False)
    place = forms.ChoiceField(
        label="Where would it happen?",
        choices=[("street", "In one street"), ("city", "In the whole city")],
        widget=forms.RadioSelect,
        help_text="Choose the smallest that fits.",
    )
    helps = forms.MultipleChoiceField(
        label="What you still need",
        choices=[("money", "Money"), ("time", "Time"), ("skill", "A skill")],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    rules = forms.BooleanField(label="I have read the rules", help_text="They say who owns what you write: you do.")


@register.simple_tag
def sample_form(wrong: bool = False) -> SampleForm:
    """The sample form, empty or filled in badly."""
    if not wrong:
        return SampleForm(prefix="good", initial={"title": "Cool roofs for Dhaka"})
    return SampleForm({"bad-title": "", "bad-pitch": "White paint on 200 roofs.", "bad-email": "ana"}, prefix="bad")


@register.simple_tag
def sample_steps() -> list[tuple[str, str]]:
    """The steps of handing in."""
    return [("Write", "#phase-line"), ("Look it over", ""), ("Submit", "")]


@register.simple_tag
def sample_filters() -> list[tuple[str, str]]:
    """Filters that are on, each with the address without it."""
    return [("Topic: heat", "#filter-panel"), ("Words: roof", "#filter-panel")]


@register.simple_tag
def sample_words() -> list[str]:
    """What a search may suggest."""
    return ["cool roof", "cool paint", "courtyard", "rain garden"]


@register.filter
def sample_split(words: str) -> list[str]:
    """Words between commas as a list."""
    return words.split(",")
