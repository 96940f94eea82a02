"""A backup is whole or not there; a restore proves itself, and the copy sends nothing (threat J12)."""

from __future__ import annotations

import errno
import io
import json
import re
import shutil
import stat
import tarfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from accounts.models import User
from core import clock, keeping
from core.invariants.media import walk
from core.keeping import findings
from core.keeping.archive import _seal, digest_of, pack_media, unpack_media
from core.models import Fact
from notifications import actions as notifications
from notifications.models import Delivery
from proposals.models import Proposal
from tests import cast
from tests.faults.places import Place, empty_place

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with empty_place(tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def clean_storage() -> Iterator[None]:
    yield
    for folder in default_storage.listdir("")[0] if default_storage.exists("") else []:
        shutil.rmtree(default_storage.path(folder))


def backup(target: Path, **options: Any) -> Path:
    out = io.StringIO()
    call_command("backup", str(target), stdout=out, **options)
    return Path(out.getvalue().splitlines()[0])


def small_site() -> Proposal:
    """A submitted proposal with a cover, and mails that wait."""
    proposal = cast.submitted(cast.person("Ana"), cast.contest(cast.organiser()))
    name = default_storage.save("covers/roof.webp", ContentFile(b"a white roof"))
    Proposal.objects.filter(pk=proposal.pk).update(cover=name)
    assert Delivery.objects.filter(channel="mail").update(state="waiting", sent_at=None, next_at=clock.now())
    return proposal


def archives(target: Path) -> list[str]:
    return sorted(path.name for path in target.iterdir() if not path.name.startswith("."))


def test_j12_what_was_backed_up_is_restored_verified_and_silent_until_released(tmp_path: Path, place: Place) -> None:
    proposal = small_site()
    waiting = Delivery.objects.filter(channel="mail", state="waiting").count()
    archive = backup(tmp_path / "backups")
    said = place.manage("restore", str(archive))
    assert said.returncode == 0, said.stdout + said.stderr
    assert "verified    everything is as it was" in said.stdout and "frozen" in said.stdout
    assert place.ask("SELECT title, cover FROM proposals_proposal") == [(proposal.title, "covers/roof.webp")]
    assert (place.var / "media/covers/roof.webp").read_bytes() == b"a white roof"

    spoken = place.run(
        "print('sent', send_waiting())",
        "refused('release_restored')",
        "call_command('release_restored', '--send-waiting')",
        "print('sent', send_waiting())",
        "refused('release_restored')",
    )
    asked, released, *_ = spoken[1:]
    assert spoken[0] == "sent 0" and place.mails() == waiting  # they were kept, and the copy can speak
    assert asked.startswith(f"{waiting} mails wait here") and released.startswith("Released")
    assert spoken[-2:] == [f"sent {waiting}", "This is no restored copy that waits to be released."]


def test_a_restore_refuses_a_place_that_is_not_empty_in_one_line_unless_told(tmp_path: Path, place: Place) -> None:
    small_site()
    archive = backup(tmp_path / "backups")
    again = f"call_command('restore', '{archive}', stdout=StringIO())"
    said = place.run(
        "call_command('migrate', verbosity=0)",  # tables without rows are as good as none
        again,
        f"refused('restore', '{archive}')",
        again.replace(", stdout", ", '--yes', stdout"),
        "call_command('release_restored', '--drop-waiting')",
    )
    assert said[0].startswith("This database is not empty") and said[1].startswith("Released")
    assert place.ask("SELECT COUNT(*) FROM core_fact WHERE verb = 'site.restored'") == [(1,)]
    assert {row[0] for row in place.ask("SELECT state FROM notifications_delivery WHERE channel = 'mail'")} == {"dead"}


def shorter(archive: Path) -> str:
    part = archive / "media.tar"
    part.write_bytes(part.read_bytes()[:-512])
    return "cut off"


def one_byte(archive: Path) -> str:
    part = next(archive.glob("database.*"))
    data = bytearray(part.read_bytes())
    data[len(data) // 2] ^= 1
    part.write_bytes(data)
    return "SHA-256"


def another_number(archive: Path) -> str:
    manifest = archive / "manifest.json"
    manifest.write_text(manifest.read_text().replace('"accounts_user": 2', '"accounts_user": 1'))
    return "was changed"


def half_a_manifest(archive: Path) -> str:
    manifest = archive / "manifest.json"
    manifest.write_text(manifest.read_text()[:300])
    return "cannot be read"


def no_manifest(archive: Path) -> str:
    (archive / "manifest.json").unlink()
    return "is no backup"


def sealed(archive: Path, **changes: Any) -> None:
    """Rewrite the manifest as if an installation of ours had written it so."""
    content = json.loads((archive / "manifest.json").read_text())
    content.pop("sha256")
    content |= changes
    (archive / "manifest.json").write_text(json.dumps({**content, "sha256": _seal(content)}))


def from_the_future(archive: Path) -> str:
    content = json.loads((archive / "manifest.json").read_text())
    sealed(archive, migrations=[*content["migrations"], ["core", "0999_flying"]])
    return "core.0999_flying"


def of_another_kind(archive: Path) -> str:
    to_postgresql = connection.vendor == "postgresql"
    sealed(archive, vendor="sqlite" if to_postgresql else "postgresql")
    return "only into an empty one" if to_postgresql else "that way there is none"


DAMAGE = (shorter, one_byte, another_number, half_a_manifest, no_manifest, from_the_future, of_another_kind)


def test_a_damaged_or_foreign_archive_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    small_site()
    archive = backup(tmp_path / "backups")
    for damage in DAMAGE:
        damaged = tmp_path / damage.__name__
        shutil.copytree(archive, damaged)
        words = damage(damaged)
        with pytest.raises(CommandError, match=re.escape(words)):
            call_command("restore", str(damaged), "--yes")
    assert User.objects.count() == 2 and keeping.frozen() is None


def test_a_restore_that_is_not_what_was_taken_says_so_and_fails(tmp_path: Path, place: Place) -> None:
    small_site()
    archive = backup(tmp_path / "backups")
    content = json.loads((archive / "manifest.json").read_text())
    tables = {**content["tables"], "accounts_user": 3}
    content["ledgers"]["core_fact"][""]["sha256"] = "0" * 64
    sealed(archive, tables=tables, ledgers=content["ledgers"])
    said = place.manage("restore", str(archive))
    assert said.returncode == 1
    assert "accounts_user has 2 rows instead of 3" in said.stdout
    assert "core_fact is not, row by row, what it was" in said.stdout


def test_an_archive_is_for_its_owner_alone_says_what_is_in_it_and_only_so_many_are_kept(tmp_path: Path) -> None:
    small_site()
    target = tmp_path / "backups"
    left = target / ".groundswell-20200101T000000000Z.unfinished"  # by a backup that was killed
    left.mkdir(parents=True)
    assert archives(target) == []
    archive = backup(target)
    assert not left.exists()
    assert {stat.S_IMODE(path.stat().st_mode) for path in archive.iterdir()} == {0o600}
    assert stat.S_IMODE(archive.stat().st_mode) == 0o700
    content = json.loads((archive / "manifest.json").read_text())
    assert content["tables"]["accounts_user"] == 2 and content["media_files"] == 1
    assert set(content["parts"]) >= {"media.tar"}
    assert "SECRET" not in (archive / "manifest.json").read_text()
    second, third = backup(target), backup(target, keep=2)
    assert archives(target) == [second.name, third.name] and archive.name < second.name


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "is full. Nothing was kept"),
        (KeyboardInterrupt(), "Stopped. Nothing was kept"),
        (PermissionError(errno.EACCES, "Permission denied", "/media/covers"), "/media/covers: Permission denied"),
    ],
    ids=["full", "stopped", "unreadable"],
)
def test_j9_when_it_cannot_be_finished_nothing_half_is_left_and_no_older_one_is_lost(
    trouble: BaseException, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def trouble_at_the_very_end(*_: Any) -> int:
        raise trouble

    monkeypatch.setattr("core.keeping.taking.pack_media", trouble_at_the_very_end)
    target = tmp_path / "backups"
    (target / "groundswell-20200101T000000000Z").mkdir(parents=True)
    with pytest.raises(CommandError, match=re.escape(said)) as caught:
        backup(target, keep=1)
    assert "\n" not in str(caught.value)
    assert [path.name for path in target.iterdir() if path.name != ".lock"] == ["groundswell-20200101T000000000Z"]


def test_a_database_that_cannot_be_read_back_changes_nothing(tmp_path: Path, place: Place) -> None:
    small_site()
    archive = backup(tmp_path / "backups")
    part = next(archive.glob("database.*"))
    part.write_bytes(part.read_bytes()[:9000])
    content = json.loads((archive / "manifest.json").read_text())
    sealed(archive, parts={**content["parts"], part.name: digest_of(part)})  # as if it had been written so
    said = place.manage("restore", str(archive))
    assert said.returncode == 1 and "nothing of it was changed" in said.stderr
    assert said.stderr.strip().count("\n") == 0
    if connection.vendor == "postgresql":
        assert place.ask("SELECT tablename FROM pg_tables WHERE schemaname = 'public'") == []
    else:
        assert not list(place.var.glob("db.sqlite3*restoring"))


def test_media_come_and_go_through_the_storage_whatever_it_is(tmp_path: Path, settings: Any) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    for name in ("covers/a.webp", "covers/deep/b.webp", "brand/c.webp"):
        default_storage.save(name, ContentFile(name.encode()))
    assert pack_media(tmp_path / "media.tar") == 3
    for name in ("covers/a.webp", "covers/deep/b.webp"):
        default_storage.delete(name)
    assert unpack_media(tmp_path / "media.tar") == 3
    assert sorted(walk(default_storage)) == ["brand/c.webp", "covers/a.webp", "covers/deep/b.webp"]
    assert default_storage.open("covers/deep/b.webp").read() == b"covers/deep/b.webp"


@pytest.mark.parametrize("name", ["../outside.webp", "/etc/outside.webp", "covers/../../outside.webp"])
def test_w8_no_file_of_an_archive_lands_outside_the_media(name: str, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "media.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO(b""))
    with pytest.raises(keeping.Problem, match="no media file of ours"):
        unpack_media(tmp_path / "media.tar")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE])
