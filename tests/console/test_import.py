"""Importing what was written elsewhere: rehearsed, all or nothing, and damage named by its line."""

from __future__ import annotations

import io
import json
import os
import time
import unicodedata
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from community.models import Comment
from contests import actions as contests
from contests.models import Contest
from core import clock
from core.html import to_text
from core.models import Fact
from proposals.models import Proposal
from tests import cast

pytestmark = pytest.mark.django_db
DATA = os.environ.get("GROUNDSWELL_DATA", "")
HEAD = "id,title,userId,date,summary,text"
TALK = "id,parentId,proposalId,userId,date,time,text"


@pytest.fixture
def workspace() -> Contest:
    organiser = cast.organiser()
    with clock.simulated(cast.START):
        contest = contests.create_from_template(
            by=organiser, title="Ideas", question="What should the city do?", template="idea-workspace",
            time_zone="Europe/Madrid", starts_at=cast.START - timedelta(days=1), organiser_name="Madrid",
        )  # fmt: skip
        contests.edit_contest(by=organiser, contest=contest, brief="Everybody's ideas.")
        return contests.publish(by=organiser, contest=contest)


def write(folder: Path, name: str, *lines: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(b"\n".join(line.encode() if isinstance(line, str) else line for line in lines) + b"\n")
    return path


def run(contest: Contest, file: Path, **options: Any) -> str:
    out = io.StringIO()
    with clock.simulated(cast.START):
        call_command("import_proposals", contest.slug, str(file), stdout=out, **options)
        cast.settle()
    return out.getvalue()


def test_proposals_and_comments(workspace: Contest, tmp_path: Path) -> None:
    file = write(
        tmp_path, "p.csv", HEAD, '7,Árboles,Ana,2015-09-15,Sombra,"Más árboles.', "", 'En cada calle."', "8,Bancos,,,Sentarse,"
    )
    talk = write(
        tmp_path, "c.csv", TALK,
        "2,1,7,Eva,2015-09-15,0 days 11:07:10,¡Sí!",
        "1,-1,7,Leo,2015-09-15,0 days 10:50:19,¿Dónde?",
        "3,99,7,Eva,2015-09-16,0 days 09:00:00,A la que falta",
        "4,99,7,Leo,2015-09-17,0 days 09:00:00,",
    )  # fmt: skip
    out = run(workspace, file, comments=str(talk))
    trees, benches = Proposal.objects.order_by("pk")
    assert (trees.title, trees.pitch, trees.credited_to, trees.status) == ("Árboles", "Sombra", "Ana", "submitted")
    assert to_text(trees.answers["text"]) == "Más árboles.\n\nEn cada calle."
    assert to_text(benches.answers["text"]) == "Sentarse"
    first, reply = Comment.objects.get(text="¿Dónde?"), Comment.objects.get(text="¡Sí!")
    assert reply.parent == first and first.credited_to == "Leo"
    assert first.at.isoformat() == "2015-09-15T08:50:19+00:00"
    gone = Comment.objects.get(is_tombstone=True)
    assert gone.replies.count() == 2
    assert cast.fresh(workspace).proposal_count == 2 and cast.fresh(trees).comment_count == 4
    assert "2 proposals and 4 comments imported; 0 bad rows, 4 warnings" in out


def test_json_with_both(workspace: Contest, tmp_path: Path) -> None:
    data = {
        "proposals": [{"id": 1, "title": "Trees", "text": "Many.", "author": "Ana"}],
        "comments": [{"id": 1, "proposal": 1, "at": "2020-01-02T03:04:05Z", "text": "Where?", "parent": None}],
    }
    run(workspace, write(tmp_path, "all.json", json.dumps(data)))
    assert Comment.objects.get().at.isoformat() == "2020-01-02T03:04:05+00:00"
    run(workspace, write(tmp_path, "list.json", json.dumps([{"title": "Benches", "text": "Some."}])))
    assert Proposal.objects.count() == 2 and Comment.objects.count() == 1


BAD = ["1,,Ana,,S,T", "2," + "x" * 121 + ",,,S,T", "3,A,B", "4,Good,,,S,T", "4,Again,,,S,T", "5,A,,,," + "x" * 1_000_000]


def test_one_bad_row_and_nothing_is_written(workspace: Contest, tmp_path: Path) -> None:
    facts = Fact.objects.count()
    file = write(tmp_path, "p.csv", HEAD, *BAD)
    with pytest.raises(CommandError, match="Nothing was imported: 5 bad rows"):
        run(workspace, file)
    assert not Proposal.objects.exists() and Fact.objects.count() == facts


def test_a_rehearsal_names_every_bad_row_with_its_line(workspace: Contest, tmp_path: Path) -> None:
    out = run(workspace, write(tmp_path, "p.csv", HEAD, *BAD), dry_run=True)
    errors = [line for line in out.splitlines() if ": error: " in line]
    assert [line.split(": ")[0] for line in errors] == [f"p.csv line {n}" for n in (2, 3, 4, 6, 7)]
    assert "Give your proposal a title." in errors[0] and "120 characters" in errors[1] and "too few" in errors[2]
    assert "id 4 is there already" in errors[3] and "60,000 characters" in errors[4]
    assert "1 proposals and 0 comments would be imported; 5 bad rows" in out
    assert not Proposal.objects.exists()


def test_skip_bad_imports_the_rest(workspace: Contest, tmp_path: Path) -> None:
    run(workspace, write(tmp_path, "p.csv", HEAD, *BAD), skip_bad=True)
    assert [proposal.title for proposal in Proposal.objects.all()] == ["Good"]


def test_bad_comments(workspace: Contest, tmp_path: Path) -> None:
    file = write(tmp_path, "p.csv", HEAD, "7,Trees,,,S,T")
    rows = [
        "1,2,7,,2015-09-15,0 days 10:00:00,circle",
        "2,1,7,,2015-09-15,0 days 10:00:00,circle",
        "3,-1,8,,2015-09-15,0 days 10:00:00,elsewhere",
        "4,-1,7,,yesterday,0 days 10:00:00,no date",
        "5,-1,7,,2015-09-15,25:99,no time",
        "6,-1,7,,2015-09-15,10:00," + "x" * 5001,
        "7,-1,7,,2015-09-15,10:00,good",
        "7,-1,7,,2015-09-15,10:00,twice",
        "8,8,7,,2015-09-15,10:00,own tail",
    ]
    out = run(workspace, file, comments=str(write(tmp_path, "c.csv", TALK, *rows)), dry_run=True)
    errors = sorted(line.split(": ")[0] for line in out.splitlines() if ": error: " in line)
    assert errors == [f"c.csv line {n}" for n in (10, 2, 3, 4, 5, 6, 7, 9)]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n",
        b"\xff\xfe\x00\x01",
        b"id,text\n1,no title\n",
        b"id,title,title\n1,a,b\n",
        b'id,title,text\n1,A,"never closed\n2,B,x\n',
        b'id,title,text\n1,A,"closed" too late\n',
        b"id,title,text\n1,A\x00B,x\n",
        b"id,title,text\n1,caf\xe9,x\n",
        "id,title,text\n1,caf\N{LATIN SMALL LETTER E WITH ACUTE},x\n".encode("utf-16"),
        b"PK\x03\x04" + bytes(1000),
        b"<html><body>Not found</body></html>",
    ],
)
def test_damaged_csv_is_named_without_a_traceback(workspace: Contest, tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "p.csv"
    path.write_bytes(data)
    with pytest.raises(CommandError):
        run(workspace, path)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "7",
        '"text"',
        "[7]",
        "[[]]",
        '{"proposals": 7}',
        '[{"title": ["a"]}]',
        "[" * 100_000,
        '[{"title": "\\ud800", "text": "x"}]',
    ],
)
def test_damaged_json_is_named_without_a_traceback(workspace: Contest, tmp_path: Path, text: str) -> None:
    with pytest.raises(CommandError):
        run(workspace, write(tmp_path, "p.json", text))
    assert not Proposal.objects.exists()


