"""Rows as CSV, JSON, GeoJSON and a spreadsheet, written one by one up to a size."""

from __future__ import annotations

import csv
import io
import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.export.columns import EXPORT_COLUMNS, Cell, row_of
from bot.language import N_
from feeds.model import Incident

ExportRow = Mapping[str, Cell]
#: What a spreadsheet would take for a formula when it opens a text that begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_LONGEST_CELL = 32_000  # characters; a spreadsheet holds 32,767
_TOLD = frozenset(column.name for column in EXPORT_COLUMNS if column.told)
_POINT = ("latitude", "longitude")
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class Writer(Protocol):
    """One file in the making."""

    def add(self, row: ExportRow) -> int:
        """Write a row; about how many bytes the file has by now."""
        ...

    def done(self) -> bytes:
        """The whole file."""
        ...

    def drop(self) -> None:
        """Leave nothing behind of a file, wanted or not."""
        ...


@dataclass(frozen=True, slots=True)
class ExportFormat:
    """A format: what members type and read for it, its media type, who writes it, and so many rows as are written
    within a second. The name is also the end of a file's name. With `mark` a file begins that people open: by it
    spreadsheets know its letters."""

    name: str
    title: str
    media_type: str
    writer: Callable[[], Writer]
    most_rows: int = 6_000
    mark: bytes = b""


def write_rows(writer: Writer, incidents: Iterable[Incident], most: int) -> int:
    """How many of the incidents were written, in their order, until the file had about `most` bytes."""
    rows = 0
    for incident in incidents:
        rows += 1
        if writer.add(row_of(incident)) >= most:
            break
    return rows


class _Csv:
    def __init__(self) -> None:
        self._file = io.StringIO()
        self._table = csv.writer(self._file)
        self._table.writerow(column.name for column in EXPORT_COLUMNS)

    def add(self, row: ExportRow) -> int:
        self._table.writerow([_safe(name, value) for name, value in row.items()])
        return self._file.tell()

    def done(self) -> bytes:
        return self._file.getvalue().encode("utf-8", "replace")

    def drop(self) -> None:
        pass


def _flat(value: Cell) -> str | int | float | None:
    """A value as one cell holds it: lists joined, yes and no as true and false."""
    if value is None or isinstance(value, str):  # most are
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, int | float) else "; ".join(value)


def _safe(name: str, value: Cell) -> str | int | float | None:
    """A cell that no spreadsheet runs: words of others that begin like a formula get an apostrophe before them."""
    flat = _flat(value)
    return f"'{flat}" if name in _TOLD and isinstance(flat, str) and flat.startswith(_FORMULA) else flat


class _Json:
    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size = 0

    def add(self, row: ExportRow) -> int:
        self._parts.append(json.dumps(self.shape(row), ensure_ascii=False).encode("utf-8", "replace"))
        self._size += len(self._parts[-1]) + 2
        return self._size

    def done(self) -> bytes:
        return b"[\n" + b",\n".join(self._parts) + b"\n]\n"

    def drop(self) -> None:
        pass

    @staticmethod
    def shape(row: ExportRow) -> Mapping[str, object]:
        return row


class _GeoJson(_Json):
    """RFC 7946: a feature a story; one whose place is unknown has no geometry."""

    def done(self) -> bytes:
        return b'{"type": "FeatureCollection", "features": [\n' + b",\n".join(self._parts) + b"\n]}\n"

    @staticmethod
    def shape(row: ExportRow) -> Mapping[str, object]:
        known = row["longitude"] is not None
        point = {"type": "Point", "coordinates": [row["longitude"], row["latitude"]]} if known else None
        properties = {name: value for name, value in row.items() if name not in _POINT}
        return {"type": "Feature", "id": row["story"], "geometry": point, "properties": properties}


class _Sheet:
    """A workbook: a sheet of stories, and one that says what its columns hold. Rows wait on disk, so that they take no
    memory."""

    def __init__(self) -> None:
        import xlsxwriter  # type: ignore[import-untyped]  # noqa: PLC0415 - few ask for one

        self._file = io.BytesIO()
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
                   "strings_to_numbers": False}  # fmt: skip
        self._book = xlsxwriter.Workbook(self._file, options)
        bold = self._book.add_format({"bold": True})
        self._sheet = self._book.add_worksheet("stories")
        self._sheet.freeze_panes(1, 0)
        self._sheet.write_row(0, 0, [column.name for column in EXPORT_COLUMNS], bold)
        meanings = self._book.add_worksheet("columns")
        meanings.set_column(0, 0, 28)
        for row, column in enumerate(EXPORT_COLUMNS):
            meanings.write_string(row, 0, column.name, bold)
            meanings.write_string(row, 1, column.meaning)
        self._rows = self._size = 0

    def add(self, row: ExportRow) -> int:
        self._rows += 1
        for number, value in enumerate(map(_flat, row.values())):
            if isinstance(value, str) and value:
                self._sheet.write_string(self._rows, number, value[:_LONGEST_CELL])
                self._size += len(value) // 2  # a workbook is compressed
            elif value is not None and value != "":
                self._sheet.write_number(self._rows, number, value)
                self._size += 2
        return self._size

    def done(self) -> bytes:
        self._book.close()
        return self._file.getvalue()

    def drop(self) -> None:
        if not self._book.fileclosed:  # closing it takes away the rows that wait on disk
            self._book.close()


EXPORT_FORMATS: Mapping[str, ExportFormat] = {
    one.name: one
    for one in (
        ExportFormat("csv", "CSV", "text/csv", _Csv, mark=BOM_UTF8),
        ExportFormat("geojson", "GeoJSON", "application/geo+json", _GeoJson),
        ExportFormat("json", "JSON", "application/json", _Json),
        ExportFormat("xlsx", N_("a spreadsheet"), _XLSX, _Sheet, 3_000),
    )
}