def test_w8_only_files_come_out_of_an_archive(kind: bytes, tmp_path: Path) -> None:
    with tarfile.open(tmp_path / "media.tar", "w") as tar:
        link = tarfile.TarInfo("covers/a.webp")
        link.type, link.linkname = kind, "/etc/passwd"
        tar.addfile(link)
    with pytest.raises(keeping.Problem, match="no media file of ours"):
        unpack_media(tmp_path / "media.tar")


def test_a_restored_copy_removes_no_file_that_it_does_not_know() -> None:
    """It may have been given the bucket of the site itself, which goes on taking pictures."""
    name = default_storage.save("covers/of-the-site.webp", ContentFile(b"x"))
    with clock.simulated(default_storage.get_modified_time(name) + timedelta(days=3)):
        Fact.objects.create(verb=keeping.RESTORED, at=clock.now())
        assert keeping.forget_files() == 0 and default_storage.exists(name)
        keeping.release()
        assert keeping.forget_files() == 1


def test_doctor_says_that_a_copy_is_frozen_and_what_last_night_found() -> None:
    assert states() == ["ok", "ok"]
    Fact.objects.create(verb=keeping.RESTORED, at=clock.now())
    Fact.objects.create(verb=keeping.CHECKED, at=clock.now(), data={"violations": 2, "rules": {"ballot-once": 2}})
    assert states() == ["warn", "FAIL"]
    keeping.release()
    keeping.check_everything()
    assert states() == ["ok", "ok"]


def states() -> list[str]:
    return [finding.state.value for ask in (findings.may_speak, findings.last_night) for finding in ask()]


def test_a_restored_copy_mails_no_sign_in_code_either(mailoutbox: list[Any], rf: Any) -> None:
    person = cast.person("Ana")
    Fact.objects.create(verb=keeping.RESTORED, at=clock.now())
    since = keeping.frozen()
    assert since is not None
    with request_context(rf.get("/")):
        letter = ("account/email/login_code", person.email, {"code": "ABC123", "user": person})
        get_adapter().send_mail(*letter)
        assert notifications.send_waiting() == 0 and mailoutbox == []
        keeping.release()
        assert keeping.frozen() is None
        get_adapter().send_mail(*letter)
    assert len(mailoutbox) == 1
