"""Percentages and the split in plain data, and back. A percentage has at most two decimals: basis points."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ledger.domain.fields import Field, label, required, shown
from ledger.domain.ids import parse_party
from ledger.domain.split import MAX_PAYEES, WHOLE_BPS, Share, Split

_PERCENT = re.compile(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?\s*%?", re.ASCII)


def read_percent(field: Field) -> int:
    """`60`, `"60 %"` or `"33.33 %"` as basis points, 0 to 10,000."""
    value = field.value
    if isinstance(value, float):
        field.refuse(f"{value!r} may have lost digits; write it with its sign: {value!r} %")
    text = str(value) if type(value) is int and 0 <= value <= 100 else value
    match = _PERCENT.fullmatch(text.strip()) if isinstance(text, str) else None
    bps = int(match[1]) * 100 + int((match[2] or "").ljust(2, "0")) if match else WHOLE_BPS + 1
    if bps > WHOLE_BPS:
        field.refuse(f"{shown(value)} is not a percentage; give 0 % to 100 % with at most two decimals")
    return bps


def write_percent(bps: int) -> str:
    """`60 %`, `33.33 %`: what `read_percent` reads back to the same basis points."""
    whole, hundredths = divmod(bps, 100)
    return f"{whole}.{hundredths:02d} %" if hundredths else f"{whole} %"


def read_split(field: Field) -> Split:
    """`{studio: 60 %, artist: 40 %}` in the order written, or the canonical list of payee and share."""
    pairs = _from_mapping(field) if isinstance(field.value, Mapping) else _from_list(field)
    return Split(tuple(_share(payee, share) for payee, share in pairs))


def split_to_list(split: Split) -> list[dict[str, Any]]:
    """A list, because the order decides ties and canonical JSON sorts the keys of a mapping."""
    return [{"payee": share.payee, "share": write_percent(share.bps)} for share in split.shares]


def _from_mapping(field: Field) -> list[tuple[Field, Field]]:
    if len(field.value) > MAX_PAYEES:
        field.refuse(f"{len(field.value)} payees; name 1 to {MAX_PAYEES}")
    children = [(name, field.child(label(name), share)) for name, share in field.value.items()]
    return [(Field(name, share.path, share.error), share) for name, share in children]


def _from_list(field: Field) -> list[tuple[Field, Field]]:
    rows = [
        row.mapping({"payee", "share"}, "{payee: studio, share: 60 %}") for row in field.items(MAX_PAYEES)
    ]
    members = field.items(MAX_PAYEES)
    return [
        (required(row, "payee", at, "name a party"), required(row, "share", at, "give a percentage"))
        for row, at in zip(rows, members, strict=True)
    ]


def _share(payee: Field, share: Field) -> Share:
    party = payee.build(lambda: parse_party(payee.path, payee.text()))
    bps = read_percent(share)
    if not bps:
        share.refuse("a share of nothing; leave this payee out")
    return Share(party, bps)
