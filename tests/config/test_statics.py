"""Every script a page loads has a name that changes with what is in it: no browser runs half of yesterday's."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.contrib.staticfiles.finders import FileSystemFinder

from config.statics import Hashed

pytestmark = pytest.mark.once


def test_scripts_bring_in_others_under_their_hashed_names(tmp_path: Path, settings: Any) -> None:
    settings.STATIC_ROOT = tmp_path
    storage = Hashed(location=str(tmp_path))
    found = {}
    for path, source in FileSystemFinder().list([]):
        if path.startswith("js/"):
            storage.save(path, source.open(path))
            found[path] = (storage, path)
    assert all(done is True or done is False for _, _, done in storage.post_process(found))
    main = (tmp_path / storage.stored_name("js/main.js")).read_text()
    imports = re.findall(r'from "([^"]+)"', main)
    assert len(imports) >= 3
    for name in imports:
        assert re.fullmatch(r"\./[a-z]+\.[0-9a-f]{12}\.js", name), name
        assert (tmp_path / "js" / name).exists()
