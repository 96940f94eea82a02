"""manage.py import_proposals CONTEST FILE [--comments FILE] [--dry-run] [--skip-bad] [--by EMAIL]"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from accounts.models import User
from community.actions import import_comments
from console.management.importing.discussion import Remark, thread, understand
from console.management.importing.files import Row, Table, Unreadable, read
from contests.models import Contest
from core.database import write
from core.permissions import Refused
from proposals.actions import import_proposal
from proposals.models import Proposal

HELP = """\
Take over proposals, and the comments on them, that were written elsewhere. Nothing is written if one row is bad.

FILE is CSV (with a header, UTF-8) or JSON: a list of objects, or an object with the lists "proposals" and "comments".

columns of proposals
  title                  needed, at most 120 characters
  pitch or summary       at most 300 characters
  text                   the body; without one the summary is used, with a warning
  KEY                    the text of the section with that key in the contest's form
  id                     what comments call the proposal
  author or userId       who is credited by name

columns of comments
  proposalId or proposal needed: the id of a proposal in FILE
  at, or date and time   needed; without a zone it is the contest's clock
  text                   at most 5,000 characters; without one "[empty]" is shown, with a warning
  id, parentId or parent who replies to what; -1 or nothing is a comment of its own.
                         A parent that is not there becomes a removed comment, with a warning
  author or userId       who is credited by name
