"""Writing: every save carries the version it was based on, so nobody's words are overwritten in silence."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
from datetime import datetime
from typing import Any, BinaryIO

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils.translation import gettext as _

from contests.models import Contest
from core import clock, facts
from core.addresses import in_link
from core.database import Lock, Stale, hold, write
from core.html import clean_html, clean_line
from core.images import reencode
from core.models import Fact
from core.permissions import require
from proposals.models import Proposal, Revision, TeamMember
from proposals.roles import TeamRole
from proposals.rules import Permission
from proposals.transitions import Status

log = logging.getLogger(__name__)
LONGEST_ANSWER = 60_000  # characters of HTML per section: far above any word limit, far below a denial of service


def start(
    *, by: Any, contest: Contest, title: str, pitch: str = "", answers: dict[str, str] | None = None,
    topic: str = "", once: str = "",
) -> Proposal:  # fmt: skip
    """Begin a draft, owned by `by`. Raises Refused (phase, role), ValidationError (shape of the texts).

    `once` names the attempt: the same attempt with the same texts, sent twice or at the same time, begins one draft.
    """
    key = _key(once, contest.pk, title, pitch, answers, topic) if once else ""
    with write():
        if key:
            hold(Lock.PROPOSAL, int(key[:7], 16))
            begun = _begun(by, key)
            if begun is not None:
                return begun
        now = clock.now()
        require(Permission.CREATE_PROPOSAL, by, contest, at=now)
        proposal = Proposal.objects.create(
            contest=contest,
            title=_title(title),
            slug=slug_of(title),
            pitch=_pitch(pitch),
            topic=clean_line(topic)[:60],
            answers=clean_answers(contest, answers or {}),
            created_by=by,
            created_at=now,
            updated_at=now,
        )
        TeamMember.objects.create(proposal=proposal, user=by, role=TeamRole.OWNER, since=now)
        facts.record("proposal.started", by=by, on=proposal, contest=contest.pk, data={"once": key} if key else {}, quiet=True)
    return proposal


def _key(*parts: Any) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _begun(by: Any, key: str) -> Proposal | None:
    """The proposal that this person began with this attempt, if there is one."""
    begun = Fact.objects.filter(verb="proposal.started", actor_id=by.pk, data__once=key)
    return Proposal.objects.filter(pk__in=begun.values("subject_id")).first()


def save_draft(
    *, by: Any, proposal: Proposal, version: int, title: str | None = None, pitch: str | None = None,
    answers: dict[str, str] | None = None, topic: str | None = None,
) -> Proposal:  # fmt: skip
    """Save the working copy; sections not named keep their text.

    Raises Stale (carrying the proposal as it is stored) when somebody saved since `version`; Refused; ValidationError.
    """
    with write():
        stored = Proposal.objects.select_for_update(of=("self",)).select_related("contest").get(pk=proposal.pk)
        now = clock.now()
        require(Permission.EDIT_PROPOSAL, by, stored, at=now)
        if stored.version != version:
            raise Stale(stored)
        if title is not None:
            stored.title = _title(title)
            if stored.submitted_revision_id is None:  # later the address would tell the title nobody may read yet
                stored.slug = slug_of(title)
        if pitch is not None:
            stored.pitch = _pitch(pitch)
        if topic is not None:
            stored.topic = clean_line(topic)[:60]
        if answers is not None:
            stored.answers = {**stored.answers, **clean_answers(stored.contest, answers)}
        stored.version += 1
        stored.updated_at = now
        stored.has_unsubmitted_changes = _differs(stored, stored.submitted_revision)
        stored.save()
        facts.record("proposal.saved", by=by, on=stored, contest=stored.contest_id, data={"version": stored.version}, quiet=True)
    return stored


def _differs(proposal: Proposal, revision: Revision | None) -> bool:
    """Whether the working copy says something else than the revision that counts."""
    if revision is None:
        return False
    return (proposal.title, proposal.pitch, proposal.answers) != (revision.title, revision.pitch, revision.answers)


def _title(value: str) -> str:
    title = clean_line(value)
    if not title:
        raise ValidationError({"title": _("Give your proposal a title.")})
    if len(title) > 120:
        raise ValidationError({"title": _("Keep the title within 120 characters.")})
    return title


def _pitch(value: str) -> str:
    pitch = clean_line(value)
    if len(pitch) > 300:
        raise ValidationError({"pitch": _("Keep the pitch within 300 characters.")})
    return pitch


def slug_of(title: str) -> str:
    return in_link(title)[:60].strip("-")


def clean_answers(contest: Contest, answers: dict[str, str]) -> dict[str, str]:
    """Safe HTML by section key. Raises ValidationError for unknown sections and texts far over any limit."""
    sections = {section.key for section in contest.sections.all()}
    problems: dict[str, str] = {}
    for key, text in answers.items():
        if key not in sections:
            problems[key] = _("This contest has no section of this name.")
        elif not isinstance(text, str):
            problems[key] = _("Send text here.")
        elif len(text) > LONGEST_ANSWER:
            problems[key] = _("This text is too long to be kept. Shorten it to 60,000 characters.")
    if problems:
        raise ValidationError(problems)
    return {key: clean_html(text) for key, text in answers.items()}


def set_cover(*, by: Any, proposal: Proposal, picture: BinaryIO | None, alt: str) -> Proposal:
    """Give the proposal a picture, written anew as WebP; without one, describe the picture it has anew.

    Raises ValidationError for what is not a picture or has no words with it; Refused.
    """
    try:
        data = None if picture is None else reencode(picture, longest=1600)
    except ValidationError as error:
        raise ValidationError({"cover": error.messages}) from error
    if not clean_line(alt):
        raise ValidationError({"cover_alt": _("Say in words what the picture shows.")})
    name = proposal.cover
    if data is not None:
        name = _store(data)
    with write():
        stored = Proposal.objects.select_for_update(of=("self",)).select_related("contest").get(pk=proposal.pk)
        require(Permission.EDIT_PROPOSAL, by, stored, at=clock.now())
        stored.cover, stored.cover_alt = name, clean_line(alt)[:200]
        stored.version += 1
        stored.save(update_fields=["cover", "cover_alt", "version"])
        facts.record("proposal.cover_set", by=by, on=stored, contest=stored.contest_id)
    return stored


def _store(data: bytes) -> str:
    try:
        return default_storage.save(f"covers/{secrets.token_hex(16)}.webp", ContentFile(data))
    except OSError as error:  # the disk is full, the bucket is away: nothing has been written yet
        log.exception("a cover could not be stored")
        raise ValidationError(
            {"cover": _("Pictures cannot be stored just now. Your texts are safe: try again in a few minutes.")}
        ) from error


def import_proposal(
    *, by: Any, contest: Contest, title: str, pitch: str, answers: dict[str, str], credited_to: str
) -> Proposal:
    """Take over a proposal from elsewhere as a submitted one, credited by name. The importer owns it.

    Raises Refused, ValidationError. Word limits are not asked: the text was written under other rules.
    """
    with write():
        proposal = start(by=by, contest=contest, title=title, pitch=pitch, answers=answers)
        hold(Lock.PROPOSAL, proposal.pk)
        now = clock.now()
        require(Permission.SUBMIT_PROPOSAL, by, proposal, at=now)
        proposal.credited_to = clean_line(credited_to)[:120]
        revision = snapshot(proposal, by=by, reason=Revision.Reason.SUBMITTED, at=now)
        proposal.status, proposal.submitted_revision, proposal.submitted_at = Status.SUBMITTED, revision, now
        proposal.save()
        facts.record("proposal.imported", by=by, on=proposal, contest=contest.pk)
    return proposal


def snapshot(proposal: Proposal, *, by: Any, reason: str, at: datetime, rules: Any = None) -> Revision:
    """Append a revision of the working copy. The caller holds the proposal's row and asked for the right at `at`."""
    last = proposal.revisions.values_list("number", flat=True).first() or 0
    return Revision.objects.create(
        proposal=proposal,
        number=last + 1,
        title=proposal.title,
        pitch=proposal.pitch,
        answers=proposal.answers,
        reason=reason,
        rules=rules,
        by=by,
        at=at,
    )
