"""One self-contained page per scan: no scripts, nothing from outside, the pictures as files beside it.

A row is one picture of the scan, a mapping with
- ``name``, and where known ``sha256``;
- ``problem``: None, or a mapping with ``code`` and ``message`` for a file that could not be read;
- ``findings``: a list of mappings with ``id``, ``asset``, ``mark`` (12 hex digits or None), ``verdict``,
  ``p_value`` (decimal text) and ``evidence``, the record that ``ledger.evidence`` writes (``signals``,
  ``region``, ``repeat``, ``colourway``, ``generic``, ``certain``); where known ``asset_name``, ``standing``,
  ``seller``, ``copy`` (the licence whose copy it is) and ``held`` (why nobody is billed before a look);
- where known ``cut_short`` and ``steps``: what was tried, mappings with ``lane``, ``tried``, ``outcome``;
- where known ``not_comparable``: the assets it could not be compared with, for their tiles are lost.

Everything else may be missing. The same arguments give the same bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from forensics.describing.words import change_words
from forensics.page.words import (
    angle,
    area_share,
    coverage,
    likelihood,
    repeat_words,
    scale_words,
    signal_words,
    verdict_words,
)

Row = Mapping[str, Any]

_ORDER = {"proven": 0, "likely": 1, "none": 2}


def report_page(
    title: str, rows: Sequence[Row], pictures: Mapping[str, str], facts: Mapping[str, str] | None = None
) -> str:
    """The page as HTML text.

    ``title``: name of the scan. ``pictures``: finding id -> path of its evidence sheet
    (``forensics.draw``), and picture name -> path of a thumbnail, both relative to the page; either may be
    missing. ``facts``: parameters and versions that somebody needs to repeat the scan, in order.
    """
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("forensics.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    seen = [_row(row, pictures) for row in rows]
    cards = [card for row in seen for card in row["cards"]]
    cards.sort(key=lambda card: (_ORDER.get(card["verdict"], 3), card["picture"], card["id"]))
    template = environment.get_template("report.html")
    return template.render(
        title=title,
        counts=_counts(seen),
        cards=cards,
        quiet=[row for row in seen if not row["cards"] and not row["problem"]],
        unreadable=[row for row in seen if row["problem"]],
        lost=sorted({asset for row in rows for asset in row.get("not_comparable") or ()}),
        facts=dict(facts or {}),
    )


def _counts(rows: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    best = [min((card["verdict"] for card in row["cards"]), key=_rank, default="none") for row in rows]
    readable = [verdict for verdict, row in zip(best, rows, strict=True) if not row["problem"]]
    return {
        "pictures": len(rows),
        "proven": readable.count("proven"),
        "likely": readable.count("likely"),
        "none": readable.count("none"),
        "unreadable": len(rows) - len(readable),
    }


def _rank(verdict: str) -> int:
    return _ORDER.get(verdict, 3)


def _row(row: Row, pictures: Mapping[str, str]) -> dict[str, Any]:
    steps = [
        {"lane": each.get("lane", ""), "tried": each.get("tried", ""), "outcome": each.get("outcome", "")}
        for each in row.get("steps") or ()
    ]
    whole = {
        "name": row["name"],
        "sha256": row.get("sha256") or "",
        "problem": row.get("problem"),
        "cut_short": bool(row.get("cut_short")),
        "thumbnail": pictures.get(row["name"], ""),
        "steps": steps,
    }
    cards = [_card(finding, whole, pictures) for finding in row.get("findings") or ()]
    return {**whole, "cards": cards}


def _card(finding: Row, row: Mapping[str, Any], pictures: Mapping[str, str]) -> dict[str, Any]:
    evidence = finding.get("evidence") or {}
    repeat, colourway = evidence.get("repeat") or {}, evidence.get("colourway") or {}
    signals = evidence.get("signals") or ()
    mark = finding.get("mark")
    return {
        "id": str(finding.get("id", "")),
        "picture": row["name"],
        "sha256": row["sha256"],
        "drawing": pictures.get(str(finding.get("id", "")), "") or row["thumbnail"],
        "asset": finding.get("asset") or "",
        "asset_name": finding.get("asset_name") or "",
        "mark": mark or "",
        "key": next((each.get("key") for each in signals if each.get("key")), "") or "",
        "licensed_copy": finding.get("copy") or "",
        "held": finding.get("held") or "",
        "seller": finding.get("seller") or "",
        "standing": finding.get("standing") or "",
        "verdict": finding["verdict"],
        "says": verdict_words(finding["verdict"], signals, bool(evidence.get("certain"))),
        "odds": likelihood(finding.get("p_value", "1")),
        "certain": bool(evidence.get("certain")),
        "signals": [signal_words(each) for each in signals],
        "facts": _facts(evidence, repeat),
        "change": change_words(colourway) if colourway else "",
        "inks": [_ink(each) for each in colourway.get("inks") or ()],
        "steps": row["steps"],
        "cut_short": row["cut_short"],
    }


def _facts(evidence: Row, repeat: Row) -> list[tuple[str, str]]:
    told = [
        ("repeat", repeat_words(repeat)),
        ("turned by", angle(repeat)),
        ("seen", coverage(repeat)),
        ("size", scale_words(repeat)),
        ("motif", _motif(evidence.get("generic"))),
    ]
    return [(name, words) for name, words in told if words]


def _motif(generic: Any) -> str:
    value = float(generic or 0.0)
    if value >= 0.8:
        return "generic: only the mark can prove it"
    return "rather generic: its shape lends the mark no strength" if value >= 0.5 else ""


def _ink(ink: Row) -> dict[str, str]:
    return {
        "registered": _colour(ink.get("registered")),
        "seen": _colour(ink.get("seen")),
        "share": area_share(ink.get("share")),
    }


def _colour(text: Any) -> str:
    """Only a colour may stand in a style."""
    plain = str(text or "").lower()
    hexed = len(plain) == 7 and plain[0] == "#" and all(c in "0123456789abcdef" for c in plain[1:])
    return plain if hexed else "#000000"