"""


class Command(BaseCommand):
    help = HELP

    def create_parser(self, *args: Any, **kwargs: Any) -> CommandParser:
        return super().create_parser(*args, formatter_class=argparse.RawDescriptionHelpFormatter, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("contest", help="the slug of a published contest that takes proposals now")
        parser.add_argument("file", help="proposals, CSV or JSON")
        parser.add_argument("--comments", help="comments on them, CSV or JSON")
        parser.add_argument("--dry-run", action="store_true", help="print every bad row and warning, write nothing")
        parser.add_argument("--skip-bad", action="store_true", help="import the rows that are good")
        parser.add_argument("--by", metavar="EMAIL", help="who imports (default: who made the contest)")

    def handle(self, *, contest: str, file: str, comments: str | None, by: str | None, **options: Any) -> None:
        target = Contest.objects.filter(slug=contest).first()
        if target is None:
            raise CommandError(f"There is no contest “{contest}”.")
        importer = User.objects.with_address(by).first() if by else target.created_by
        if importer is None:
            raise CommandError(f"There is no account for {by}.")
        try:
            proposals = read(Path(file), "proposals") or Table(file, set())
            talk = read(Path(comments or file), "comments", alone=bool(comments))
            work = Import(target, importer, proposals, talk)
            work.run(keep=not options["dry_run"], skip_bad=options["skip_bad"])
        except Unreadable as error:
            raise CommandError(str(error)) from None
        except Refused as refused:
            raise CommandError(f"{importer} cannot import into “{contest}”: {refused.refusal.reason}") from None
        self._report(work, **options)

    def _report(self, work: Import, *, dry_run: bool, skip_bad: bool, verbosity: int, **_: Any) -> None:
        for row, reason in work.bad:
            self.stdout.write(f"{row.file} {row.place}: error: {reason}")
        if dry_run or verbosity > 1:
            for row, reason in work.warnings:
                self.stdout.write(f"{row.file} {row.place}: warning: {reason}")
        done = "would be imported" if dry_run else "imported"
        summary = f"{work.proposals} proposals and {work.comments} comments {done}; "
        summary += f"{len(work.bad)} bad rows, {len(work.warnings)} warnings"
        if work.kinds:
            summary += " (" + ", ".join(f"{count} {kind}" for kind, count in work.kinds.items()) + ")"
        if work.bad and not skip_bad:
            mend = "Mend the bad rows, or add --skip-bad to import the others."
            if not dry_run:
                raise CommandError(f"Nothing was imported: {len(work.bad)} bad rows. {mend}")
            summary += f". {mend}"
        if verbosity:
            self.stdout.write(summary)


class Import:
    """One run: all of it in one transaction, taken back when it is a rehearsal or when a row is bad."""

    def __init__(self, contest: Contest, by: User, proposals: Table, comments: Table | None) -> None:
        self.contest, self.by = contest, by
        self._proposals, self._comments = proposals, comments
        self.sections = list(contest.sections.filter(retired_at=None).values_list("key", flat=True))
        self.bad: list[tuple[Row, str]] = []
        self.warnings: list[tuple[Row, str]] = []
        self.kinds: Counter[str] = Counter()
        self.proposals = self.comments = 0
        _need(proposals, {"title"}, {"text", "summary", "pitch", *self.sections})
        if comments is not None:
            _need(comments, {"text"}, {"proposalId", "proposal"}, {"at", "created_at", "date"})

    def run(self, *, keep: bool, skip_bad: bool) -> None:
        with write():
            made: dict[str, Proposal] = {}
            known = set(Proposal.objects.filter(contest=self.contest).values_list("title", "credited_to"))
            for row in self._proposals.rows:
                self._proposal(row, made, known)
            if self._comments is not None:
                self._discussions(made)
            if not keep or (self.bad and not skip_bad):
                transaction.set_rollback(True)

    def _reject(self, row: Row, reason: str) -> None:
        self.bad.append((row, reason))

    def _warn(self, kind: str, row: Row, reason: str) -> None:
        self.warnings.append((row, reason))
        self.kinds[kind] += 1

    def _proposal(self, row: Row, made: dict[str, Proposal], known: set[tuple[str, str]]) -> None:
        own, pitch = row.first("id"), row.first("pitch", "summary")
        answers = {key: row.cells[key] for key in self.sections if row.cells.get(key, "").strip()}
        body = answers.pop("text", "") or row.first("text")
        if row.fault:
            return self._reject(row, row.fault)
        if own and own in made:
            return self._reject(row, f"id {own} is there already")
        if (row.first("title"), row.first("author", "userId")) in known:
            return self._reject(row, "a proposal of this title and author is in the contest already")
        if not body and not answers:
            self._warn("proposals without a body", row, "has no body; its summary is used")
        if not body and not answers and not pitch:
            return self._reject(row, "has neither body nor summary")
        if (body or not answers) and self.sections:
            answers["text" if "text" in self.sections else self.sections[0]] = body or pitch
        try:
            with transaction.atomic():
                made[own or f"unnamed {len(made)}"] = import_proposal(
                    by=self.by,
                    contest=self.contest,
                    title=row.first("title"),
                    pitch=pitch,
                    answers=answers,
                    credited_to=row.first("author", "userId"),
                )
        except ValidationError as error:
            return self._reject(row, _words(error))
        self.proposals += 1
        return None

    def _discussions(self, made: dict[str, Proposal]) -> None:
        assert self._comments is not None
        zone = ZoneInfo(self.contest.time_zone)
        by_proposal: dict[str, list[Remark]] = {}
        seen: set[str] = set()
        for row in self._comments.rows:
            remark = understand(row, zone)
            if isinstance(remark, str):
                self._reject(row, remark)
            elif remark.proposal not in made:
                self._reject(row, f"proposal {remark.proposal} is not among those imported")
            elif remark.id and remark.id in seen:
                self._reject(row, f"id {remark.id} is there already")
            else:
                seen.add(remark.id)
                by_proposal.setdefault(remark.proposal, []).append(remark)
                if not remark.text.strip():
                    self._warn("comments without text", row, "has no text; “[empty]” is shown")
        for key, remarks in by_proposal.items():
            ordered = thread(
                remarks, bad=self._reject, warn=lambda row, why: self._warn("replies to a missing comment", row, why)
            )
            import_comments(by=self.by, proposal=made[key], comments=ordered)
            self.comments += sum(not comment.tombstone for comment in ordered)


def _need(table: Table, *wanted: set[str]) -> None:
    for columns in wanted:
        if table.columns and not columns & table.columns:
            raise Unreadable(f"{table.name} has no column {' or '.join(sorted(columns))}. See --help for the columns.")


def _words(error: ValidationError) -> str:
    if hasattr(error, "error_dict"):
        return "; ".join(f"{name}: {' '.join(texts)}" for name, texts in error.message_dict.items())
    return " ".join(error.messages)
