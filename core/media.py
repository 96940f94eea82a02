"""Files in a bucket. What the network does to them is an OSError, as it is for files in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from storages.backends.s3 import S3File, S3Storage


class Unreachable(ConnectionError):
    """The bucket did not answer, or refused."""


@contextmanager
def _plainly() -> Iterator[None]:
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise Unreachable(f"the bucket: {' '.join(str(error).split())}") from error


class Bucket(S3Storage):
    """A private bucket: nothing in it has an address of its own, a view asks for the right and passes the bytes on."""

    def _open(self, name: str, mode: str = "rb") -> S3File:
        with _plainly():
            file = super()._open(name, mode)
            if "r" in mode:
                _ = file.file  # fetched now, so that an answer half sent never ends in an error
            return file

    def _save(self, name: str, content: Any) -> str:
        with _plainly():
            return str(super()._save(name, content))

    def exists(self, name: str) -> bool:
        with _plainly():
            return bool(super().exists(name))

    def delete(self, name: str) -> None:
        with _plainly():
            super().delete(name)

    def size(self, name: str) -> int:
        with _plainly():
            return int(super().size(name))

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        with _plainly():
            folders, files = super().listdir(path)
            return folders, files