def test_who_and_where(workspace: Contest, tmp_path: Path) -> None:
    file = write(tmp_path, "p.csv", HEAD, "7,Trees,,,S,T")
    for slug, options, why in (
        ("nowhere", {}, "no contest"),
        (workspace.slug, {"by": "nobody@people.example"}, "no account"),
    ):
        with pytest.raises(CommandError, match=why):
            call_command("import_proposals", slug, str(file), **options)
    with pytest.raises(CommandError, match="cannot be read"):
        run(workspace, tmp_path / "missing.csv")
    judged = cast.contest(workspace.created_by)
    with clock.simulated(cast.moment(judged, "judging")), pytest.raises(CommandError, match="not taken now"):
        call_command("import_proposals", judged.slug, str(file))


def test_a_second_run_imports_nothing_twice(workspace: Contest, tmp_path: Path) -> None:
    file = write(tmp_path, "p.csv", HEAD, "7,Trees,Ana,,S,T")
    run(workspace, file)
    with pytest.raises(CommandError):
        run(workspace, file)
    assert Proposal.objects.count() == 1


@pytest.mark.skipif(not DATA, reason="GROUNDSWELL_DATA is not set: no real data to import")
def test_madrid(workspace: Contest) -> None:
    files = {"comments": f"{DATA}/madrid/comments.csv"}
    proposals = Path(DATA, "madrid", "proposals.csv")
    out = run(workspace, proposals, dry_run=True, **files)
    assert "80 proposals and 5633 comments would be imported; 0 bad rows, 364 warnings" in out
    assert "34 proposals without a body" in out and "268 replies to a missing comment" in out
    assert "62 comments without text" in out
    assert not Proposal.objects.exists()
    began = time.monotonic()
    run(workspace, proposals, **files)
    assert time.monotonic() - began < 60
    assert Proposal.objects.count() == 80
    assert Comment.objects.filter(is_tombstone=False).count() == 5_633
    assert Comment.objects.filter(is_tombstone=False, text="").count() == 62
    for proposal in Proposal.objects.all():
        assert unicodedata.is_normalized("NFC", proposal.title + proposal.answers["text"])
    assert Proposal.objects.get(title="Limpiar las calles").pitch == "Algo tan básico como limpiar."
