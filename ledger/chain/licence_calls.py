"""LicenceBook: licences granted and revoked."""

from __future__ import annotations

from typing import Any

from eth_account.signers.base import BaseAccount

from ledger.chain.encoding import from_hex
from ledger.chain.errors import TransactionError
from ledger.chain.registry_calls import Proof, leaf_tuple
from ledger.chain.sender import Call
from ledger.chain.session import Session, topic_of
from ledger.chain.types import Leaf, Licence, LicenceRecord, LicenceState, Tx


class LicenceCalls(Session):
    """Calls to LicenceBook."""

    def grant(self, account: BaseAccount, licence: Licence, proof: Proof) -> Tx:
        """Grant a licence for a member of a collection of `account`; its invoice, if any, must be settled."""
        book = self._contract("LicenceBook")
        data = book.encode("grant", licence.reference, licence_tuple(licence), list(proof))
        return self._once(
            account,
            Call("grant-licence", data, book.address),
            lambda: self.licence_state(licence.id) is not LicenceState.NONE,
            (book, "LicenceGranted", [topic_of(licence.id)]),
        )

    def revoke(self, account: BaseAccount, licence: Licence) -> Tx:
        """End a licence of a collection of `account` for good."""
        book = self._contract("LicenceBook")
        return self._once(
            account,
            Call(
                "revoke-licence",
                book.encode("revoke", licence.reference, licence_tuple(licence)),
                book.address,
            ),
            lambda: self.licence_state(licence.id) is LicenceState.REVOKED,
            (book, "LicenceRevoked", [topic_of(licence.id)]),
        )

    def licence_state(self, licence_id: bytes) -> LicenceState:
        book = self._contract("LicenceBook")
        return LicenceState(self._view(book, "licence", licence_id)[0])

    def licence(self, licence_id: bytes) -> LicenceRecord | None:
        """The licence as the chain has it; None if it was never granted."""
        book = self._contract("LicenceBook")
        state = self.licence_state(licence_id)
        if state is LicenceState.NONE:
            return None
        tx = self._find("grant-licence", book, "LicenceGranted", [topic_of(licence_id)])
        return LicenceRecord(state, _licence_of(tx.event), tx)

    def licence_valid(self, licence: Licence) -> bool:
        """Whether exactly this licence was granted and is neither revoked nor expired (chain's clock)."""
        book = self._contract("LicenceBook")
        return bool(self._view(book, "isValid", licence.id, licence_tuple(licence)))


def licence_tuple(licence: Licence) -> tuple[Any, ...]:
    about = (licence.collection_id, leaf_tuple(licence.leaf), licence.licensee, licence.terms_hash)
    return (*about, licence.expires, licence.invoice_id)


def _licence_of(event: Any) -> Licence:
    try:
        asset = event["asset"]
        return Licence(
            reference=from_hex("key", event["key"], 32),
            collection_id=event["collectionId"],
            leaf=Leaf(asset["assetId"], from_hex("contentHash", asset["contentHash"], 32), asset["markId"]),
            licensee=event["licensee"],
            terms_hash=from_hex("termsHash", event["termsHash"], 32),
            expires=event["expires"],
            invoice_id=from_hex("invoiceId", event["invoiceId"], 32),
        )
    except KeyError as error:
        raise TransactionError(f"the grant's event lacks {error}; the node returned damaged logs") from None
