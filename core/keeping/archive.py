"""An archive: a folder with the database, the media, perhaps the key, and a manifest that says what they must be."""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage

from core.invariants.media import walk
from core.keeping import Problem

FORMAT = 1
MANIFEST, MEDIA, KEY = "manifest.json", "media.tar", "secret_key"
IN_MEMORY = 8_000_000  # bytes of one file


def digest_of(path: Path) -> dict[str, Any]:
    with path.open("rb") as file:
        return {"bytes": path.stat().st_size, "sha256": hashlib.file_digest(file, "sha256").hexdigest()}


def write_manifest(folder: Path, content: dict[str, Any]) -> None:
    """Write what is in the folder, with a digest of every part and of the manifest itself; all of it on disk."""
    parts = {path.name: digest_of(path) for path in sorted(folder.iterdir())}
    content = {"format": FORMAT, **content, "parts": parts}
    text = json.dumps({**content, "sha256": _seal(content)}, indent=1, sort_keys=True)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")
    for path in (*folder.iterdir(), folder):
        sync(path)


def _seal(content: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def sync(path: Path) -> None:
    """Have the disk keep it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of an archive all of whose parts are what it says. Raises Problem, before anything was touched."""
    try:
        content: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        seal, kind = content.pop("sha256"), content["format"]
    except FileNotFoundError:
        raise Problem(f"{folder} is no backup: it has no {MANIFEST}.") from None
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        raise Problem(f"{folder / MANIFEST} cannot be read: it was cut off or changed.") from None
    if kind != FORMAT:
        raise Problem(f"{folder} was written by another version of Groundswell (format {kind}; this one reads {FORMAT}).")
    if seal != _seal(content):
        raise Problem(f"{folder / MANIFEST} was changed after it was written.")
    for name, wanted in content["parts"].items():
        try:
            found = digest_of(folder / name)
        except OSError as error:
            raise Problem(f"The part {name} of {folder} cannot be read: {error.strerror}.") from None
        if found["bytes"] != wanted["bytes"]:
            raise Problem(f"The part {name} of {folder} has {found['bytes']} bytes instead of {wanted['bytes']}: cut off?")
        if found["sha256"] != wanted["sha256"]:
            raise Problem(f"The part {name} of {folder} was changed or damaged: its SHA-256 is not the manifest's.")
    return content


def fingerprint() -> str:
    """Tells whether two installations have the same secret key, and nothing about it."""
    return hmac.new(settings.SECRET_KEY.encode(), b"groundswell backup", hashlib.sha256).hexdigest()[:16]


def own_key() -> Path | None:
    """The file of the secret key, where the installation made its own."""
    path = Path(settings.VAR) / "secret_key"
    return path if path.exists() and path.read_text(encoding="utf-8").strip() == settings.SECRET_KEY else None


def pack_media(path: Path) -> int:
    """Write every file of the media storage to a tar. Answers how many."""
    number = 0
    with tarfile.open(path, "w", format=tarfile.PAX_FORMAT) as tar:
        for name in walk(default_storage):
            with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as copy:
                try:
                    with default_storage.open(name) as file:
                        for chunk in file.chunks():
                            copy.write(chunk)
                except FileNotFoundError:
                    continue  # removed since it was listed, so no row of the snapshot names it
                member = tarfile.TarInfo(name)
                member.size, member.mode = copy.tell(), 0o600
                copy.seek(0)
                tar.addfile(member, copy)
                number += 1
    return number


def unpack_media(path: Path) -> int:
    """Put the files of the tar into the media storage, under their own names. Answers how many. Raises Problem."""
    number = 0
    with tarfile.open(path, "r") as tar:
        for member in tar:
            source = tar.extractfile(member) if member.isfile() else None
            if source is None or not _is_plain(member.name):
                raise Problem(f"{path.name} holds {member.name!r}, which is no media file of ours.")
            if default_storage.exists(member.name):
                default_storage.delete(member.name)
            stored = default_storage.save(member.name, File(source))
            if stored != member.name:
                raise Problem(f"The media storage put {member.name} under another name ({stored}).")
            number += 1
    return number


def _is_plain(name: str) -> bool:
    return not name.startswith("/") and ".." not in Path(name).parts and "\\" not in name and "\0" not in name
