"""Give a part of a licence to somebody else: on chain by its licensee, then in the book.

Its pieces are set aside in the book before the chain is asked: what is reported or given under the licence
above meanwhile is held against what that leaves. A crash is mended by doing it again: the sublicence is
found on chain and written down, and its pieces are set aside once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger import on_chain, signers, witness
from ledger.chain import ContractRevertError, InsufficientFundsError
from ledger.chain import Licence as ChainLicence
from ledger.context import Ledger
from ledger.domain import sublicence as rules
from ledger.domain.errors import FieldError, OrderError
from ledger.domain.ids import LicenceId, PartyId, derive
from ledger.domain.licence import Grant
from ledger.domain.terms import Run, Terms
from ledger.domain.terms_text import terms_hash
from ledger.errors import KeyMissingError
from ledger.store import Tx, books, parties, promises, rights

if TYPE_CHECKING:
    from ledger.chain import Tx as Sent

MAX_KEY = 200


@dataclass(frozen=True)
class _Part:
    """What is given, of which licence, to whom."""

    id: LicenceId
    parent: Grant
    licensee: PartyId
    terms: Terms

    @property
    def run(self) -> int:
        return self.terms.run.units if isinstance(self.terms.run, Run) else 0


def sublicense(
    ledger: Ledger,
    parent: LicenceId,
    licensee: PartyId,
    gives: Mapping[str, Any],
    key: str = "",
    holder: PartyId | None = None,
) -> Grant:
    """A sublicence of `parent` for `licensee` that gives what `gives` says, in the words of terms.

    The same again is the same sublicence; another one like it needs another `key`. Pieces come out of the
    parent's run and are not given back. Raises UnknownError, TermsError where it goes beyond the parent,
    OrderError where the parent allows none, is out of force or has too few pieces left, or is no longer held
    by `holder`, who asked; KeyMissingError where nobody here can act for the parent's licensee, and
    ChainError. What is refused changes nothing.
    """
    with ledger.store.transaction() as tx:
        part = _part(tx, parent, licensee, gives, key)
        known = rights.find_grant(tx, part.id)
        if known is not None:
            return known
        _promise(ledger, tx, part, holder)
    try:
        sent, licence = _on_chain(ledger, part)
    except (ContractRevertError, InsufficientFundsError, KeyMissingError, OrderError):
        with ledger.store.transaction() as tx:  # the chain has not granted it, and will not
            promises.end(tx, part.id)
        raise
    granted = _grant(ledger, part, sent)
    with ledger.store.transaction() as tx:
        known = rights.find_grant(tx, part.id)
        if known is not None:
            return known
        promises.end(tx, part.id)
        witness.record(tx, sent, part.id)
        rights.add_grant(tx, granted)
        tx.append("sublicence-granted", part.id, _body(granted, licence), granted.granted_at)
    return granted


def _part(tx: Tx, parent: LicenceId, licensee: PartyId, gives: Mapping[str, Any], key: str) -> _Part:
    held = rights.get_grant(tx, parent)
    parties.get(tx, licensee)
    if licensee == held.licensee:
        raise FieldError("licensee", f"{licensee} holds licence {parent} already; name somebody else")
    if len(key) > MAX_KEY or not key.isprintable():
        raise FieldError("key", f"give at most {MAX_KEY} printable characters")
    terms = rules.narrowed(held, gives)
    name = LicenceId(derive("sublicence", parent, licensee, terms_hash(terms), key))
    return _Part(name, held, licensee, terms)


def _promise(ledger: Ledger, tx: Tx, part: _Part, holder: PartyId | None) -> None:
    """Set the pieces of a sublicence aside, once, if there are as many and it may be given. OrderError."""
    book = books.of_licence(tx, part.parent)
    rules.require_open(part.parent, book)
    end = part.terms.window.end
    if end and ledger.today() > end:
        raise OrderError(f"dates: the sublicence would have ended on {end}; give later ones")
    if not promises.made(tx, part.id):  # once it is, the licence above is not handed on
        if holder not in (None, part.parent.licensee):
            raise OrderError(f"licence {part.parent.id} is no longer held by {holder}; look it up again")
        rules.require_left(part.parent, book, part.run)
        promises.make(tx, part.id, part.parent.id, part.run)


def _on_chain(ledger: Ledger, part: _Part) -> tuple[Sent, ChainLicence]:
    above = on_chain.record(ledger, part.parent)
    if above is None:
        raise OrderError(
            f"licence {part.parent.id} is of an earlier book, where nothing can be given below it"
        )
    with ledger.store.reading() as tx:
        address = parties.get(tx, part.licensee).address
    chain, parent = witness.ready(ledger), above.licence
    licence = ChainLicence(
        reference=witness.word(part.id),
        collection_id=parent.collection_id,
        leaf=parent.leaf,
        licensee=address,
        terms_hash=bytes.fromhex(terms_hash(part.terms)),
        start=on_chain.first_second(part.terms.window),
        until=on_chain.end_second(part.terms.window),
        territories=on_chain.territories(part.terms.territory),
        products=on_chain.products(ledger, chain, part.terms.products),
        run=part.run,
        depth=rules.depth_of(part.terms.sublicensing),
        overage=isinstance(part.terms.run, Run) and part.terms.run.overage is not None,
    )
    account = signers.acting_for(ledger, chain, part.parent.licensee)
    return chain.sublicense(account, parent, licence), licence


def _grant(ledger: Ledger, part: _Part, sent: Sent) -> Grant:
    return Grant(
        id=part.id,
        offer=None,
        asset=part.parent.asset,
        licensee=part.licensee,
        action=part.parent.action,
        terms=part.terms,
        terms_hash=terms_hash(part.terms),
        granted_at=ledger.now(),
        invoice=None,
        tx=sent.hash,
        gas=sent.gas,
        parent=part.parent.id,
    )


def _body(granted: Grant, licence: ChainLicence) -> dict[str, object]:
    return {
        "parent": granted.parent,
        "asset": granted.asset,
        "licensee": granted.licensee,
        "units": licence.run or None,
        "terms": granted.terms_hash,
        "tx": granted.tx,
    }
