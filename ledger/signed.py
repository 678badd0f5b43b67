"""Decisions that a printer can check offline: what was decided, about which bytes, and a signature."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ledger import decide as deciding
from ledger.context import Ledger
from ledger.decide import Decided
from ledger.domain.brief_text import use_to_dict
from ledger.domain.canonical import canonical
from ledger.domain.decision import Decision, Reading
from ledger.domain.ids import AssetId, PartyId
from ledger.domain.licence import Offer
from ledger.domain.money_text import format_money
from ledger.domain.rights import valid_until
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import Use

GOOD_FOR = timedelta(hours=24)
FORMAT = 1


@dataclass(frozen=True)
class SignedDecision:
    """A decision, its offer on pay, what the statement says of them, and the statement, a compact JWS."""

    decision: Decision
    offer: Offer | None
    statement: Mapping[str, Any]
    jws: str


def decide(
    ledger: Ledger, asset: AssetId, licensee: PartyId, use: Use, reading: Reading = Reading.LENIENT
) -> SignedDecision:
    """As `ledger.decide.decide`, with the signed statement; it is good for GOOD_FOR. Raises the same."""
    return decide_each(ledger, asset, licensee, (use,), reading)[0]


def decide_each(
    ledger: Ledger, asset: AssetId, licensee: PartyId, uses: Sequence[Use], reading: Reading = Reading.LENIENT
) -> tuple[SignedDecision, ...]:
    """`decide` for each of several uses of one tile by one party, from one read of the book."""
    return sign_each(ledger, licensee, uses, deciding.decide_each(ledger, asset, licensee, uses, reading))


def sign_each(
    ledger: Ledger, licensee: PartyId, uses: Sequence[Use], decided: Decided
) -> tuple[SignedDecision, ...]:
    """Statements of decisions that were made on `uses` by `licensee`, in their order."""
    now = ledger.clock().astimezone(UTC)
    shared = {
        "format": FORMAT,
        "ledger": ledger.id,
        "decided_at": _second(now),
        "valid_until": _second(now + GOOD_FOR),
        "entry": {"sequence": decided.entry[0], "hash": decided.entry[1]},
        "licensee": licensee,
    }
    pairs = zip(uses, decided.answers, strict=True)
    return tuple(_signed(ledger, decided, shared, use, *answer) for use, answer in pairs)


def _signed(
    ledger: Ledger,
    decided: Decided,
    shared: Mapping[str, Any],
    use: Use,
    decision: Decision,
    offer: Offer | None,
) -> SignedDecision:
    subject = _subject(decided, decision)
    statement = {**shared, "use": use_to_dict(use), **subject, **report(decision, offer)}
    return SignedDecision(decision, offer, statement, ledger.engines.statements.sign(canonical(statement)))


def report(decision: Decision, offer: Offer | None) -> dict[str, Any]:
    """The compliance report as plain data: every clause and duty with its state, and what can be bought."""
    return {
        "outcome": decision.outcome.value,
        "reason": decision.reason,
        "reading": decision.reading.value,
        "licence": decision.licence,
        "checks": [dict(vars(check)) for check in decision.checks],
        "duties": [{**vars(duty), "state": duty.state.value} for duty in decision.duties],
        "changes": list(decision.changes),
        "offer": _offer(offer) if offer else None,
    }


def is_about(statement: Mapping[str, Any], data: bytes) -> bool:
    """Whether `data` is the tile that a statement is about, or the licensee's own copy of it."""
    named = (statement.get("asset"), statement.get("copy"))
    digests = {each.get("sha256") for each in named if isinstance(each, Mapping)}
    return hashlib.sha256(data).hexdigest() in digests


def _subject(decided: Decided, decision: Decision) -> dict[str, Any]:
    """The tile, the licensee's copy of it, and the terms the decision rests on."""
    tile = decided.tile
    held = decided.book.find(decision.licence) if decision.licence else None
    copy = decided.copies.get(held.id) if held else None
    terms = held.terms_hash if held else terms_hash(decided.terms)
    return {
        "asset": {"id": tile.id, "sha256": tile.sha256, "mark": f"{tile.mark:012x}"},
        "copy": {"sha256": copy.sha256, "mark": f"{copy.mark:012x}"} if copy else None,
        "terms_hash": terms,
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "id": offer.id,
        "price": format_money(offer.price),
        "terms_hash": offer.terms_hash,
        "valid_until": valid_until(datetime.fromisoformat(offer.made_at).date()).isoformat(),
    }


def _second(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
