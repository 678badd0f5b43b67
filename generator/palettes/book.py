"""A user's own colour book: CSV of name and hex, or name and Lab under D50."""

from __future__ import annotations

import csv
import io
import math
import re

from generator.errors import BriefError

MOST_COLOURS = 20_000
MOST_BYTES = 4 * 1024 * 1024
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")
_OUTSIDE = 0.02  # linear light beyond 0..1 that rounding explains
_NAMES, _HEXES = ("name", "colour", "color", "code"), ("hex", "rgb", "html")


def read_book(data: bytes) -> dict[str, str]:
    """Names to `#rrggbb`, in the file's order.

    The first line may name the columns: name (or code), and hex, or L, a and b; without it they are name and
    hex, or name, L, a, b. Commas, semicolons or tabs part them; where no commas do, or in quotes, numbers may
    have a decimal comma. Raises BriefError (field `palette`), which names the line, on what cannot be
    read, a name that is there twice with two colours, or a Lab colour that a screen cannot show.
    """
    rows = _rows(data)
    header = [cell.strip().casefold() for cell in rows[0][1]]
    columns = _columns(header)
    found: dict[str, str] = {}
    for line, row in rows if columns is None else rows[1:]:
        places = columns or _plain(len(row))
        parts = len(row) - [*(cell.strip() != "" for cell in reversed(row)), True].index(True)
        if parts > (len(header) if columns else parts) or (columns is None and _split(row[:parts])):
            remedy = "write decimals with a point, or part the columns with semicolons"
            raise _refused(line, f"has {parts} columns, as if decimal commas had parted numbers", remedy)
        name, ink = _entry(line, row, places)
        if found.setdefault(name, ink) != ink:
            raise _refused(line, f"{name!r} has another colour further up", "give each name once")
    if not found:
        raise BriefError("palette", "the colour book holds no colour", "write lines such as indigo,#27306b")
    return found


def _rows(data: bytes) -> list[tuple[int, list[str]]]:
    if len(data) > MOST_BYTES:
        raise BriefError("palette", f"the colour book has {len(data)} bytes", f"give at most {MOST_BYTES}")
    try:
        text = data.decode("utf-8-sig")
        read = list(csv.reader(io.StringIO(text, newline=""), delimiter=_parted_by(text)))
    except (UnicodeDecodeError, csv.Error) as error:
        raise BriefError(
            "palette", f"the colour book is no CSV ({error})", "save it as CSV in UTF-8"
        ) from None
    rows = [(line, row) for line, row in enumerate(read, start=1) if any(cell.strip() for cell in row)]
    if not rows or len(rows) > MOST_COLOURS:
        remedy = f"give 1 to {MOST_COLOURS} lines such as indigo,#27306b"
        raise BriefError("palette", f"the colour book has {len(rows)} lines", remedy)
    return rows


def _parted_by(text: str) -> str:
    """What stands in every line: a comma may as well stand in a number, or in a name."""
    lines = [line for line in text.splitlines() if line.strip()]
    return next((mark for mark in ";\t" if lines and all(mark in line for line in lines)), ",")


def _columns(header: list[str]) -> tuple[int, ...] | None:
    """Where name and colour stand, of a file whose first line says so."""
    name = next((header.index(each) for each in _NAMES if each in header), None)
    if name is None:
        return None
    hexes = next((header.index(each) for each in _HEXES if each in header), None)
    if hexes is not None:
        return name, hexes
    if all(each in header for each in ("l", "a", "b")):
        return name, header.index("l"), header.index("a"), header.index("b")
    raise BriefError(
        "palette", "the colour book has no hex column", "name the columns name,hex or name,L,a,b"
    )


def _plain(cells: int) -> tuple[int, ...]:
    return (0, 1, 2, 3) if cells >= 4 else (0, 1)


def _split(row: list[str]) -> bool:
    """Whether a line of name, L, a, b is more whole numbers than that: commas have parted its decimals."""
    return len(row) > 4 and all(re.fullmatch(r" *-?[0-9]+ *", cell) for cell in row[1:])


def _entry(line: int, row: list[str], places: tuple[int, ...]) -> tuple[str, str]:
    if len(row) <= max(places):
        raise _refused(line, f"has {len(row)} columns", "write name,hex or name,L,a,b")
    name, *cells = (row[place].strip() for place in places)
    if not name:
        raise _refused(line, "has no name", "name every colour")
    if len(cells) == 3:
        return name, _from_lab(line, cells)
    digits = _HEX.fullmatch(cells[0])
    if digits is None:
        raise _refused(line, f"{cells[0][:20]!r} is no colour", "write it as #rrggbb, or as L, a, b")
    return name, f"#{digits[1].lower()}"


def _from_lab(line: int, cells: list[str]) -> str:
    from generator.palettes.colour import ink_of, light_of_lab

    try:
        lightness, a, b = (float(cell.replace(",", ".")) for cell in cells)
    except ValueError:
        raise _refused(line, f"{cells} are no numbers", "write L, a and b such as 52.1, 48.0, 20.5") from None
    if not (0.0 <= lightness <= 100.0 and math.hypot(a, b) <= 200.0):
        raise _refused(line, f"L {lightness:g}, a {a:g}, b {b:g} is no colour", "L is 0 to 100, under D50")
    light = light_of_lab((lightness, a, b))
    if light.min() < -_OUTSIDE or light.max() > 1.0 + _OUTSIDE:
        remedy = "leave it out, or give the hex nearest to it"
        raise _refused(line, f"L {lightness:g}, a {a:g}, b {b:g} is outside of sRGB", remedy)
    return ink_of(light)


def _refused(line: int, problem: str, remedy: str) -> BriefError:
    return BriefError("palette", f"line {line} of the colour book: {problem}", remedy)
