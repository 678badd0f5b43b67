"""What the chain asks of an account, of every account alike: the key may be anywhere."""

from __future__ import annotations

import os
from typing import Any

import pytest
from eth_account import Account
from eth_account.messages import encode_defunct, encode_typed_data

from ledger.chain import Chain, DigestAccount, Invoice, Leaf, SignerError, Split, keccak
from ledger.chain.digests import ORDER
from ledger.chain.errors import ChainError
from ledger.chain.signing import fields_of, nonce_of

FIELDS = {
    **{"type": 2, "chainId": 31337, "nonce": 7, "to": b"", "value": 0, "data": "0x6000", "gas": 100_000},
    **{"maxFeePerGas": 2 * 10**9, "maxPriorityFeePerGas": 10**9},
}


class TestAccount:
    def test_a_transaction_is_read_back_as_it_was_signed(self, account: Any) -> None:
        signed = account.sign_transaction(FIELDS)
        raw = bytes(signed.raw_transaction)
        assert nonce_of(raw) == (account.address, 7)
        assert bytes(signed.hash) == keccak(raw)
        assert fields_of(raw)["maxFeePerGas"] == 2 * 10**9

    def test_what_is_stuck_is_signed_again_for_more(self, account: Any) -> None:
        fields = fields_of(bytes(account.sign_transaction(FIELDS).raw_transaction))
        again = bytes(account.sign_transaction({**fields, "maxFeePerGas": 3 * 10**9}).raw_transaction)
        assert nonce_of(again) == (account.address, 7)
        assert fields_of(again) == {**fields, "maxFeePerGas": 3 * 10**9}

    def test_a_signature_has_the_lower_s_and_leads_to_the_address(self, account: Any) -> None:
        for number in range(24):  # half of what a service signs has the higher s, and half the other parity
            message = encode_defunct(number.to_bytes(2, "big"))
            signed = account.sign_message(message)
            assert Account.recover_message(message, signature=signed.signature) == account.address
            assert 0 < signed.s <= ORDER // 2
            assert (signed.r, signed.s, signed.v) == (
                int.from_bytes(signed.signature[:32], "big"),
                int.from_bytes(signed.signature[32:64], "big"),
                signed.signature[64],
            )
        digest = os.urandom(32)
        assert bytes(account.unsafe_sign_hash(digest).message_hash) == digest

    def test_it_registers_issues_and_pays(self, account: Any, chain: Chain) -> None:
        chain.fund(account.address, 10**18)
        chain.mint_test_dollars(account, account.address, 5_000_000)
        leaf = Leaf(5, b"\x01" * 32, 77)
        sent = chain.register_collection(account, root=leaf.hash, size=1, terms_hash=b"\x0a" * 32)
        assert sent.event["creator"] == account.address
        dollar, split = chain.deployment["TestDollar"], Split((account.address,), (10_000,))
        invoice = Invoice(bytes(32), account.address, account.address, 1_000_001, dollar, 0, split)
        chain.issue(account, invoice)
        paid = chain.settle_with_authorization(account, invoice, chain.sign_payment(account, invoice))
        assert paid.event["payer"] == account.address
        chain.open_desk(account)
        assert chain.acts_for(account.address, chain.deployment["OrderDesk"])

    def test_it_signs_typed_data(self, account: Any, chain: Chain) -> None:
        typed = {
            "types": {
                "EIP712Domain": [{"name": "name", "type": "string"}],
                "Note": [{"name": "a", "type": "uint256"}],
            },
            "primaryType": "Note",
            "domain": {"name": "tests"},
            "message": {"a": 7},
        }
        signed = account.sign_typed_data(full_message=typed)
        message = encode_typed_data(full_message=typed)
        assert Account.recover_message(message, signature=signed.signature) == account.address


def test_a_public_key_that_is_none_is_refused() -> None:
    for key in (b"", b"\x02" + bytes(32), b"\x04" + bytes(63), bytes(88)):
        with pytest.raises(SignerError, match="public_key"):
            DigestAccount(key, lambda digest: digest)


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"0",
        b"0\x81\x80" + bytes(128),
        bytes.fromhex("3006020101020100"),
        bytes.fromhex("300602010102010100"),
        bytes.fromhex("30060201010301ff"),
        bytes.fromhex("300902010102010105050000"[:22]),
        b"0" + bytes([70]) + b"\x02\x21" + b"\xff" * 33 + b"\x02\x21" + b"\xff" * 33,
    ],
)
def test_what_is_no_signature_is_refused(service: Any, der: bytes) -> None:
    account = DigestAccount(service("key"), lambda _: der)
    with pytest.raises(SignerError, match="DER"):
        account.unsafe_sign_hash(bytes(32))


def test_a_signature_by_another_key_is_refused(service: Any) -> None:
    other = bytes(Account.create()._key_obj.public_key.to_bytes())
    account = DigestAccount(b"\x04" + other, lambda digest: service(digest.hex()))
    with pytest.raises(SignerError, match="not by the key of"):
        account.sign_transaction(FIELDS)
    unreachable = DigestAccount(service("key"), lambda _: bytes.fromhex("3006020105020105"))
    with pytest.raises(SignerError, match="not by the key of"):  # no point has this r
        unreachable.sign_message(encode_defunct(b"x"))
    assert issubclass(SignerError, ChainError)
