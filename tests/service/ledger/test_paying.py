"""A stock x402 client pays for an offer on a real devnet: taken once, granted once, whatever is sent."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from eth_account import Account
from x402_shop import PRICE, Shop

from ledger import license, parties, paying, settle, witness, x402
from ledger.chain import ContractRevertError, load_or_create_account
from ledger.domain.money import Money
from ledger.errors import PaymentRefusedError
from ledger.store import money
from ledger.workflows import Jobs, State

HALF = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


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


def test_an_invoice_that_was_asked_for_before_is_paid_through_the_till_and_not_again(
    shop: Shop, helpers: Any, tmp_path: Path
) -> None:
    invoice = license.invoice(shop.ledger, shop.offer.id)
    parties.fund(shop.ledger, shop.party, Money(2 * PRICE, "TUSD"))
    signed = settle.sign(shop.ledger, invoice.id)
    paying.pay(shop.ledger, shop.offer.id, shop.payment())
    assert settle.settle(shop.ledger, invoice.id, signed).settled_tx is not None
    mill = load_or_create_account(shop.ledger.keys, shop.party).address
    assert shop.chain.balance(mill, shop.wanted.asset) == 2 * PRICE
    assert (shop.spent(), shop.in_till()) == (PRICE, 0)
    assert helpers.rebuilt(shop.ledger, tmp_path) == []


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
