"""PatternRegistry: collections, terms, tokens."""

from __future__ import annotations

from eth_account.signers.base import BaseAccount

from ledger.chain.codec import Contract
from ledger.chain.encoding import from_hex
from ledger.chain.sender import Call
from ledger.chain.session import Session, topic_of
from ledger.chain.types import NATIVE, Collection, Leaf, Tx, collection_id, token_id

Proof = tuple[bytes, ...]


class RegistryCalls(Session):
    """Calls to PatternRegistry."""

    def register_collection(
        self,
        account: BaseAccount,
        *,
        root: bytes,
        size: int,
        terms_hash: bytes,
        royalty_receiver: str | None = None,
        royalty_bps: int = 0,
        uri: str = "",
    ) -> Tx:
        """Register a collection of `account`; the event has its `collectionId` (types.collection_id)."""
        registry = self._contract("PatternRegistry")
        made_id = collection_id(account.address, root)
        receiver = royalty_receiver or NATIVE
        data = registry.encode("registerCollection", root, size, terms_hash, receiver, royalty_bps, uri)
        return self._once(
            account,
            Call("register-collection", data, registry.address),
            lambda: self._creator(registry, made_id) != NATIVE,
            (registry, "CollectionRegistered", [topic_of(made_id)]),
        )

    def publish_terms(self, account: BaseAccount, collection_id: int, terms_hash: bytes) -> Tx:
        """Replace the terms on offer; publishing the terms that are on offer does nothing."""
        registry = self._contract("PatternRegistry")
        now = self.collection(collection_id)
        if now is not None and now.terms_hash == terms_hash and now.terms_version == 1:
            return now.tx
        return self._once(
            account,
            Call(
                "publish-terms", registry.encode("publishTerms", collection_id, terms_hash), registry.address
            ),
            lambda: now is not None and now.terms_hash == terms_hash,
            (registry, "TermsPublished", [topic_of(collection_id)]),
        )

    def claim(self, account: BaseAccount, collection_id: int, leaf: Leaf, proof: Proof) -> Tx:
        """Mint the asset's token to the collection's creator; the event has its `tokenId`."""
        registry = self._contract("PatternRegistry")
        minted = token_id(self._creator(registry, collection_id), leaf.asset_id)
        data = registry.encode("claim", collection_id, leaf_tuple(leaf), list(proof))
        return self._once(
            account,
            Call("claim", data, registry.address),
            lambda: self._view(registry, "collectionOf", minted) != 0,
            (registry, "AssetClaimed", [None, topic_of(minted)]),
        )

    def collection(self, collection_id: int) -> Collection | None:
        """The collection as the chain has it; None if it is not registered."""
        registry = self._contract("PatternRegistry")
        if self._creator(registry, collection_id) == NATIVE:
            return None
        entry = self._view(registry, "collection", collection_id)
        tx = self._find("register-collection", registry, "CollectionRegistered", [topic_of(collection_id)])
        return Collection(
            id=collection_id,
            creator=entry["creator"],
            size=entry["size"],
            royalty_receiver=entry["royaltyReceiver"],
            royalty_bps=entry["royaltyBps"],
            terms_hash=entry["termsHash"],
            terms_version=entry["termsVersion"],
            root=from_hex("root", tx.event["root"], 32),
            uri=tx.event["uri"],
            tx=tx,
        )

    def is_member(self, collection_id: int, leaf: Leaf, proof: Proof) -> bool:
        """Whether the chain accepts the proof that `leaf` is in the registered collection."""
        registry = self._contract("PatternRegistry")
        return bool(self._view(registry, "isMember", collection_id, leaf_tuple(leaf), list(proof)))

    def token_owner(self, token: int) -> str | None:
        """Who owns a token (types.token_id) now; None if it was never claimed."""
        registry = self._contract("PatternRegistry")
        if self._view(registry, "collectionOf", token) == 0:
            return None
        return str(self._view(registry, "ownerOf", token))

    def _creator(self, registry: Contract, collection_id: int) -> str:
        return str(self._view(registry, "creatorOf", collection_id))


def leaf_tuple(leaf: Leaf) -> tuple[int, bytes, int]:
    return leaf.asset_id, leaf.content_hash, leaf.mark_id
