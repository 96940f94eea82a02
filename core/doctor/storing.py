"""Where pictures and state are kept."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage

from core import health
from core.health import Finding, doubt, fault, fine

NEARLY_FULL, FULL = 0.90, 0.98


def media_can_be_stored() -> Iterator[Finding]:
    """Write, read and delete a small file."""
    where = f"the folder {settings.MEDIA_ROOT}" if isinstance(default_storage, FileSystemStorage) else "the bucket"
    words = secrets.token_bytes(32)
    try:
        name = default_storage.save(f"doctor/{secrets.token_hex(8)}", ContentFile(words))
        with default_storage.open(name) as file:
            same = file.read() == words
        default_storage.delete(name)
    except Exception as error:  # each storage has its own errors
        mend = "Give this user the right to write there." if "folder" in where else "Check S3_* and the rights of the key."
        yield fault("media", f"{where} takes no file ({type(error).__name__}): no picture can be uploaded", mend)
        return
    if same:
        yield fine("media", f"{where} keeps and gives back")
    else:
        yield fault("media", f"{where} gives back other bytes than it got", "Check the storage behind it.")


def disk_has_room() -> Iterator[Finding]:
    problem = health.media_problem()
    if problem:
        says, _, mend = problem.partition(". ")
        yield fault("disk", says, mend)
    for place in _places():
        room = shutil.disk_usage(place)
        share = room.used / room.total
        says = f"{place} is {share:.0%} full, {room.free / 1e9:.1f} GB free"
        if share >= FULL:
            yield fault("disk", f"{says}: writing will fail", "Make room now: old backups, logs, or a larger disk.")
        elif share >= NEARLY_FULL:
            yield doubt("disk", says, "Make room, or a larger disk.")
        else:
            yield fine("disk", says)


def _places() -> list[Path]:
    """The folders that lie on disks of their own, once each."""
    found: dict[int, Path] = {}
    folders = [Path(settings.VAR)]
    if isinstance(default_storage, FileSystemStorage):
        folders.append(Path(settings.MEDIA_ROOT))
    for folder in folders:
        if folder.exists():
            found.setdefault(folder.stat().st_dev, folder)
    return list(found.values())
