"""What `manage.py test` counts: the last line of its summary is read by people and by machines."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests import run

pytestmark = pytest.mark.once
SAMPLE = """
import pytest

@pytest.fixture
def breaks_later():
    yield
    raise RuntimeError("teardown")

def test_good(): pass
def test_bad(): assert False
def test_bad_twice(breaks_later): assert False
def test_bad_later(breaks_later): pass
@pytest.mark.skip(reason="no such data")
def test_skipped(): pass
@pytest.mark.parametrize("n", [1, 2])
def test_twins(n): pass
"""


@pytest.fixture
def report(tmp_path: Path) -> Path:
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:django", "-p", "no:cacheprovider", "--junitxml=out.xml"]
    subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    return tmp_path / "out.xml"


def test_every_test_is_counted_once(report: Path) -> None:
    counts = run.count(report)
    assert str(counts) == "3 passed, 3 failed, 1 skipped"
    assert counts.reasons == {"no such data": 1}


def test_the_last_line_is_the_sum_and_one_failed_step_fails_the_whole(
    report: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = run.Result("tests on SQLite", True, 1.0, run.Counts(passed=2, skipped=1))
    assert run.summary([run.Result("ruff", True, 0.1), good])
    assert capsys.readouterr().out.splitlines()[-1] == "2 passed, 0 failed, 1 skipped"
    assert not run.summary([run.Result("ruff", False, 0.1), good])
    assert not run.summary([good, run.Result("tests on PostgreSQL", False, 1.0, run.count(report))])
    assert capsys.readouterr().out.splitlines()[-1] == "5 passed, 3 failed, 2 skipped"


def test_a_run_without_any_test_is_no_success() -> None:
    assert not run.summary([run.Result("ruff", True, 0.1)])


@pytest.mark.parametrize(
    ("packages", "good", "words"),
    [
        ([{"name": "django", "version": "5.2.19", "vulns": []}], True, "no known fault in 1 packages"),
        ([{"name": "django", "version": "5.2.0", "vulns": [{"id": "CVE-2026-1"}]}], False, "django 5.2.0: CVE-2026-1"),
        ([{"name": "django", "skip_reason": "not found"}], True, "NOT ASKED"),
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}],
            True,
            "no known fault in 1 packages, 1 not asked",
        ),
    ],
)
def test_the_audit_fails_for_a_known_fault_and_says_what_it_did_not_ask(
    packages: list[dict[str, Any]], good: bool, words: str
) -> None:
    ok, remark = run.advice({"dependencies": packages})
    assert ok is good
    assert words in remark
