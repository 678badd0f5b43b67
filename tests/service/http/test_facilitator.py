"""The facilitator, asked by the stock client of the x402 library: it settles what pays our offers, once."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from eth_account import Account
from x402.http import FacilitatorConfig, HTTPFacilitatorClientSync
from x402.http.facilitator_client_base import AuthHeaders
from x402_buyer import PRICE, Buyer

from ledger import witness, x402
from ledger.chain import Transfer
from ledger.chain.transfers import typed_data
from ledger.store import money

OTHER = "0x000000000000000000000000000000000000dEaD"


class Key:
    """How the stock client is told of a key."""

    def __init__(self, token: str) -> None:
        self.sent = {"Authorization": f"Bearer {token}"}

    def get_auth_headers(self) -> AuthHeaders:
        return AuthHeaders(verify=self.sent, settle=self.sent, supported=self.sent)


class Facilitator(HTTPFacilitatorClientSync):
    """A resource server's side: it resells what our 402 asks for."""

    def __init__(self, house: Any, role: str = "manager", party: str | None = None) -> None:
        key = Key(house.token(role, party))
        super().__init__(FacilitatorConfig(url=f"{house.url}/v1/x402", auth_provider=key))


@pytest.fixture
def facilitator(house: Any) -> Iterator[Facilitator]:
    with Facilitator(house) as client:
        yield client


def test_what_it_supports_is_what_it_asks_for(facilitator: Facilitator, buyer: Buyer, house: Any) -> None:
    told = facilitator.get_supported()
    (kind,), (accepted,) = told.kinds, buyer.asked().accepts
    assert (kind.x402_version, kind.scheme, kind.network) == (2, accepted.scheme, accepted.network)
    assert told.signers == {kind.network: [witness.manager(house.ledger).address]}


def test_verifying_moves_nothing_and_settling_takes_it_once(
    facilitator: Facilitator, buyer: Buyer, house: Any
) -> None:
    asked = buyer.asked()
    made, wanted = buyer.payment(asked), asked.accepts[0]
    for _ in range(2):
        verified = facilitator.verify(made, wanted)
        assert (verified.is_valid, verified.payer) == (True, buyer.wallet.address)
    with house.ledger.store.reading() as tx:
        assert money.of_evidence(tx, wanted.extra["offer"]) is None
    assert buyer.spent() == 0
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(lambda _: facilitator.settle(made, wanted), range(2))
    assert (first.success, first.payer, first.amount) == (True, buyer.wallet.address, str(PRICE)), first
    assert first == second == facilitator.settle(made, wanted)
    receipt = house.ledger.chain()._node.rpc("eth_getTransactionReceipt", first.transaction)
    assert receipt["status"] == "0x1"
    assert (buyer.spent(), buyer.licences()) == (PRICE, 1)
    assert facilitator.verify(made, wanted).invalid_reason.endswith("nonce_already_used")
    assert buyer.get().status_code == 200


def test_another_authorization_for_what_is_paid_is_not_taken(
    facilitator: Facilitator, buyer: Buyer, house: Any
) -> None:
    """Its resource server must not believe that this one paid."""
    asked = buyer.asked()
    wanted = asked.accepts[0]
    first, second = buyer.payment(asked), buyer.payment(asked)
    assert facilitator.settle(first, wanted).success
    refused = facilitator.settle(second, wanted)
    assert (refused.success, refused.error_reason, refused.transaction) == (False, "duplicate_settlement", "")
    assert facilitator.verify(second, wanted).invalid_reason == "invalid_payment_requirements"
    assert (buyer.spent(), buyer.licences()) == (PRICE, 1)


