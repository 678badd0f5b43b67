"""What people call things on the command line: ids, the beginnings of ids, `harbour`, `harbour/1`.

A collection is named by its id, by six or more of the first digits of it, or by the slug of the name in its
brief; a tile by its id, the beginning of it, or `<collection>/<number>`, counted from 1. Everything else that
has an id of 32 digits can be named by the beginning of it. Programs use ids.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING

from api.errors import InputError
from ledger.domain.errors import FieldError
from ledger.domain.ids import (
    AssetId,
    CollectionId,
    FindingId,
    InvoiceId,
    LicenceId,
    OfferId,
    PartyId,
    ScanId,
)
from ledger.errors import UnknownError
from ledger.store import assets, banks, names, parties
from ledger.store.names import Named

if TYPE_CHECKING:
    from ledger.context import Ledger
    from ledger.store import Tx

MIN_DIGITS = 6
MAX_LISTED = 5
_DIGITS = re.compile(r"[0-9a-f]{1,32}")
_NUMBER = re.compile(r"[0-9]{1,9}")


def slug(name: str) -> str:
    """`Low Tide` as it is typed: low-tide."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).casefold()).strip("-")


def collection(ledger: Ledger, name: str) -> CollectionId:
    """Raises UnknownError (unknown-collection), InputError when several have this name."""
    with ledger.store.reading() as tx:
        return _collection(tx, name)


def asset(ledger: Ledger, name: str) -> AssetId:
    """Raises UnknownError (unknown-asset, unknown-collection), InputError when several have this name."""
    owner, slash, number = name.rpartition("/")
    with ledger.store.reading() as tx:
        if not slash:
            return AssetId(_beginning(tx, Named.ASSET, name, _advice(tx)))
        return _numbered(tx, owner, number)


def party(ledger: Ledger, name: str) -> PartyId:
    """Raises UnknownError (unknown-party) with the nearest known one."""
    with ledger.store.reading() as tx:
        known = [each.id for each in parties.every(tx)]
    if name not in known:
        advice = _nearest(slug(name), known, "selvage party list lists them")
        raise UnknownError("party", name, f"{advice}; a new one: selvage party add")
    return PartyId(name)


def offer(ledger: Ledger, name: str) -> OfferId:
    """Raises UnknownError (unknown-offer), InputError when several begin so."""
    advice = "selvage decide makes offers and prints their ids"
    return OfferId(_of_kind(ledger, Named.OFFER, name, advice))


def licence(ledger: Ledger, name: str) -> LicenceId:
    """Raises UnknownError (unknown-licence), InputError when several begin so."""
    return LicenceId(_of_kind(ledger, Named.LICENCE, name, "selvage show licence lists them"))


def invoice(ledger: Ledger, name: str) -> InvoiceId:
    """Raises UnknownError (unknown-invoice), InputError when several begin so."""
    return InvoiceId(_of_kind(ledger, Named.INVOICE, name, "selvage show invoice lists them"))


def operation(ledger: Ledger, name: str) -> str:
    """Raises UnknownError (unknown-operation), InputError when several begin so."""
    return _of_kind(ledger, Named.OPERATION, name, "selvage operations lists them")


def scan(ledger: Ledger, name: str) -> ScanId:
    """Raises UnknownError (unknown-scan), InputError when several begin so."""
    return ScanId(_of_kind(ledger, Named.SCAN, name, "selvage scan --json prints the id of each"))


def token(ledger: Ledger, name: str) -> str:
    """The id of a licence token. Raises UnknownError (unknown-token), InputError when several begin so."""
    return _of_kind(ledger, Named.TOKEN, name, "selvage rsl tokens lists them")


def finding(ledger: Ledger, name: str) -> FindingId:
    """Raises UnknownError (unknown-finding), InputError when several begin so."""
    return FindingId(_of_kind(ledger, Named.FINDING, name, "selvage review held lists those that are held"))


def negative(ledger: Ledger, name: str) -> str:
    """The SHA-256 of a negative, from its beginning. UnknownError (unknown-negative), InputError."""
    digits = name.lower()
    with ledger.store.reading() as tx:
        known = [each.sha256 for each in banks.negatives(tx, ended=True)]
    given = len(digits) >= MIN_DIGITS
    found = dict.fromkeys(each for each in known if given and each.startswith(digits))
    return _only(found, "negative", name, "selvage review list shows them")


def is_id(name: str) -> bool:
    """Whether `name` can only be an id or the beginning of one."""
    return "/" not in name and len(name) >= MIN_DIGITS and bool(_DIGITS.fullmatch(name))


def _of_kind(ledger: Ledger, kind: Named, name: str, advice: str) -> str:
    with ledger.store.reading() as tx:
        return _beginning(tx, kind, name, advice)


def _collection(tx: Tx, name: str) -> CollectionId:
    found = dict.fromkeys(_matches(tx, Named.COLLECTION, name))
    if name not in found:  # a whole id names nothing else
        known = {id: slug(title) for id, title in names.collection_names(tx).items()}
        wanted = slug(name)
        found |= dict.fromkeys(id for id, known_as in known.items() if wanted and known_as == wanted)
    return CollectionId(_only(found, Named.COLLECTION.value, name, _advice(tx, name)))


def _numbered(tx: Tx, owner: str, number: str) -> AssetId:
    within = _collection(tx, owner)
    if not _NUMBER.fullmatch(number):
        raise FieldError("asset", f"{number[:20]!r} is no number of a tile; write it as {owner}/1")
    tiles = assets.drafts(tx, within)
    if not 1 <= int(number) <= len(tiles):
        raise UnknownError("asset", f"{owner}/{number}", f"{owner} has {len(tiles)} tiles, counted from 1")
    return tiles[int(number) - 1].id


def _beginning(tx: Tx, kind: Named, name: str, advice: str) -> str:
    return _only(_matches(tx, kind, name), kind.value, name, advice)


def _matches(tx: Tx, kind: Named, name: str) -> tuple[str, ...]:
    digits = name.lower()
    return names.beginning_with(tx, kind, digits, MAX_LISTED + 1) if is_id(digits) else ()


def _only(found: Iterable[str], field: str, name: str, advice: str) -> str:
    matches = list(found)
    if len(matches) == 1:
        return matches[0]
    if matches:
        shown = ", ".join(matches[:MAX_LISTED]) + (", ..." if len(matches) > MAX_LISTED else "")
        raise InputError(f"{field}: {name!r} names several ({shown}); give one of these ids", field=field)
    if _DIGITS.fullmatch(name.lower()) and len(name) < MIN_DIGITS:
        advice = f"the beginning of an id takes at least {MIN_DIGITS} digits; {advice}"
    raise UnknownError(field, name, advice)


def _advice(tx: Tx, name: str | None = None) -> str:
    known = list(dict.fromkeys(slug(title) for title in names.collection_names(tx).values()))
    if name is None:
        example = known[-1] if known else "harbour"
        return f"name a tile by its id or as <collection>/<number>, such as {example}/1"
    return _nearest(slug(name), known, "selvage show collection lists them")


def _nearest(name: str, known: Sequence[str], otherwise: str) -> str:
    near = get_close_matches(name, known, n=1)
    if near:
        return f"did you mean {near[0]}?"
    if 0 < len(known) <= MAX_LISTED:
        return f"known are {', '.join(known)}"
    return otherwise
