"""The sizes and habits of docs/architecture.md. The arrows between apps and rooms are import-linter's part."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
STREET = [  # an app's number is its step: it may use what has a higher one
    ["config"],
    ["pages", "console"],
    ["notifications"],
    ["results"],
    ["judging", "voting", "community"],
    ["proposals"],
    ["contests"],
    ["accounts"],
    ["core"],
]
STEP = {app: number for number, apps in enumerate(STREET) for app in apps}
APPS = [app for app in STEP if (ROOT / app).is_dir()]
WITHOUT_CSRF: set[str] = set()  # nobody: the REST interface checks its own

Function = ast.FunctionDef | ast.AsyncFunctionDef


def python_files(*, tests: bool = False) -> list[Path]:
    folders = [ROOT / app for app in APPS] + ([ROOT / "tests"] if tests else [])
    files = [ROOT / "manage.py", *(path for folder in folders for path in folder.rglob("*.py"))]
    return sorted(path for path in files if "migrations" not in path.parts)


def room(path: Path) -> str:
    """`voting/actions.py` and `voting/actions/casting.py` are both in the room `actions`."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return parts[1] if len(parts) > 1 else parts[0]


def in_rooms(*rooms: str) -> list[Path]:
    return [path for path in python_files() if room(path) in rooms]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def functions(path: Path) -> Iterator[tuple[Function, int]]:
    """Every function of a file with its number of lines, without decorators."""
    for node in ast.walk(tree(path)):
        if isinstance(node, Function):
            yield node, (node.end_lineno or node.lineno) - node.lineno + 1


def body_lines(function: Function) -> int:
    """Lines of work: without the signature and the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def calls(path: Path) -> Iterator[tuple[str, int]]:
    """Every call as written (`timezone.now`), with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node.lineno


def templates() -> list[Path]:
    return sorted(path for top in (ROOT / "templates", *(ROOT / app for app in APPS)) for path in top.rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return path.read_text(encoding="utf-8").count("\n")


def too_long(paths: list[Path], most: int, measure: Callable[[Path], Iterator[tuple[str, int]]]) -> list[str]:
    return [f"{name(path)}: {what} {size} > {most}" for path in paths for what, size in measure(path) if size > most]


def test_files_are_short() -> None:
    sizes = {name(path): lines(path) for path in python_files(tests=True)}
    assert {path: size for path, size in sizes.items() if size >= 400} == {}
    app_sizes = [lines(path) for path in python_files()]
    short = sum(size < 200 for size in app_sizes) / len(app_sizes)
    assert short >= 0.9, f"only {short:.0%} of the files stay under 200 lines"


def test_functions_are_short() -> None:
    sizes = [(f"{name(path)}:{node.name}", size) for path in python_files() for node, size in functions(path)]
    assert [entry for entry in sizes if entry[1] > 50] == []
    short = sum(size <= 25 for _, size in sizes) / len(sizes)
    assert short >= 0.9, f"only {short:.0%} of the functions stay within 25 lines"


def test_views_are_at_most_thirty_lines() -> None:
    def measure(path: Path) -> Iterator[tuple[str, int]]:
        return ((node.name, size) for node, size in functions(path))

    assert too_long(in_rooms("views"), 30, measure) == []


def test_tasks_and_followers_only_call_an_action() -> None:
    def measure(path: Path) -> Iterator[tuple[str, int]]:
        return ((node.name, body_lines(node)) for node, _ in functions(path))

    assert too_long(in_rooms("tasks", "followers"), 10, measure) == []


def test_models_have_few_methods() -> None:
    crowded = [
        f"{name(path)}: {node.name}"
        for path in in_rooms("models")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.ClassDef) and sum(isinstance(part, Function) for part in node.body) > 15
    ]
    assert crowded == []


def test_templates_are_short() -> None:
    assert [name(path) for path in templates() if lines(path) >= 200] == []


def test_work_is_queued_only_by_the_bell() -> None:
    """A task sent from anywhere else could run before its transaction is committed, or be lost with the broker."""
    sent = [
        f"{name(path)}:{line} {call}"
        for path in python_files()
        for call, line in calls(path)
        if call.endswith((".delay", ".apply_async", ".send_task")) and path != ROOT / "core" / "tasks.py"
    ]
    assert sent == []


