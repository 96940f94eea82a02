"""CSV and JSON files as rows of text, each with the line it begins on. Damage is named by its line, never a traceback."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MOST_BYTES = 200_000_000
MOST_IN_A_CELL = 20_000_000


class Unreadable(Exception):
    """The file as a whole cannot be used; the text says why."""


@dataclass
class Row:
    """One row: where it stands, its cells by column, and what is wrong with its form."""

    file: str
    place: str  # "line 7" of a CSV file, "item 7" of a JSON list
    cells: dict[str, str]
    fault: str = ""

    def first(self, *columns: str) -> str:
        """The first of these columns that has words in it."""
        return next((self.cells[name].strip() for name in columns if self.cells.get(name, "").strip()), "")


@dataclass
class Table:
    name: str
    columns: set[str]
    rows: list[Row] = field(default_factory=list)


def read(path: Path, key: str, *, alone: bool = True) -> Table | None:
    """The rows of a CSV file or a JSON list, or of the list under `key` in a JSON object.

    Not `alone`, only the last is meant, and None is answered without it. Raises Unreadable.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Unreadable(f"{path.name} is larger than 200 MB.")
        data = path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}.") from None
    text = data.decode("utf-8-sig", "surrogateescape")
    if path.suffix.lower() == ".json":
        return _json(path.name, text, key, alone)
    return _csv(path.name, text) if alone else None


def _fault(cells: dict[str, str]) -> str:
    for name, value in cells.items():
        if any("\ud800" <= letter <= "\udfff" for letter in value):
            return f"“{name}” holds bytes that are not UTF-8"
        if "\x00" in value:
            return f"“{name}” holds a NUL character"
    return ""


def _csv(name: str, text: str) -> Table:
    csv.field_size_limit(MOST_IN_A_CELL)
    lines = csv.reader(text.splitlines(keepends=True), strict=True)
    header = next(_guarded(lines, name), None)
    if not header:
        raise Unreadable(f"{name} is empty.")
    columns = [column.strip() for column in header]
    twice = {column for column in columns if column and columns.count(column) > 1}
    if twice:
        raise Unreadable(f"{name} names the column “{sorted(twice)[0]}” twice.")
    table, begins = Table(name, set(columns) - {""}), lines.line_num + 1
    for values in _guarded(lines, name):
        if values:
            cells = dict(zip(columns, values, strict=False))
            odd = len(values) - len(columns)
            fault = f"has {abs(odd)} cells too {'many' if odd > 0 else 'few'}" if odd else _fault(cells)
            table.rows.append(Row(name, f"line {begins}", cells, fault))
        begins = lines.line_num + 1
    return table


def _guarded(lines: Any, name: str) -> Iterator[list[str]]:
    try:
        yield from lines
    except csv.Error as error:
        raise Unreadable(f"{name} line {lines.line_num}: this is not CSV any more ({error}).") from None


def _json(name: str, text: str, key: str, alone: bool) -> Table | None:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{name} is not JSON: {error}.") from None
    if isinstance(data, dict):
        data = data.get(key, [] if alone else None)
    elif not alone:
        return None
    if data is None:
        return None
    if not isinstance(data, list):
        raise Unreadable(f"{name} holds no list of {key}.")
    rows = [_item(name, number, item) for number, item in enumerate(data, start=1)]
    return Table(name, {column for row in rows for column in row.cells}, rows)


def _item(name: str, number: int, item: Any) -> Row:
    row = Row(name, f"item {number}", {})
    if not isinstance(item, dict):
        row.fault = "is not an object"
        return row
    for column, value in item.items():
        if value is None or isinstance(value, (str, int, float)):
            row.cells[column] = "" if value is None else str(value)
        else:
            row.fault = f"“{column}” is neither text nor a number"
    row.fault = row.fault or _fault(row.cells)
    return row
