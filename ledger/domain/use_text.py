"""A use as people write it: plain data (from YAML or JSON) and back.

What came after the first version of uses is written only where it says something, so that a use of before is
written as before, byte for byte: offers are named by it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from ledger.domain.errors import UseError
from ledger.domain.fields import Field, required
from ledger.domain.money_text import format_money, read_money
from ledger.domain.scope_text import members
from ledger.domain.use import MAX_DEPTH, MAX_SHOWN, MAX_UNITS, ON_PRODUCTS, Action, Use
from ledger.domain.words import ANY, CHANNELS, INDUSTRIES, MODIFICATIONS, ORIGINAL

HINTS = {
    "action": "say reproduce, display or train",
    "product": "name a product such as wallpaper",
    "territory": "name a country such as GB",
    "on": "give the day of the use such as 2026-01-31, or {from: 2026-01-01, to: 2026-03-31}",
}
KNOWN_WORDS = {"channel": CHANNELS | {ANY}, "industry": INDUSTRIES | {ANY}}
MAX_USES = 200  # in one request
OPTIONAL = (
    "units",
    "channel",
    "industry",
    "colourway",
    "modifications",
    "generations",
    "depth",
    "revenue",
    "attribution",
)


def parse_use(data: Mapping[str, Any], *, kept: bool = False) -> Use:
    """A use from plain data; UseError names the dotted field of the first problem.

    Where it was `kept` before, a channel or an industry may be a word that was never one of ours.
    """
    return read_use(Field(data, "use", UseError, root=True), kept=kept)


def parse_uses(rows: Sequence[Any]) -> tuple[Use, ...]:
    """1 to MAX_USES uses from plain data; UseError names the one that is wrong, and its field."""
    if not 1 <= len(rows) <= MAX_USES:
        raise UseError("uses", f"{len(rows)} of them; ask for 1 to {MAX_USES} at a time")
    return tuple(read_use(Field(row, f"uses[{number}]", UseError)) for number, row in enumerate(rows))


def use_to_dict(use: Use) -> dict[str, Any]:
    """Canonical plain data; what came later than the first version stands there only where it is said."""
    later = {
        "industry": use.industry if use.industry != ANY else None,
        "colourway": use.colourway if use.colourway != ORIGINAL else None,
        "modifications": sorted(use.modifications) or None,
        "generations": use.generations or None,
        "depth": use.depth or None,
        "revenue": format_money(use.revenue) if use.revenue else None,
        "attribution": use.attribution,
    }
    return {
        "action": use.action.value,
        "product": use.product,
        "territory": use.territory,
        "units": use.units,
        "on": write_days(use.on, use.until),
        "channel": use.channel,
        **{name: value for name, value in later.items() if value is not None},
    }


def read_use(source: Field, *, kept: bool = False) -> Use:
    """A use from the field of a larger input; `kept` as for `parse_use`."""
    fields = source.mapping({*HINTS, *OPTIONAL})
    action = Action(
        required(fields, "action", source, HINTS["action"]).one_of([action.value for action in Action])
    )
    needed = [name for name in HINTS if name != "product" or action in ON_PRODUCTS or name in fields]
    at = {name: required(fields, name, source, HINTS[name]) for name in needed}

    def word(name: str, default: str) -> str:
        return fields[name].text() if name in fields else default

    def count(name: str, most: int) -> int:
        return fields[name].whole(0, most) if name in fields else 0

    changed, revenue = fields.get("modifications"), fields.get("revenue")
    values: dict[str, Any] = {
        "product": word("product", ANY),
        "territory": at["territory"].text(),
        "units": count("units", MAX_UNITS),
        "channel": word("channel", ANY),
        "industry": word("industry", ANY),
        "colourway": word("colourway", ORIGINAL),
        "modifications": _modifications(changed) if changed else frozenset(),
        "generations": count("generations", MAX_UNITS),
        "depth": count("depth", MAX_DEPTH),
        "revenue": read_money(revenue) if revenue else None,
        "attribution": fields["attribution"].text(MAX_SHOWN) if "attribution" in fields else None,
        **dict(zip(("on", "until"), read_days(at["on"]), strict=True)),
    }
    try:
        use = Use(action, **values)
    except UseError as e:
        raise UseError(source.child(e.field, None).path, e.problem) from e
    for name, known in () if kept else KNOWN_WORDS.items():
        if name in fields:
            fields[name].one_of(known)
    return use


def read_days(field: Field) -> tuple[date, date | None]:
    """A day, or `{from: day, to: day}`, both included: the first, and the last if it is another."""
    if not isinstance(field.value, Mapping):
        return field.day(), None
    form = "a day, or {from: 2026-01-01, to: 2026-03-31}"
    parts = field.mapping({"from", "to"}, form)
    first, last = (required(parts, name, field, f"write {form}").day() for name in ("from", "to"))
    if last < first:
        field.refuse(f"ends on {last} before it begins on {first}; swap them")
    return first, last if last > first else None


def write_days(first: date, last: date | None) -> Any:
    """As `read_days` reads it."""
    return {"from": first.isoformat(), "to": last.isoformat()} if last else first.isoformat()


def days_said(on: str | None, first: str | None, last: str | None, today: str) -> Any:
    """The days of a use of which `on`, or the `first` and the `last` day, were said apart; else `today`.

    Raises UseError where both are.
    """
    if first is None and last is None:
        return on or today
    if on is not None:
        raise UseError("on", "is one day, and from and to are a period; give one of the two")
    return {name: day for name, day in (("from", first), ("to", last)) if day is not None}


def _modifications(field: Field) -> frozenset[str]:
    if field.value == []:
        return frozenset()
    return frozenset(member.one_of(MODIFICATIONS) for member in members(field, len(MODIFICATIONS)))
