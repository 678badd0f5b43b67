"""Reading plain data (from YAML, JSON or a form) field by field; every refusal names the dotted path.

A `Field` is a value with its place in the input and the error class of its reader, so that a parser is a
list of what it wants and no ValueError or KeyError ever reaches a caller.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from types import NoneType
from typing import Any, NoReturn, TypeVar

from ledger.domain.errors import FieldError

MAX_TEXT = 200
PRINTED = (str, int, float, date, NoneType)  # what has a short and harmless repr
NEAR = 0.7  # at difflib's own 0.6 it takes `print` for `train`
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
T = TypeVar("T")


def shown(value: object) -> str:
    """`value` as a reader would recognise it, cut to 60 characters."""
    # A huge integer is not even printed: Python refuses to past 4,300 digits.
    if isinstance(value, int) and value.bit_length() > 256:
        return "a number of more than 77 digits"
    if isinstance(value, list | tuple | Mapping):
        return f"a {'mapping' if isinstance(value, Mapping) else 'list'} of {len(value)}"
    return repr(value)[:60] if isinstance(value, PRINTED) else f"a {type(value).__name__}"


def label(name: object) -> str:
    """The name of a field as it stands in a path."""
    return name[:60] if isinstance(name, str) else shown(name)


@dataclass(frozen=True)
class Field:
    """`value` found at the dotted `path`; refusals are raised as `error`.

    The whole input is a `root`: its path is what to call it, and no part of its fields' paths.
    """

    value: Any
    path: str
    error: type[FieldError]
    root: bool = False

    def refuse(self, problem: str) -> NoReturn:
        raise self.error(self.path, problem)

    def mapping(self, known: Collection[str], form: str = "") -> dict[str, Field]:
        """The fields of a mapping with none but `known` names; `form` shows how it is written."""
        if not isinstance(self.value, Mapping):
            self.refuse(f"{shown(self.value)} is not a mapping; write {form or ', '.join(sorted(known))}")
        found: dict[str, Field] = {}
        for key, value in self.value.items():
            # YAML 1.1 reads the bare word `on` as true.
            name = "on" if key is True and "on" in known else key
            if name not in known:
                self._refuse_name(name, known)
            found[name] = self.child(name, value)
        return found

    def child(self, name: str, value: Any) -> Field:
        return Field(value, name if self.root else f"{self.path}.{name}", self.error)

    def items(self, most: int) -> tuple[Field, ...]:
        """The members of a list of 1 to `most`."""
        if not isinstance(self.value, list | tuple):
            self.refuse(f"{shown(self.value)} is not a list; write it in [ ]")
        if not 1 <= len(self.value) <= most:
            self.refuse(f"a list of {len(self.value)}; give 1 to {most}")
        return tuple(Field(v, f"{self.path}[{i}]", self.error) for i, v in enumerate(self.value))

    def text(self, longest: int = MAX_TEXT) -> str:
        """A text of 1 to `longest` printable characters."""
        if not isinstance(self.value, str):
            self.refuse(f"{shown(self.value)} is not text; write it in quotes")
        if not 1 <= len(self.value.strip()) <= len(self.value) <= longest:
            self.refuse(f"a text of {len(self.value)} characters; give 1 to {longest}, not blank")
        if not self.value.isprintable():
            self.refuse("holds a line break or an unprintable character; write one plain line")
        return self.value

    def whole(self, least: int, most: int) -> int:
        if type(self.value) is not int:
            self.refuse(f"{shown(self.value)} is not a whole number; give {least} to {most}")
        if not least <= self.value <= most:
            self.refuse(f"{shown(self.value)} is out of range; give {least} to {most}")
        return self.value

    def flag(self) -> bool:
        if not isinstance(self.value, bool):
            self.refuse(f"{shown(self.value)} is neither true nor false")
        return self.value

    def day(self) -> date:
        """A calendar day, written 2026-01-31; a time of day is refused rather than cut off."""
        day = self.value if type(self.value) is date else _iso_day(self.value)
        if day is None:
            hint = "give the day without a time" if isinstance(self.value, datetime) else "give a day"
            self.refuse(f"{shown(self.value)} is not a date; {hint} such as 2026-01-31")
        return day

    def one_of(self, options: Collection[str]) -> str:
        if not isinstance(self.value, str) or self.value not in options:
            self.refuse(f"{shown(self.value)} is not known; {suggest(self.value, options)}")
        return self.value

    def build(self, make: Callable[[], T], path: str = "") -> T:
        """`make()`, its FieldError raised again as this reader's own, under `path` when one is given."""
        try:
            return make()
        except FieldError as e:
            if not path and isinstance(e, self.error):
                raise
            raise self.error(path or e.field, e.problem) from e

    def _refuse_name(self, name: object, known: Collection[str]) -> NoReturn:
        path = self.child(label(name), None).path
        raise self.error(path, f"is not a known field; {suggest(name, known)}")


def _iso_day(value: object) -> date | None:
    # fromisoformat also reads 20260131 and 2026-W05-6, which people mistake for something else.
    if not (isinstance(value, str) and _DAY.fullmatch(value)):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def suggest(word: object, options: Collection[str]) -> str:
    """A hint at the nearest of `options`, or at all of them."""
    near = get_close_matches(word[:60], options, n=1, cutoff=NEAR) if isinstance(word, str) else []
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(sorted(options))}"


def required(fields: Mapping[str, Field], name: str, parent: Field, hint: str) -> Field:
    """The field called `name`, refused as missing with `hint` when it is not there."""
    if name not in fields:
        raise parent.error(parent.child(name, None).path, f"is missing; {hint}")
    return fields[name]
