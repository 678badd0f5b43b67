"""A stock x402 client pays for an offer on a real devnet: taken once, granted once, whatever is sent."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from x402 import x402ClientSync
from x402.mechanisms.evm.exact import ExactEvmScheme
from x402.schemas import PaymentRequired

from ledger import create, decide, license, parties, paying, register, settle, tills, witness, x402
from ledger.chain import ContractRevertError, Transfer, load_or_create_account
from ledger.chain.transfers import typed_data
from ledger.domain.licence import licence_id
from ledger.domain.money import Money
from ledger.errors import PaymentRefusedError
from ledger.store import assets, entries, money, rights, txs
from ledger.workflows import Jobs, State

PRICE = 250_000_000
PARTIES = map("buyer-{}".format, count(1))
HALF = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True)
class House:
    """A ledger with one registered tile, that every shop of this file sells."""

    ledger: Any
    folder: Path
    tile: Any


class Shop:
    """The offer of the tile to a party of its own, and a buyer with a wallet of their own."""

    def __init__(self, house: House, helpers: Any) -> None:
        self.ledger, self.folder, self.tile = house.ledger, house.folder, house.tile
        self.party = next(PARTIES)
        parties.add(self.ledger, self.party, self.party.title())
        self.use = helpers.use()
        self.offer = decide.decide(self.ledger, self.tile.id, self.party, self.use)[1]
        self.wanted = paying.requirement(self.ledger, self.offer)
        self.chain = witness.ready(self.ledger)
        self.in_vault = self.chain.balance(self.chain.deployment["RoyaltyVault"], self.wanted.asset)
        self.buyer = Account.create()
        self.fund(5 * PRICE)

    def fund(self, amount: int) -> None:
        self.chain.mint_test_dollars(witness.manager(self.ledger), self.buyer.address, amount)

    def payment(self) -> dict[str, Any]:
        """What the stock client makes of our offer, signed with a nonce of its own."""
        client = x402ClientSync().register(self.wanted.network, ExactEvmScheme(self.buyer))
        client.set_spend_controls(False)
        asked = x402.required([self.wanted.to_dict()], "http://here/file", "a tile", "image/png", "pay")
        made = client.create_payment_payload(PaymentRequired.model_validate(asked))
        return dict(made.model_dump(by_alias=True, exclude_none=True))

    def signed(self, **changes: Any) -> dict[str, Any]:
        """The same by hand, with other fields, signed properly."""
        now, domain = self.chain.clock(), self.chain.token_domain(self.wanted.asset)
        fields = {"payer": self.buyer.address, "to": self.wanted.pay_to, "value": PRICE}
        fields |= {"valid_after": 0, "valid_before": now + 600, "nonce": secrets.token_bytes(32)}
        transfer = Transfer(**{**fields, "signature": b"", **changes})
        signature = self.buyer.sign_typed_data(full_message=typed_data(domain, transfer)).signature
        authorization = {
            "from": transfer.payer,
            "to": transfer.to,
            "value": str(transfer.value),
            "validAfter": str(transfer.valid_after),
            "validBefore": str(transfer.valid_before),
            "nonce": f"0x{transfer.nonce.hex()}",
        }
        payload = {"authorization": authorization, "signature": f"0x{bytes(signature).hex()}"}
        return {"x402Version": 2, "accepted": self.wanted.to_dict(), "payload": payload}

    def spent(self) -> int:
        return 5 * PRICE - int(self.chain.balance(self.buyer.address, self.wanted.asset))

    def in_till(self) -> int:
        till = tills.of_offer(self.ledger, self.offer.id).address
        return int(self.chain.balance(till, self.wanted.asset))

    def relayed(self) -> int:
        """Payments that were relayed, for whatever offer."""
        with self.ledger.store.reading() as tx:
            return sum(sent.kind == "relay-payment" for sent in txs.every(tx))

    def told(self) -> Counter[str]:
        """The entries of this offer, its invoice and its licence."""
        with self.ledger.store.reading() as tx:
            bill = money.of_evidence(tx, self.offer.id)
            ours = {self.offer.id, licence_id(self.offer.id), bill.id if bill else ""}
            return Counter(entry.kind for entry in entries.walk(tx) if entry.subject in ours)

    def sold_once(self) -> None:
        """The buyer paid the price, once, the vault has it, and there is one licence."""
        told = self.told()
        assert (self.spent(), self.in_till()) == (PRICE, 0)
        once = ("licence-granted", "invoice-drawn-up", "invoice-issued", "invoice-settled")
        assert [told[kind] for kind in once] == [1, 1, 1, 1]
        with self.ledger.store.reading() as tx:
            assert [grant.licensee for grant in rights.grants(tx)].count(self.party) == 1
        vault = self.chain.deployment["RoyaltyVault"]
        assert self.chain.balance(vault, self.wanted.asset) == self.in_vault + PRICE
        assert decide.decide(self.ledger, self.tile.id, self.party, self.use)[0].outcome == "permit"

    def unsold(self) -> None:
        assert (self.spent(), self.in_till(), self.told()["licence-granted"]) == (0, 0, 0)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    with helpers.open(folder) as ledger:
        planned = helpers.plan(ledger, count=1)
        with ledger.store.reading() as tx:
            (draft,) = assets.drafts(tx, planned.id)
        tile = create.make(ledger, draft.id)
        register.register(ledger, planned.id)
        yield House(ledger, folder, tile)


@pytest.fixture
def shop(house: House, helpers: Any) -> Shop:
    return Shop(house, helpers)


def test_a_stock_client_pays_and_the_licence_follows(shop: Shop) -> None:
    paid = paying.pay(shop.ledger, shop.offer.id, shop.payment())
    assert paid.payer == shop.buyer.address
    shop.sold_once()


def test_sent_again_and_signed_again_it_is_taken_once(shop: Shop) -> None:
    first = shop.payment()
    paid = paying.pay(shop.ledger, shop.offer.id, first)
    assert paying.pay(shop.ledger, shop.offer.id, first) == paid
    assert paying.pay(shop.ledger, shop.offer.id, shop.payment()) == paid
    shop.sold_once()


def test_sent_by_two_at_the_same_instant_it_is_taken_once(shop: Shop, helpers: Any) -> None:
    asking = [Jobs.open(shop.ledger, helpers.jobs_url(shop.folder)) for _ in range(2)]
    arguments = [{"offer": shop.offer.id, "payment": shop.payment()} for _ in asking]
    with helpers.worker(shop.folder):
        operations = [
            jobs.submit("x402", each, shop.offer.id) for jobs, each in zip(asking, arguments, strict=True)
        ]
        ended = [jobs.wait(name, timeout=60) for jobs, name in zip(asking, operations, strict=True)]
    for jobs in asking:
        jobs.close()
    assert [each.state for each in ended] == [State.DONE, State.DONE], ended
    shop.sold_once()


@pytest.mark.parametrize(
    "point", ["mined:relay-payment", "mined:issue-invoice", "mined:settle-invoice", "step:1"]
)
def test_killed_anywhere_the_licence_follows_though_the_buyer_never_comes_back(
    shop: Shop, helpers: Any, point: str
) -> None:
    jobs = Jobs.open(shop.ledger, helpers.jobs_url(shop.folder))
    operation = jobs.submit("x402", {"offer": shop.offer.id, "payment": shop.payment()}, shop.offer.id)
    with helpers.worker(shop.folder, point) as process:
        helpers.run_into(process)
    assert jobs.take_over()
    ended = jobs.wait(operation, timeout=60)
    jobs.close()
    assert ended.state is State.DONE, ended.error
    shop.sold_once()


def test_after_a_failure_past_the_transfer_another_signature_costs_nothing(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise ContractRevertError("Refused")

    with monkeypatch.context() as broken:
        broken.setattr("ledger.vault.issue_as", refuse)
        with pytest.raises(ContractRevertError):
            paying.pay(shop.ledger, shop.offer.id, shop.payment())
    assert (shop.spent(), shop.in_till()) == (PRICE, PRICE)
    paying.pay(shop.ledger, shop.offer.id, shop.payment())
    shop.sold_once()


def test_what_arrives_twice_goes_back(shop: Shop) -> None:
    """Anybody can bring a signed transfer to the token, past us."""
    for _ in range(2):
        transfer = x402.read(shop.payment(), shop.wanted)
        shop.chain.relay(witness.manager(shop.ledger), shop.wanted.asset, transfer)
    assert shop.in_till() == 2 * PRICE
    paying.pay(shop.ledger, shop.offer.id, shop.payment())
    shop.sold_once()


def test_an_invoice_that_was_asked_for_before_is_paid_through_the_till_and_not_again(shop: Shop) -> None:
    invoice = license.invoice(shop.ledger, shop.offer.id)
    parties.fund(shop.ledger, shop.party, Money(2 * PRICE, "TUSD"))
    signed = settle.sign(shop.ledger, invoice.id)
    paying.pay(shop.ledger, shop.offer.id, shop.payment())
    assert settle.settle(shop.ledger, invoice.id, signed).settled_tx is not None
    mill = load_or_create_account(shop.ledger.keys, shop.party).address
    assert shop.chain.balance(mill, shop.wanted.asset) == 2 * PRICE
    assert (shop.spent(), shop.in_till()) == (PRICE, 0)


def test_an_invoice_that_its_payer_settled_takes_no_second_payment(shop: Shop) -> None:
    invoice = license.invoice(shop.ledger, shop.offer.id)
    parties.fund(shop.ledger, shop.party, Money(2 * PRICE, "TUSD"))
    settle.settle(shop.ledger, invoice.id, settle.sign(shop.ledger, invoice.id))
    paying.pay(shop.ledger, shop.offer.id, shop.payment())
    assert (shop.spent(), shop.in_till(), shop.told()["licence-granted"]) == (0, 0, 1)


def test_the_chain_rolled_back_after_the_transfer_it_is_paid_once(shop: Shop) -> None:
    """The same signature is good again on the chain that stays."""
    payment = shop.payment()
    snapshot = shop.chain._node.rpc("evm_snapshot")
    shop.chain.relay(witness.manager(shop.ledger), shop.wanted.asset, x402.read(payment, shop.wanted))
    assert shop.chain._node.rpc("evm_revert", snapshot)
    assert (shop.spent(), shop.in_till()) == (0, 0)
    paying.pay(shop.ledger, shop.offer.id, payment)
    shop.sold_once()


def _with(message: dict[str, Any], *path: str, value: Any) -> dict[str, Any]:
    inner = message
    for name in path[:-1]:
        inner = inner[name]
    inner[path[-1]] = value
    return message


def _high_s(message: dict[str, Any]) -> dict[str, Any]:
    signature = bytes.fromhex(message["payload"]["signature"][2:])
    s = HALF - int.from_bytes(signature[32:64], "big")
    turned = signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])
    return _with(message, "payload", "signature", value=f"0x{turned.hex()}")


OTHER = "0x000000000000000000000000000000000000dEaD"
AUTHORIZATION = ("payload", "authorization")
BAD: dict[str, tuple[Callable[[Shop], dict[str, Any]], str]] = {
    "underpaid": (lambda shop: shop.signed(value=PRICE - 1), "authorization_value_mismatch"),
    "overpaid": (lambda shop: shop.signed(value=PRICE + 1), "authorization_value_mismatch"),
    "expired": (lambda shop: shop.signed(valid_before=shop.chain.clock()), "authorization_valid_before"),
    "early": (lambda shop: shop.signed(valid_after=shop.chain.clock() + 9999), "authorization_valid_after"),
    "another payee": (lambda shop: shop.signed(to=OTHER), "recipient_mismatch"),
    "another asset": (
        lambda shop: _with(shop.payment(), "accepted", "asset", value=OTHER),
        "invalid_payment_requirements",
    ),
    "another network": (
        lambda shop: _with(shop.payment(), "accepted", "network", value="eip155:1"),
        "invalid_network",
    ),
    "signed elsewhere": (
        lambda shop: _elsewhere(shop),
        "invalid_exact_evm_payload_signature",
    ),
    "another scheme": (
        lambda shop: _with(shop.payment(), "accepted", "scheme", value="upto"),
        "unsupported_scheme",
    ),
    "version 1": (lambda shop: _with(shop.payment(), "x402Version", value=1), "invalid_x402_version"),
    "forged": (
        lambda shop: _with(shop.payment(), *AUTHORIZATION, "from", value=OTHER),
        "invalid_exact_evm_payload_signature",
    ),
    "malleable": (lambda shop: _high_s(shop.payment()), "invalid_exact_evm_payload_signature"),
    "a contract": (
        lambda shop: shop.signed(payer=shop.chain.deployment["RoyaltyVault"]),
        "unsupported_payer",
    ),
    "no signature": (
        lambda shop: _with(shop.payment(), "payload", "signature", value=None),
        "invalid_payload",
    ),
    "no numbers": (
        lambda shop: _with(shop.payment(), *AUTHORIZATION, "value", value="1e9"),
        "invalid_payload",
    ),
    "empty": (lambda shop: {"x402Version": 2}, "invalid_payload"),
}


def _elsewhere(shop: Shop) -> dict[str, Any]:
    """Signed for another chain, and sent as if it were for ours."""
    wanted = shop.wanted
    shop.wanted = replace(wanted, network="eip155:84532")
    message = shop.payment()
    shop.wanted = wanted
    return _with(message, "accepted", "network", value=wanted.network)


def test_what_does_not_pay_is_refused_and_nothing_is_taken(shop: Shop) -> None:
    before = shop.relayed()
    for name, (make, reason) in BAD.items():
        with pytest.raises(PaymentRefusedError) as refused:
            paying.pay(shop.ledger, shop.offer.id, make(shop))
        assert refused.value.reason.endswith(reason), (name, refused.value)
    with shop.ledger.store.reading() as tx:
        assert money.of_evidence(tx, shop.offer.id) is None
    assert shop.relayed() == before
    shop.unsold()


def test_a_buyer_without_money_is_refused(shop: Shop) -> None:
    shop.buyer = Account.create()
    with pytest.raises(PaymentRefusedError) as refused:
        paying.pay(shop.ledger, shop.offer.id, shop.payment())
    assert refused.value.reason == "insufficient_funds"


@pytest.mark.parametrize("header", ["", "%%%", "bm90IGpzb24=", "W10=", "e" * 20_000])
def test_what_is_no_payment_is_refused(header: str) -> None:
    with pytest.raises(PaymentRefusedError):
        x402.decode(header)


def test_a_message_comes_back_from_a_header(shop: Shop) -> None:
    payment = shop.payment()
    assert x402.decode(x402.encode(payment)) == payment
    assert int(payment["payload"]["authorization"]["validBefore"]) > time.time()
