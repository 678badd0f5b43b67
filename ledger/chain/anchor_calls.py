"""CheckpointBook: where a book stands, said by whoever keeps it."""

from __future__ import annotations

from eth_account.signers.base import BaseAccount

from ledger.chain.sender import Call
from ledger.chain.session import Session, topic_of
from ledger.chain.types import Tx


class AnchorCalls(Session):
    """Calls to CheckpointBook."""

    def anchor(self, account: BaseAccount, size: int, root: bytes, page: bytes) -> Tx:
        """Say that the log of `account` has `size` leaves and this root, and its journal this last page.

        One that said so of as large a log before does nothing: the transaction is that of its latest.
        """
        book = self._contract("CheckpointBook")
        return self._once(
            account,
            Call("anchor", book.encode("anchor", size, root, page), book.address),
            lambda: self.anchored(account.address) >= size,
            (book, "Anchored", [topic_of(account.address)]),
        )

    def anchored(self, keeper: str) -> int:
        """How large the log of `keeper` was when they last said so; 0 before."""
        return int(self._view(self._contract("CheckpointBook"), "sizes", keeper))