def test_decisions_never_read_a_wall_clock() -> None:
    """Rules take `at=`, actions ask the database (core.clock.now): no caller can back-date."""
    wall = re.compile(r"(^|\.)(timezone\.now|datetime\.(now|utcnow|today)|date\.today|time\.time)$")
    rooms = ("rules", "actions", "querysets", "followers", "tasks", "models", "phases", "transitions", "methods")
    read = [
        f"{name(path)}:{line} {call}"
        for path in in_rooms(*rooms)
        for call, line in calls(path)
        if wall.search(call)
    ]
    assert read == []


def test_templates_load_no_tags_from_above() -> None:
    """A template of an app uses the tags of its own app and of apps further down; shared components use core's."""
    owner = {path.stem: path.parent.parent.name for app in APPS for path in (ROOT / app).glob("templatetags/*.py")}
    wrong = []
    for path in templates():
        parts = path.relative_to(ROOT).parts
        folder = parts[1] if parts[0] == "templates" else parts[0]
        step = STEP.get(folder, STEP["core"])
        for words in re.findall(r"{%-?\s*load\s+([^%]+?)\s*-?%}", path.read_text(encoding="utf-8")):
            for library in words.split(" from ")[-1].split():
                app = owner.get(library)
                if app and (STEP[app] < step or (STEP[app] == step and app != folder and folder in STEP)):
                    wrong.append(f"{name(path)} loads {library} of {app}")
    assert wrong == []


INLINE = {
    "script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "style attribute": re.compile(r"<[a-z][^>]*\sstyle\s*=", re.IGNORECASE),
    "event attribute": re.compile(r"<[a-z][^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript address": re.compile(r"=\s*[\"']?\s*javascript:", re.IGNORECASE),
}


@pytest.mark.parametrize("kind", INLINE)
def test_templates_hold_no_inline_code(kind: str) -> None:
    """The content security policy would refuse it. Mails are no pages: their readers know only inline style."""
    found = [
        f"{name(path)}: {match.group(0)[:60]}"
        for path in templates()
        if "emails" not in path.parts and "email" not in path.parts
        for match in INLINE[kind].finditer(without_comments(path.read_text(encoding="utf-8")))
        if "application/json" not in match.group(0)
    ]
    assert found == []


def without_comments(template: str) -> str:
    template = re.sub(r"{#.*?#}", "", template)
    return re.sub(r"{%\s*comment\b.*?endcomment\s*%}", "", template, flags=re.DOTALL)


def test_forms_and_serializers_name_their_fields() -> None:
    """A new column must not appear in a form or in the API by itself."""
    pattern = re.compile(r"fields\s*=\s*[\"']__all__[\"']|^\s*exclude\s*=", re.MULTILINE)
    wrong = [name(path) for path in python_files() if pattern.search(path.read_text(encoding="utf-8"))]
    assert wrong == []


def test_csrf_is_checked_everywhere() -> None:
    exempt = {name(path) for path in python_files() if "csrf_exempt" in path.read_text(encoding="utf-8")}
    assert exempt == WITHOUT_CSRF


def test_tasks_have_explicit_names() -> None:
    """A renamed module must not orphan the messages that are already queued."""
    unnamed = [
        f"{name(path)}: {node.name}"
        for path in in_rooms("tasks")
        for node in ast.walk(tree(path))
        if isinstance(node, Function)
        for mark in node.decorator_list
        if "shared_task" in ast.unparse(mark) and "name=" not in ast.unparse(mark)
    ]
    assert unnamed == []


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock"])
def test_locks_name_no_download_address_and_hash_everything(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text
    blocks = re.split(r"\n(?=[A-Za-z0-9])", text.strip())
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []


def test_the_dev_lock_holds_everything_of_the_runtime_lock() -> None:
    """`manage.py test` installs only the dev lock, and `up` then trusts it."""

    def pins(lock: str) -> set[str]:
        return set(re.findall(r"^([A-Za-z0-9][^\s;]*==\S+)", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))

    assert pins("requirements.lock") - pins("requirements-dev.lock") == set()
