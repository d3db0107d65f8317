"""The rows as files: CSV that Excel opens as it should, and JSON lines."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from io import StringIO
from typing import Any

from nihongo.japan_time import TOKYO
from voc.store import Row
from voc.tables import EXCHANGES

BOM = "\ufeff"
_INTERNAL = {"seq", "names_masked"}
COLUMNS = [column.name for column in EXCHANGES.columns if column.name not in _INTERNAL]
# A cell that begins so is run as a formula by spreadsheets; the full-width forms too, in Japanese Excel.
_FORMULA = tuple("=+-@＝＋－＠\t\r\n")


def csv_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Text pieces of a CSV file, to be written as UTF-8 without changing line ends."""
    yield BOM + _line(COLUMNS)
    for row in rows:
        cells = _values(row)
        cells["answers"] = "\n".join(f"{answer['speaker']}: {answer['text']}" for answer in cells["answers"])
        yield _line([_safe(cells[name]) for name in COLUMNS])


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(_values(row), ensure_ascii=False) + "\n"


def _values(row: Row) -> dict[str, Any]:
    values = row.columns()
    opened = datetime.fromtimestamp(row.exchange.opened_at, TOKYO).isoformat(timespec="milliseconds")
    told = {name: values[name] for name in COLUMNS}
    return told | {"opened_at": opened, "answers": json.loads(values["answers"])}


def _safe(value: Any) -> Any:
    text = value if isinstance(value, str) else None
    return f"'{text}" if text and text.lstrip(" 　").startswith(_FORMULA) else value


def _line(cells: list[Any]) -> str:
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue()
