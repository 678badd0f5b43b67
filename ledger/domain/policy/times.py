"""Times of XSD 1.1 as spans: a dateTime is a moment, a date, month or year is all of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

_ZONE = r"(?P<zone>Z|[+-]\d{2}:\d{2})?"
_SPAN = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d{2})(-(?P<day>\d{2})"
    r"(T(?P<hour>\d{2}):(?P<minute>\d{2})(:(?P<second>\d{2})(\.(?P<fraction>\d{1,12}))?)?)?)?)?" + _ZONE
)
_TIME = re.compile(r"(?P<hour>\d{2}):(?P<minute>\d{2}):(?P<second>\d{2})(\.(?P<fraction>\d{1,12}))?" + _ZONE)
_DURATION = re.compile(
    r"(?P<sign>-)?P(?=.)((?P<years>\d{1,6})Y)?((?P<months>\d{1,6})M)?((?P<days>\d{1,8})D)?"
    r"(T(?=.)((?P<hours>\d{1,8})H)?((?P<minutes>\d{1,8})M)?((?P<seconds>\d{1,12}(\.\d{1,12})?)S)?)?"
)
_TICK = timedelta(microseconds=1)
_DAY = Decimal(86400)
_WIDEST = timedelta(hours=14)
# Months by their lengths in days from the four starts that XSD 1.1 names for comparing durations.
_STARTS = (datetime(1696, 9, 1), datetime(1697, 2, 1), datetime(1903, 3, 1), datetime(1903, 7, 1))


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` to `end`, both included, in UTC; equal for a moment."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """Seconds since midnight UTC."""

    seconds: Decimal


@dataclass(frozen=True, slots=True)
class Duration:
    """Months and seconds apart, since a month has no length of its own."""

    months: int
    seconds: Decimal


def read_span(text: str) -> Span | None:
    """`2024`, `2024-02`, `2024-02-12` or `2024-02-12T11:20:10.999Z` (seconds may be left out)."""
    found = _SPAN.fullmatch(text)
    if not found:
        return None
    try:
        start = _start(found)
        return Span(start, _end(found, start))
    except (ValueError, OverflowError):
        return None


def _start(found: re.Match[str]) -> datetime:
    year, month, day = int(found["year"]), int(found["month"] or 1), int(found["day"] or 1)
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    micro = int((found["fraction"] or "").ljust(6, "0")[:6])
    # XSD lets the end of a day be written 24:00:00.
    midnight = timedelta(days=1) if (hour, minute, second, micro) == (24, 0, 0, 0) else timedelta(0)
    hour = 0 if midnight else hour
    moment = datetime(year, month, day, hour, minute, second, micro, tzinfo=_zone(found["zone"]))
    return (moment + midnight).astimezone(UTC)


def _end(found: re.Match[str], start: datetime) -> datetime:
    if found["hour"]:
        return start
    if found["day"]:
        return start + timedelta(days=1) - _TICK
    months = 1 if found["month"] else 12
    local = start.astimezone(_zone(found["zone"]))
    return _plus_months(local, months).astimezone(UTC) - _TICK


def _zone(text: str | None) -> timezone:
    return timezone(_offset(text))


def _offset(text: str | None) -> timedelta:
    if text is None or text == "Z":
        return timedelta(0)
    size = timedelta(hours=int(text[1:3]), minutes=int(text[4:6]))
    if size > _WIDEST:
        raise ValueError(text)
    return -size if text[0] == "-" else size


def _plus_months(moment: datetime, months: int) -> datetime:
    years, month = divmod(moment.month - 1 + months, 12)
    return moment.replace(year=moment.year + years, month=month + 1)


def read_time(text: str) -> TimeOfDay | None:
    """`09:00:00`, with or without a zone."""
    found = _TIME.fullmatch(text)
    if not found or int(found["hour"]) > 23 or int(found["minute"]) > 59 or int(found["second"]) > 59:
        return None
    seconds = Decimal(int(found["hour"]) * 3600 + int(found["minute"]) * 60 + int(found["second"]))
    try:
        offset = _offset(found["zone"])
    except ValueError:
        return None
    exact = seconds + Decimal(f"0.{found['fraction'] or 0}") - Decimal(int(offset.total_seconds()))
    return TimeOfDay(exact % _DAY)


def time_of(span: Span) -> TimeOfDay:
    """The time of day at which `span` begins."""
    start = span.start
    seconds = Decimal(start.hour * 3600 + start.minute * 60 + start.second)
    return TimeOfDay(seconds + Decimal(start.microsecond) / 1_000_000)


def read_duration(text: str) -> Duration | None:
    """`P1Y2M3DT4H5M6S` and its parts."""
    found = _DURATION.fullmatch(text)
    if not found:
        return None
    part = {name: Decimal(found[name] or 0) for name in ("days", "hours", "minutes", "seconds")}
    months = int(found["years"] or 0) * 12 + int(found["months"] or 0)
    seconds = part["days"] * _DAY + part["hours"] * 3600 + part["minutes"] * 60 + part["seconds"]
    return Duration(-months, -seconds) if found["sign"] else Duration(months, seconds)


def order_durations(left: Duration, right: Duration) -> int | None:
    """-1, 0 or 1; None when it depends on which months are meant (XSD 1.1, 3.3.6)."""
    months = left.months - right.months
    seconds = left.seconds - right.seconds
    found = {_sign(_month_seconds(start, months) + seconds) for start in _STARTS}
    return found.pop() if len(found) == 1 else None


def _month_seconds(start: datetime, months: int) -> Decimal:
    # 400 years have the same length from any start, which keeps dates within what datetime can hold.
    cycles, rest = divmod(months, 4800)
    days = cycles * 146097 + (_plus_months(start, rest) - start).days
    return days * _DAY


def _sign(number: Decimal) -> int:
    return (number > 0) - (number < 0)
