"""Values as RDF knows them, and what they can be compared as.

Comparison follows XSD 1.1 datatypes with three rules of our own, which docs/odrl.md states: a date, month or
year is the whole span of time it names; a time without a zone is UTC; a plain text is read as the type of
what it is compared with.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from ledger.domain.policy.times import Duration, Span, TimeOfDay, read_duration, read_span, read_time
from ledger.domain.policy.vocabulary import XSD

STRING = f"{XSD}string"
LANGUAGE_TEXT = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"


@dataclass(frozen=True, slots=True)
class Iri:
    """A thing that is named."""

    value: str

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Literal:
    """A text with its datatype, as written."""

    text: str
    datatype: str = STRING
    language: str | None = None

    def __str__(self) -> str:
        return self.text


Term = Iri | Literal


@dataclass(frozen=True, slots=True)
class Text:
    """Something that is equal to another or not, and has no order."""

    value: str
    language: str | None = None
    datatype: str | None = None


Comparable = Decimal | bool | Span | TimeOfDay | Duration | Text

_NUMBER = re.compile(r"[+-]?(\d{1,400}(\.\d{0,400})?|\.\d{1,400})([eE][+-]?\d{1,3})?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}
_NUMERIC = frozenset(
    f"{XSD}{name}"
    for name in (
        *("decimal", "integer", "double", "float", "long", "int", "short", "byte"),
        *("nonNegativeInteger", "positiveInteger", "nonPositiveInteger", "negativeInteger"),
        *("unsignedLong", "unsignedInt", "unsignedShort", "unsignedByte"),
    )
)
_SPANS = frozenset(f"{XSD}{name}" for name in ("dateTime", "dateTimeStamp", "date", "gYearMonth", "gYear"))
_DURATIONS = frozenset(f"{XSD}{name}" for name in ("duration", "dayTimeDuration", "yearMonthDuration"))
_TEXTS = frozenset((STRING, f"{XSD}anyURI", f"{XSD}normalizedString", f"{XSD}token", LANGUAGE_TEXT))


@lru_cache(maxsize=4096)
def read(term: Term) -> Comparable | None:
    """What `term` can be compared as; None when it is not what its datatype says."""
    if isinstance(term, Iri):
        return Text(term.value)
    text, datatype = term.text.strip(), term.datatype
    if datatype in _NUMERIC:
        return _number(text)
    if datatype == f"{XSD}boolean":
        return _BOOLEANS.get(text)
    if datatype in _SPANS:
        return read_span(text)
    if datatype in _DURATIONS:
        return read_duration(text)
    if datatype == f"{XSD}time":
        return read_time(text)
    known = datatype in _TEXTS
    return Text(term.text, term.language, None if known else datatype)


def read_as(term: Term, like: Comparable) -> Comparable | None:
    """`term`, a plain text being read as the type of `like`."""
    if not isinstance(term, Literal) or term.datatype != STRING or isinstance(like, Text):
        return read(term)
    text = term.text.strip()
    if isinstance(like, bool):
        return _BOOLEANS.get(text)
    if isinstance(like, Decimal):
        return _number(text)
    if isinstance(like, Duration):
        return read_duration(text)
    return read_span(text) or read_time(text)


def instant(term: Term | None) -> datetime | None:
    """The moment `term` says, or None."""
    found = read(term) if term else None
    return found.start if isinstance(found, Span) else None


def _number(text: str) -> Decimal | None:
    return Decimal(text) if _NUMBER.fullmatch(text) else None
