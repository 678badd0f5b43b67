"""Terms in RSL 1.0 (Really Simple Licensing, recommendation of 6 November 2025, application/rsl+xml).

RSL is about machines: making, showing and selling have no words in it, and neither have days. Used are
`rsl`, `content` (url, server), `copyright`, `terms`, `license`, `permits` and `prohibits` of the types
usage and geo, `payment` of the types free and purchase, `custom` and `amount`; and the usages ai-train
(which takes leave for both kinds of training), ai-input and ai-all. Data mining has no usage of its own,
and is said only where all of AI is closed.

A use that is free on some days only is open where a licence server can say so, and closed without one:
nobody would ask for what is not paid. Prohibitions stand in every licence, because one that is silent
might permit.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

from ledger.domain.money_text import format_money
from ledger.domain.odrl import TERMS_URI
from ledger.domain.odrl_duties import ISO_4217
from ledger.domain.projections.ai import Standing, fee, standing
from ledger.domain.projections.markup import add, written
from ledger.domain.projections.subject import Subject, pattern
from ledger.domain.terms import Terms, Worldwide, WorldwideExcept
from ledger.domain.terms_scope import ALWAYS
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import AiUse

NAMESPACE = "https://rslstandard.org/rsl"
MIME = "application/rsl+xml"
USAGES = {
    "ai-train": frozenset({AiUse.TRAINING, AiUse.GENERATIVE}),
    "ai-input": frozenset({AiUse.INFERENCE}),
}


def to_rsl(terms: Terms, subject: Subject) -> str:
    """The licence file of the picture. Raises ProjectionError without its address."""
    root = Element("rsl", {"xmlns": NAMESPACE})
    _content(root, terms, subject, subject.need("at", "RSL is about an address"))
    return _file(root)


def to_rsl_site(offered: Iterable[tuple[Terms, Subject]]) -> str:
    """One licence file for a whole site: each part by its path. Raises ProjectionError without an address."""
    root = Element("rsl", {"xmlns": NAMESPACE})
    for terms, subject in offered:
        at = subject.need("at", "RSL is about an address")
        _content(root, terms, subject, urlsplit(at).path or "/")
    return _file(root)


def _file(root: Element) -> str:
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + written(root) + "\n"


def _content(root: Element, terms: Terms, subject: Subject, at: str) -> None:
    server = {"server": subject.server} if subject.server else {}
    content = add(root, "content", attributes={"url": pattern(at, subject), **server})
    closed = [usage for usage in USAGES if _is_closed(terms, usage, subject)]
    open_ = [usage for usage in USAGES if usage not in closed]
    everything = standing(terms, {AiUse.MINING}) is Standing.CLOSED and not open_
    for usage in open_:
        _licence(content, terms, usage, closed, subject)
    if not open_:
        add(add(content, "license"), "prohibits", "ai-all" if everything else " ".join(closed), _of("usage"))
    if subject.creator:
        add(content, "copyright", subject.creator)
    name = f"{TERMS_URI}{terms_hash(terms)}"
    add(content, "terms", f"{subject.policy}#{name}" if subject.policy else name)


def _is_closed(terms: Terms, usage: str, subject: Subject) -> bool:
    uses = USAGES[usage]
    unsaid = terms.window != ALWAYS and fee(terms, uses) is None and subject.server is None
    return unsaid or standing(terms, uses) is Standing.CLOSED


def _licence(content: Element, terms: Terms, usage: str, closed: list[str], subject: Subject) -> None:
    licence = add(content, "license")
    add(licence, "permits", usage, _of("usage"))
    territory = terms.territory
    if not isinstance(territory, Worldwide):
        where = "prohibits" if isinstance(territory, WorldwideExcept) else "permits"
        add(licence, where, " ".join(sorted(territory.codes)), _of("geo"))
    if closed:
        add(licence, "prohibits", " ".join(closed), _of("usage"))
    cost = fee(terms, USAGES[usage])
    payment = add(licence, "payment", attributes=_of("purchase" if cost else "free"))
    if cost and subject.licences:
        add(payment, "custom", subject.licences)
    if cost and cost.currency in ISO_4217:
        number, code = format_money(cost).split()
        add(payment, "amount", number, {"currency": code})


def _of(kind: str) -> dict[str, str]:
    return {"type": kind}
