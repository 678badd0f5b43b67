"""OrderDesk: offers signed beforehand, completed by whoever buys."""

from __future__ import annotations

from dataclasses import replace

from eth_account.signers.base import BaseAccount

from ledger.chain import orders
from ledger.chain.codec import Contract
from ledger.chain.encoding import encode, keccak, to_hex
from ledger.chain.errors import ContractRevertError, MessageError
from ledger.chain.licences import NO_INVOICE, Licence
from ledger.chain.orders import Order, SignedOrder
from ledger.chain.page_calls import PageCalls
from ledger.chain.registry_calls import Proof
from ledger.chain.sender import Call
from ledger.chain.session import topic_of
from ledger.chain.types import NATIVE, Tx
from ledger.domain.book import page_words

_ATTEMPTS = 8
_CANCELLED = (1 << 256) - 1


class OrderCalls(PageCalls):
    """Calls to OrderDesk."""

    def open_desk(self, account: BaseAccount) -> Tx | None:
        """Let the desk grant licences that `account` signed; once per creator. None if it may already."""
        book, desk = self._contract("LicenceBook"), self._contract("OrderDesk")
        if self._view(book, "isOperator", account.address, desk.address):
            return None
        call = Call("open-desk", book.encode("setOperator", desk.address, True), book.address)
        return self._described(call.doing, self._sender.send(account, call), book, "OperatorSet")

    def order_epoch(self, creator: str) -> int:
        """What `Order.epoch` must be for an order of `creator`."""
        return int(self._view(self._contract("OrderDesk"), "epochs", creator))

    def desk_open(self, creator: str) -> bool:
        """Whether the desk may grant licences that `creator` signed."""
        book, desk = self._contract("LicenceBook"), self._contract("OrderDesk")
        return bool(self._view(book, "isOperator", creator, desk.address))

    def purchase(self, order: Order, licensee: str) -> tuple[int, bool]:
        """(which of an order's licences `licensee` bought, or would buy now; whether they did already)."""
        desk, order_hash = self._contract("OrderDesk"), self._hash(self._contract("OrderDesk"), order)
        taken = int(self._view(desk, "bought", order_hash))
        logs = self._logs(desk, "OrderCompleted", [topic_of(order_hash), None, topic_of(licensee)])
        mine = {log["topics"][2] for log in logs}
        made = (self._bought(desk, order, licensee, index).id for index in range(taken if mine else 0))
        for index, licence in enumerate(made):
            if to_hex(licence) in mine:
                return index, True
        return (0 if taken == _CANCELLED else taken), False

    def ordered(self, order: Order, licensee: str, index: int) -> Licence:
        """The licence that `licensee` gets as number `index` of an order."""
        return self._bought(self._contract("OrderDesk"), order, licensee, index)

    def sign_order(self, account: BaseAccount, order: Order) -> SignedOrder:
        """`account`'s signature over an order; no gas, no transaction."""
        return orders.sign(account, order, self.chain_id, self._contract("OrderDesk").address)

    def complete_order(
        self, account: BaseAccount, signed: SignedOrder, licensee: str, proof: Proof, *, index: int = 0
    ) -> tuple[Licence, Tx]:
        """Buy the licence of an order with `account`'s money: (the licence, its transaction). Bought once.

        `index`: which of an order's `count` licences, for an order of several: the number bought before it.
        Sent again it is the same purchase. Raises MessageError for a bad order, InsufficientFundsError, and
        ContractRevertError: WrongPurchase where somebody else bought that one.
        """
        desk, order = self._contract("OrderDesk"), signed.order
        bought = self._bought(desk, order, licensee, index)
        if int(self._view(desk, "bought", self._hash(desk, order))) <= index:
            self._check(signed, desk)
            self._allow(account, desk, order.currency, order.price, "order")
        for left in reversed(range(_ATTEMPTS)):
            pages = [page_words(self.page(bought.collection_id, each)) for each in (self._asset(order), None)]
            split = (list(order.split.payees), list(order.split.bps))
            completion = (signed.signature, index, licensee, split, list(proof), *pages)
            data = desk.encode("complete", order.words, completion)
            value = order.price if order.currency == NATIVE else 0
            try:
                return bought, self._completed(
                    account, Call("complete-order", data, desk.address, value), bought
                )
            except ContractRevertError as error:
                if error.name != "StalePage" or not left:
                    raise
        raise AssertionError("unreachable")

    def cancel_order(self, account: BaseAccount, order: Order) -> Tx:
        """Withdraw an order of `account`."""
        desk = self._contract("OrderDesk")
        order_hash = self._hash(desk, order)
        return self._once(
            account,
            Call("cancel-order", desk.encode("cancel", order.words), desk.address),
            lambda: self._view(desk, "bought", order_hash) == _CANCELLED,
            (desk, "OrderCancelled", [topic_of(order_hash)]),
        )

    def cancel_orders(self, account: BaseAccount) -> Tx:
        """Withdraw every order `account` has signed so far."""
        desk = self._contract("OrderDesk")
        call = Call("cancel-orders", desk.encode("cancelAll"), desk.address)
        return self._described(call.doing, self._sender.send(account, call), desk, "OrdersCancelled")

    def _completed(self, account: BaseAccount, call: Call, licence: Licence) -> Tx:
        desk = self._contract("OrderDesk")
        topics = [None, topic_of(licence.id), topic_of(licence.licensee)]
        return self._once(
            account,
            call,
            lambda: bool(self._logs(desk, "OrderCompleted", topics)),
            (desk, "OrderCompleted", topics),
        )

    def _bought(self, desk: Contract, order: Order, licensee: str, index: int) -> Licence:
        """The licence that the desk makes of an order."""
        reference = keccak(encode(("bytes32", self._hash(desk, order)), ("uint256", index)))
        invoice = keccak(encode(("address", desk.address), ("bytes32", reference)))
        paid = invoice if order.price else NO_INVOICE
        return replace(order.licence, reference=reference, licensee=licensee, invoice_id=paid)

    def _check(self, signed: SignedOrder, desk: Contract) -> None:
        """What can be said of an order before money is set aside for it."""
        order, registry = signed.order, self._contract("PatternRegistry")
        creator = str(self._view(registry, "creatorOf", order.licence.collection_id))
        if self.clock() >= order.closes:
            raise MessageError("order.closes", f"it closed at {order.closes}; ask for a new order")
        if self._node.rpc("eth_getCode", creator, "latest") == "0x":  # a contract says itself what it signed
            orders.require_signed_by(signed, creator, self.chain_id, desk.address)

    def _hash(self, desk: Contract, order: Order) -> bytes:
        return bytes(self._view(desk, "hashOrder", order.words))

    def _asset(self, order: Order) -> int:
        leaf = order.licence.leaf
        assert leaf is not None  # noqa: S101  an Order cannot be made without
        return leaf.asset_id
