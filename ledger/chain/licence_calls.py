"""LicenceBook: licences granted, handed on, suspended and revoked. Units are in `unit_calls`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from eth_account.signers.base import BaseAccount

from ledger.chain.codec import Contract
from ledger.chain.encoding import keccak, to_hex
from ledger.chain.errors import ContractRevertError, MessageError
from ledger.chain.licences import Licence, LicenceRecord, LicenceState, licence_of
from ledger.chain.page_calls import PageCalls
from ledger.chain.registry_calls import Proof, leaf_tuple
from ledger.chain.sender import Call
from ledger.chain.session import topic_of
from ledger.chain.types import Leaf, Tx
from ledger.domain.book import page_words

_ATTEMPTS = 8  # of a grant, when others grant in the same collection at the same time
_MOST_PRODUCTS = 255  # words of a creator that have a bit of their own


class LicenceCalls(PageCalls):
    """Calls to LicenceBook about licences as a whole."""

    def grant(self, account: BaseAccount, licence: Licence, proof: Proof) -> Tx:
        """Grant a licence for a member of a collection of `account`; its invoice, if any, must be settled.

        ContractRevertError ExclusivityConflict where somebody else's licence is in the way.
        """
        leaf = licence.leaf
        if leaf is None:
            raise MessageError("leaf", "a licence for a whole collection is granted by grant_whole")
        return self._grant(
            account,
            licence,
            lambda: (
                *("grantForAsset", licence.reference, licence.words, list(proof)),
                *(self._words(licence, each) for each in (leaf.asset_id, None)),
            ),
        )

    def grant_whole(self, account: BaseAccount, licence: Licence, members: Sequence[Leaf]) -> Tx:
        """Grant a licence for a whole collection of `account`. Takes all its members; gas grows with them."""
        if licence.leaf is not None:
            raise MessageError("leaf", "a licence for one asset is granted by grant")
        ordered = sorted(members, key=lambda leaf: leaf.hash)
        return self._grant(
            account,
            licence,
            lambda: (
                *("grantWhole", licence.reference, licence.words),
                [(leaf_tuple(leaf), self._words(licence, leaf.asset_id)) for leaf in ordered],
                self._words(licence, None),
            ),
        )

    def sublicence(self, parent: Licence, licence: Licence) -> Licence:
        """`licence` as the next sublicence of `parent`: its place in the tree filled in."""
        book = self._contract("LicenceBook")
        root, branches = self._view(book, "lineageBelow", parent.id, parent.words)
        placed = {"parent": parent.id, "root": bytes(root), "branches": branches}
        return replace(licence, collection_id=parent.collection_id, **placed)

    def sublicense(self, account: BaseAccount, parent: Licence, licence: Licence, proof: Proof = ()) -> Tx:
        """Give `licence` from `parent`, for its licensee: by `account`, theirs or an operator's.

        Its place in the tree is filled in as it is when it is sent, see `sublicence`.
        """
        book = self._contract("LicenceBook")
        for left in reversed(range(_ATTEMPTS)):
            placed = self.sublicence(parent, licence)
            arguments = (parent.id, parent.words, licence.reference, placed.words, list(proof))
            call = Call("sublicense", book.encode("sublicense", *arguments), book.address)
            try:
                return self._granted(account, call, placed)
            except ContractRevertError as error:  # somebody opened the branch we counted on
                if error.name != "WrongLineage" or not left:
                    raise
        raise AssertionError("unreachable")

    def acts_for(self, licensee: str, operator: str) -> bool:
        """Whether `operator` may act for `licensee` in the licence book."""
        return bool(self._view(self._contract("LicenceBook"), "isOperator", licensee, operator))

    def revoke(self, account: BaseAccount, licence: Licence, parent: Licence | None = None) -> Tx:
        """End a licence, and all below it, for good.

        `account` is the creator of its collection; for a sublicence with its `parent`, the parent's licensee.
        """
        return self._change(
            account,
            "revoke",
            licence,
            parent,
            "LicenceRevoked",
            lambda: self.licence_state(licence.id) is LicenceState.REVOKED,
        )

    def suspend(self, account: BaseAccount, licence: Licence, parent: Licence | None = None) -> Tx:
        """Put a licence, and all below it, out of force until `resume` by the same of the two."""
        done = lambda: self.suspended_by(licence.id)[parent is not None]  # noqa: E731
        return self._change(account, "suspend", licence, parent, "LicenceSuspended", done)

    def resume(self, account: BaseAccount, licence: Licence, parent: Licence | None = None) -> Tx | None:
        """Lift a suspension of one's own; None if there never was one. Another one may be left."""
        book, topics = self._contract("LicenceBook"), [topic_of(licence.id)]
        said = (book.parse("LicenceSuspended", log) for log in self._logs(book, "LicenceSuspended", topics))
        if not any(each["byCreator"] is (parent is None) for each in said):
            return None
        done = lambda: not self.suspended_by(licence.id)[parent is not None]  # noqa: E731
        return self._change(account, "resume", licence, parent, "LicenceResumed", done)

    def release(self, account: BaseAccount, licence: Licence) -> Tx:
        """Take a revoked exclusive licence out of the book, so that others can be granted. Anybody may."""
        book = self._contract("LicenceBook")
        page = self.page(licence.collection_id, licence.leaf.asset_id if licence.leaf else None)
        data = book.encode("release", licence.id, licence.words, page_words(page))
        topics = [topic_of(licence.id)]
        return self._once(
            account,
            Call("release-licence", data, book.address),
            lambda: bool(self._logs(book, "LicenceReleased", topics)),
            (book, "LicenceReleased", topics),
        )

    def transfer(self, account: BaseAccount, licence: Licence, to: str) -> Tx:
        """Hand a transferable licence of `account` on. From then on it is `replace(licence, licensee=to)`."""
        book = self._contract("LicenceBook")
        after = replace(licence, licensee=to)
        return self._once(
            account,
            Call("transfer-licence", book.encode("transfer", licence.id, licence.words, to), book.address),
            lambda: self._content(licence.id) == after.content_hash,
            (book, "LicenceTransferred", [topic_of(licence.id), topic_of(licence.licensee), topic_of(to)]),
        )

    def end_sublicences(self, account: BaseAccount, licence: Licence) -> Tx:
        """End everything below a licence of `account`; new sublicences can be given afterwards."""
        book = self._contract("LicenceBook")
        call = Call("end-sublicences", book.encode("endSublicences", licence.id, licence.words), book.address)
        topics = [topic_of(licence.id)]
        return self._once(
            account,
            call,
            lambda: not self._kept(licence.id)[2] and bool(self._logs(book, "SublicencesEnded", topics)),
            (book, "SublicencesEnded", topics),
        )

    def number_products(self, account: BaseAccount, words: Iterable[str]) -> Tx | None:
        """Give those product words of creator `account` that have none a number; None if all have one.

        Words beyond the last number share the bit for other words, which opens once all numbers are given.
        """
        book = self._contract("LicenceBook")
        hashes = [keccak(word.encode()) for word in words]
        missing = [each for each in dict.fromkeys(hashes) if not self._bit(book, account.address, each)]
        if not missing:
            return None
        # One word too many would revert them all, and the bit for other words would never open.
        missing = missing[: _MOST_PRODUCTS - int(self._view(book, "productCount", account.address))]
        return self._once(
            account,
            Call("number-products", book.encode("numberProducts", missing), book.address),
            lambda: all(self._bit(book, account.address, each) for each in missing),
            (book, "ProductNumbered", [topic_of(account.address), to_hex(missing[-1])]),
        )

    def product_bits(self, creator: str, words: Iterable[str]) -> int:
        """Bit map of these product words of `creator`; words without a number are left out."""
        book, bits = self._contract("LicenceBook"), 0
        for word in words:
            bits |= self._bit(book, creator, keccak(word.encode()))
        return bits

    # -- reading

    def licence_state(self, licence_id: bytes) -> LicenceState:
        return LicenceState(self._kept(licence_id)[0])

    def suspended_by(self, licence_id: bytes) -> tuple[bool, bool]:
        """Whether its collection's creator has suspended it, and whether its sublicensor has."""
        creator, sublicensor = self._view(self._contract("LicenceBook"), "suspendedBy", licence_id)
        return bool(creator), bool(sublicensor)

    def units_left(self, licence_id: bytes) -> int:
        """Units left of a run; below zero, what was made past it, or made without one."""
        return int(self._kept(licence_id)[1])

    def licence(self, licence_id: bytes) -> LicenceRecord | None:
        """The licence as the chain has it; None if it was never granted."""
        book = self._contract("LicenceBook")
        state, left, _, content = self._kept(licence_id)
        if LicenceState(state) is LicenceState.NONE:
            return None
        tx = self._find("grant-licence", book, "LicenceGranted", [topic_of(licence_id)])
        placed = self._logs(book, "Sublicensed", [topic_of(licence_id)])
        licence = licence_of(tx.event, book.parse("Sublicensed", placed[-1]) if placed else None)
        if licence.content_hash != content:  # it was handed on
            moved = self._find("transfer-licence", book, "LicenceTransferred", [topic_of(licence_id)])
            licence = replace(licence, licensee=moved.event["to"])
        return LicenceRecord(LicenceState(state), licence, int(left), tx)

    def licence_valid(self, licence: Licence) -> bool:
        """Whether exactly this licence holds, and everything above it (chain's clock)."""
        book = self._contract("LicenceBook")
        return bool(self._view(book, "isStanding", licence.id, licence.standing, licence.deal_hash))

    # -- shared

    def _words(self, licence: Licence, asset_id: int | None) -> list[int]:
        return page_words(self.page(licence.collection_id, asset_id))

    def _grant(self, account: BaseAccount, licence: Licence, call: Callable[[], tuple[Any, ...]]) -> Tx:
        """Send what `call` gives (function and arguments with the pages of now), again if a page is stale."""
        book = self._contract("LicenceBook")
        for left in reversed(range(_ATTEMPTS)):
            if self.licence_state(licence.id) is not LicenceState.NONE:
                break
            data = book.encode(*call())
            try:
                return self._granted(account, Call("grant-licence", data, book.address), licence)
            except ContractRevertError as error:
                if error.name != "StalePage" or not left:
                    raise
        return self._find("grant-licence", book, "LicenceGranted", [topic_of(licence.id)])

    def _granted(self, account: BaseAccount, call: Call, licence: Licence) -> Tx:
        book = self._contract("LicenceBook")
        return self._once(
            account,
            call,
            lambda: self.licence_state(licence.id) is not LicenceState.NONE,
            (book, "LicenceGranted", [topic_of(licence.id)]),
        )

    def _change(
        self,
        account: BaseAccount,
        function: str,
        licence: Licence,
        parent: Licence | None,
        event: str,
        done: Callable[[], bool],
    ) -> Tx:
        book = self._contract("LicenceBook")
        data = book.encode(function, licence.id, licence.words, [parent.words] if parent else [])
        return self._once(
            account,
            Call(f"{function}-licence", data, book.address),
            done,
            (book, event, [topic_of(licence.id)]),
        )

    def _kept(self, licence_id: bytes) -> tuple[int, int, int, bytes]:
        kept: tuple[int, int, int, bytes] = self._view(self._contract("LicenceBook"), "recordOf", licence_id)
        return kept

    def _content(self, licence_id: bytes) -> bytes:
        return bytes(self._kept(licence_id)[3])

    def _bit(self, book: Contract, creator: str, word: bytes) -> int:
        return int(self._view(book, "productBit", creator, word))
