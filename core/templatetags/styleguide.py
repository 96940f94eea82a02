"""Sample data for /styleguide/, so that the page needs nothing from the database."""

from datetime import UTC, datetime, timedelta

from django import forms, template

register = template.Library()

TODAY = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
_KINDS = (
    ("Ideas", "submission"),
    ("First review", "judging"),
    ("Revise", "revision"),
    ("Vote", "voting"),
    ("Results", "results"),
)


@register.simple_tag
def sample_now() -> datetime:
    """The style guide's fixed present."""
    return TODAY


@register.simple_tag
def sample_time(days: float = 0) -> datetime:
    """An instant so many days after the fixed present."""
    return TODAY + timedelta(days=days)


@register.simple_tag
def sample_stations(here: int = 0, waiting: bool = False) -> list[dict]:
    """Five phases of which number `here` (from 0) is now, or waits for decisions."""
    stations = []
    for index, (name, kind) in enumerate(_KINDS):
        opens = TODAY + timedelta(days=21 * (index - here) - 14, hours=6.5)
        state = "past" if index < here else "next" if index > here else "waiting" if waiting else "now"
        closes = None if index == len(_KINDS) - 1 else opens + timedelta(days=20.75)
        stations.append({"name": name, "kind": kind, "state": state, "opens_at": opens, "closes_at": closes})
    return stations


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
