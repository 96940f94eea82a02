"""The letter to the authors: the same words in the preview, on the feedback page and in the mail."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Avg
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from judging.models import Decision, Mark, Review
from proposals.models import Entry

ADVANCES = "advances"
_CLOSING = gettext_lazy("Thank you for the work you have put into this.")


@dataclass(frozen=True)
class Letter:
    """A decision in words. Judges are numbered, never named."""

    entry: Entry
    outcome: str
    """`advances` or `stays`."""
    greeting: str
    sentence: str
    own_words: str
    feedback: tuple[tuple[str, str], ...]
    """(heading such as "Judge 1", text)."""
    closing: str | Promise
    criteria: tuple[tuple[str, float, int], ...] = ()
    """(name, mean points of the judges, most points of the scale); only with feedback."""

    def as_text(self) -> str:
        """The whole letter as plain text, paragraphs parted by an empty line."""
        parts = [self.greeting, self.sentence, self.own_words]
        if self.feedback:
            parts.append(_("What the judges wrote:"))
        parts += [f"{heading}\n{text}" for heading, text in self.feedback]
        return "\n\n".join(part for part in [*parts, str(self.closing)] if part)


def feedback_of(entry: Entry) -> tuple[tuple[str, str], ...]:
    """Each judge's words to the authors, unsigned: ("Judge 1", text). Only reviews that count."""
    reviews = Review.objects.done().filter(assignment__entry=entry).order_by("pk")
    texts = reviews.values_list("feedback", flat=True)
    return tuple((_("Judge %(n)d") % {"n": number}, text) for number, text in enumerate(texts, start=1))


def letter_for(entry: Entry, *, outcome: str = "") -> Letter:
    """The letter about this entry: as decided, or as it would read with another `outcome`.

    Whoever calls this before the release is responsible for who sees it (VIEW_REVIEWS). Raises ValueError when
    nothing is decided and no outcome is given.
    """
    decision = Decision.objects.filter(entry=entry).first()
    outcome = outcome or (decision.outcome if decision else "")
    if not outcome:
        raise ValueError("There is no decision to write about.")
    return Letter(
        entry=entry,
        outcome=outcome,
        greeting=_greeting(entry),
        sentence=_sentence(entry, outcome),
        own_words=decision.letter if decision else "",
        feedback=feedback_of(entry),
        closing=_CLOSING,
        criteria=_criteria(entry),
    )


def _criteria(entry: Entry) -> tuple[tuple[str, float, int], ...]:
    # The reviews first, by themselves: nested, a database that has not counted its rows yet plans this badly.
    reviews = list(Review.objects.done().filter(assignment__entry=entry).values_list("pk", flat=True))
    means = dict(Mark.objects.filter(review__in=reviews).values_list("criterion").annotate(mean=Avg("points")))
    criteria = entry.phase.criteria.all()
    return tuple((c.name, float(means[c.pk]), len(c.anchors)) for c in criteria if c.pk in means)


def preview_of(entry: Entry, feedback: str) -> Letter:
    """The letter as a judge may see it before the release: with their own words only, and no outcome."""
    return Letter(
        entry=entry,
        outcome="",
        greeting=_greeting(entry),
        sentence=_("(Here stands what the organiser decides.)"),
        own_words="",
        feedback=((_("Judge"), feedback),) if feedback else (),
        closing=_CLOSING,
    )


def letters_of(proposal_id: int) -> list[Letter]:
    """Every released letter about a proposal, the newest first."""
    entries = Entry.objects.filter(proposal=proposal_id, decision__released_at__isnull=False)
    rows = entries.select_related("proposal__contest", "phase", "revision").order_by("-decision__released_at", "-pk")
    return [letter_for(entry) for entry in rows]


def _greeting(entry: Entry) -> str:
    names = [str(member.user) for member in entry.proposal.team.select_related("user")]
    if not names:
        return _("Dear authors,")
    return _("Dear %(names)s,") % {"names": ", ".join(names)}


def _sentence(entry: Entry, outcome: str) -> str:
    words = {"title": entry.revision.title, "contest": entry.proposal.contest.title, "phase": entry.phase.name}
    if outcome == ADVANCES:
        return _("Good news: “%(title)s” goes on after “%(phase)s” in %(contest)s.") % words
    return (
        _("“%(title)s” does not go on after “%(phase)s” in %(contest)s. It stays readable at its address.") % words
    )
