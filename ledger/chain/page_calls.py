"""LicenceBook: what is claimed of an asset or a collection, read from its events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ledger.chain.codec import Contract
from ledger.chain.encoding import encode, keccak, to_hex
from ledger.chain.licences import Licence, licence_of
from ledger.chain.session import Session, topic_of
from ledger.chain.types import Leaf
from ledger.domain.book import Page, conflict, enter, page_of


class PageCalls(Session):
    """Reads pages of the exclusivity book. The contract checks what is read here against its own hash."""

    def page(self, collection_id: int, asset_id: int | None) -> Page:
        """What is claimed of an asset, or (None) of a collection as a whole.

        Every state of a page is in a PageWritten event, but for a page of one line that a licence began: that
        line follows from the licence and the time of its block.
        """
        book, topic = self._contract("LicenceBook"), [topic_of(page_id(collection_id, asset_id))]
        written = self._logs(book, "PageWritten", topic)
        words: Sequence[int] = book.parse("PageWritten", written[-1])["words"] if written else ()
        if words:
            return page_of(words)
        since = _place(written[-1]) if written else (0, 0)
        granted = self._logs(book, "LicenceGranted", [None, topic_of(asset_id or 0)])
        later = (log for log in granted if _place(log) > since)
        begun = next((log for log in later if _is_entered(book, log, collection_id, asset_id)), None)
        return self._begun(book, begun) if begun else ()

    def blocked_until(self, licence: Licence, members: Sequence[Leaf] = ()) -> int | None:
        """Until when (Unix seconds) somebody else's licence is in the way of a grant; None: nothing is.

        A licence for a whole collection is held against all its `members`.
        """
        claim, now = licence.book.claim, self.clock()
        assets = [licence.leaf] if licence.leaf else members
        for asset_id in (None, *(leaf.asset_id for leaf in assets)):
            found = conflict(self.page(licence.collection_id, asset_id), claim, now)
            if found is not None:
                return found[1]
        return None

    def _begun(self, book: Contract, log: dict[str, Any]) -> Page:
        licence = licence_of(book.parse("LicenceGranted", log))
        block = self._node.rpc("eth_getBlockByNumber", log["blockNumber"], False)
        return enter((), licence.book.claim, int(block["timestamp"], 16))


def page_id(collection_id: int, asset_id: int | None) -> int:
    """The contract's id of the page of an asset, or (None) of a collection."""
    if asset_id is None:
        return collection_id
    return int.from_bytes(keccak(encode(("uint256", collection_id), ("uint256", asset_id))), "big")


def _is_entered(book: Contract, log: dict[str, Any], collection_id: int, asset_id: int | None) -> bool:
    """Whether a grant is entered on this page. A sublicence, whose id comes from its parent's, is on none."""
    said = book.parse("LicenceGranted", log)
    if said["collectionId"] != collection_id:
        return False
    licence = licence_of(said)
    return to_hex(licence.id) == said["licenceId"] and (licence.leaf is None) is (asset_id is None)


def _place(log: dict[str, Any]) -> tuple[int, int]:
    return int(log["blockNumber"], 16), int(log["logIndex"], 16)