def test_what_was_brought_past_us_and_goes_back_has_not_paid(
    facilitator: Facilitator, buyer: Buyer, house: Any
) -> None:
    asked = buyer.asked()
    wanted, ledger = asked.accepts[0], house.ledger
    kept, surplus = buyer.payment(asked), buyer.payment(asked)
    requirement = x402.Requirement(
        wanted.network, wanted.asset, PRICE, wanted.pay_to, "", "", wanted.extra["offer"]
    )
    for each in (kept, surplus):
        transfer = x402.read(each.model_dump(by_alias=True), requirement)
        ledger.chain().relay(witness.manager(ledger), wanted.asset, transfer)
    assert facilitator.settle(kept, wanted).success
    assert facilitator.settle(surplus, wanted).error_reason == "duplicate_settlement"
    assert (buyer.spent(), buyer.licences()) == (PRICE, 1)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"pay_to": OTHER}, "invalid_payment_requirements"),
        ({"asset": OTHER}, "invalid_payment_requirements"),
        ({"amount": "1"}, "invalid_payment_requirements"),
        ({"network": "eip155:1"}, "invalid_network"),
        ({"scheme": "upto"}, "unsupported_scheme"),
        ({"extra": {}}, "invalid_payment_requirements"),
        ({"extra": {"offer": "0" * 32}}, "invalid_payment_requirements"),
    ],
)
def test_what_does_not_pay_a_till_of_ours_is_not_settled(
    facilitator: Facilitator, buyer: Buyer, change: dict[str, Any], reason: str
) -> None:
    """Also where the authorization itself is a good one, to another payee."""
    asked = buyer.asked()
    wanted = asked.accepts[0].model_copy(update=change)
    made = buyer.payment(asked)
    made.accepted = wanted
    if "pay_to" in change:
        made.payload = _signed(buyer, wanted)
    verified, settled = facilitator.verify(made, wanted), facilitator.settle(made, wanted)
    assert (verified.is_valid, verified.invalid_reason) == (False, reason)
    assert (settled.success, settled.error_reason, buyer.spent()) == (False, reason, 0)


def test_an_empty_wallet_and_a_forged_signature_are_refused(facilitator: Facilitator, buyer: Buyer) -> None:
    asked = buyer.asked()
    wanted, made = asked.accepts[0], buyer.payment(asked)
    made.payload["authorization"]["value"] = str(PRICE - 1)
    assert facilitator.settle(made, wanted).error_reason.endswith("authorization_value_mismatch")
    made.payload["authorization"] |= {"value": str(PRICE), "from": OTHER}
    assert facilitator.settle(made, wanted).error_reason.endswith("signature")
    buyer.wallet = Account.create()
    assert facilitator.settle(buyer.payment(asked), wanted).error_reason == "insufficient_funds"


def test_what_is_another_licensees_is_none_of_ours(house: Any, buyer: Buyer) -> None:
    asked = buyer.asked()
    with Facilitator(house, "licensee", "south-mill") as rival:
        verified = rival.verify(buyer.payment(asked), asked.accepts[0])
    assert verified.invalid_reason == "invalid_payment_requirements"
    with Facilitator(house, "licensee", buyer.name) as own:
        assert own.verify(buyer.payment(asked), asked.accepts[0]).is_valid


def _signed(buyer: Buyer, wanted: Any) -> dict[str, Any]:
    """A good transfer to whoever is named."""
    chain = buyer.house.ledger.chain()
    nonce = b"\x07" * 32
    transfer = Transfer(buyer.wallet.address, wanted.pay_to, PRICE, 0, chain.clock() + 600, nonce, b"")
    typed = typed_data(chain.token_domain(wanted.asset), transfer)
    signature = bytes(buyer.wallet.sign_typed_data(full_message=typed).signature)
    requirement = x402.Requirement(wanted.network, wanted.asset, PRICE, wanted.pay_to, "", "", "")
    signed = x402.payload(Transfer(**{**vars(transfer), "signature": signature}), requirement)
    return dict(signed["payload"])


def test_the_tills_are_swept_and_nothing_is_owed_by_command_of_a_manager(
    manager: Any, mill: Any, buyer: Buyer, house: Any
) -> None:
    asked = buyer.asked()
    wanted = asked.accepts[0]
    requirement = x402.Requirement(wanted.network, wanted.asset, PRICE, wanted.pay_to, "", "", "")
    transfer = x402.read(buyer.payment(asked).model_dump(by_alias=True), requirement)
    house.ledger.chain().relay(witness.manager(house.ledger), wanted.asset, transfer)
    assert mill.write("/v1/tills/sweep").status_code == 403
    swept = manager.finish(manager.write("/v1/tills/sweep"))["result"]["swept"]
    ours = [each["outcome"] for each in swept if each["offer"] == wanted.extra["offer"]]
    assert (ours, buyer.licences(), buyer.spent()) == (["granted"], 1, PRICE)
    refund = manager.finish(manager.write(f"/v1/offers/{wanted.extra['offer']}/refund"))
    assert (refund["state"], refund["error"]["code"]) == ("failed", "out-of-order")
