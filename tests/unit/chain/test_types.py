"""Values for the chain: exact or refused, and ids and hashes as Solidity computes them."""

from __future__ import annotations

import subprocess
import sys

import pytest

from ledger.chain import NATIVE, Invoice, Leaf, Licence, MessageError, Split, collection_id, keccak, token_id
from ledger.chain.encoding import encode, from_hex, to_address, to_uint
from ledger.chain.types import Authorization

ANN = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"
BEN = "0x70997970C51812dc3A010C7d01b50e0d17dc79C8"
WORD = b"\x01" * 32
SPLIT = Split((ANN, BEN), (5000, 5000))


def test_keccak_is_the_one_of_ethereum():
    assert keccak(b"").hex() == "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"


def test_ids_are_hashes_of_two_words():
    words = bytes(12) + bytes.fromhex(ANN[2:]) + WORD
    assert collection_id(ANN, WORD) == int.from_bytes(keccak(words), "big")
    assert token_id(ANN, int.from_bytes(WORD, "big")) == collection_id(ANN, WORD)
    invoice = Invoice(WORD, ANN, BEN, 1, NATIVE, 0, SPLIT)
    assert invoice.id == keccak(words)
    licence = Licence(WORD, 7, Leaf(1, WORD, 2), BEN, WORD, 0)
    assert licence.id == keccak((7).to_bytes(32, "big") + WORD)


def test_leaf_is_hashed_twice():
    words = (3).to_bytes(32, "big") + WORD + (4).to_bytes(32, "big")
    assert Leaf(3, WORD, 4).hash == keccak(keccak(words))


@pytest.mark.parametrize(
    "make",
    [
        lambda: Leaf(-1, WORD, 0),
        lambda: Leaf(1 << 256, WORD, 0),
        lambda: Leaf(True, WORD, 0),
        lambda: Leaf(1, WORD[:31], 0),
        lambda: Leaf(1, "01" * 32, 0),
        lambda: Leaf(1, WORD, 1 << 64),
        lambda: Leaf("1", WORD, 0),
        lambda: Split((ANN,), (9999,)),
        lambda: Split((), ()),
        lambda: Split((ANN, BEN), (10_000,)),
        lambda: Split((ANN, BEN), (10_001, -1)),
        lambda: Split((NATIVE,), (10_000,)),
        lambda: Split((ANN.lower(),), (10_000,)),
        lambda: Invoice(WORD, ANN, BEN, 0, NATIVE, 0, SPLIT),
        lambda: Invoice(WORD, ANN, BEN, 1 << 128, NATIVE, 0, SPLIT),
        lambda: Invoice(WORD, ANN, BEN, 1, "dollar", 0, SPLIT),
        lambda: Invoice(WORD, ANN, BEN, 1, NATIVE, 1 << 40, SPLIT),
        lambda: Invoice(b"", ANN, BEN, 1, NATIVE, 0, SPLIT),
        lambda: Licence(WORD, 7, Leaf(1, WORD, 2), BEN, WORD, -1),
        lambda: Licence(WORD, 7, Leaf(1, WORD, 2), "", WORD, 0),
    ],
)
def test_what_does_not_fit_is_refused(make):
    with pytest.raises(MessageError, match=r"^[a-z_.\[\]0-9]+: "):
        make()


def test_encoder_is_strict():
    for kind, value in (
        ("bytes32", b"\x01"),
        ("uint16", 1 << 16),
        ("uint256", "1"),
        ("address", ANN.lower()),
    ):
        with pytest.raises(MessageError):
            encode((kind, value))
    with pytest.raises(MessageError, match=r"value 0\[1\]"):
        encode(("uint16[]", [1, -1]))


def test_fields_are_named():
    with pytest.raises(MessageError) as refused:
        to_uint("due", 1 << 40, 40)
    assert (refused.value.field, refused.value.code) == ("due", "bad-message")
    for text in ("0x12", "zz" * 32, None, "0x" + "zz" * 32, "11" * 32, "0x" + "1 " * 32):
        with pytest.raises(MessageError, match="root"):
            from_hex("root", text, 32)
    with pytest.raises(MessageError, match="EIP-55"):
        to_address("payer", ANN.swapcase())


def authorization() -> Authorization:
    return Authorization(ANN, 10**20, 0, 99, WORD, b"\x02" * 65)


def test_authorization_survives_json():
    assert Authorization.from_dict(authorization().to_dict()) == authorization()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("payer", "nobody"),
        ("payer", None),
        ("value", "-1"),
        ("value", 5),
        ("value", "1" * 40),
        ("value", "²"),
        ("valid_after", "0"),
        ("valid_before", -1),
        ("nonce", "0x01"),
        ("signature", "0x" + "00" * 64),
    ],
)
def test_malformed_authorization_is_refused(field, value):
    with pytest.raises(MessageError, match=f"authorization.{field}"):
        Authorization.from_dict({**authorization().to_dict(), field: value})


def test_incomplete_authorization_is_refused():
    for field in authorization().to_dict():
        data = {k: v for k, v in authorization().to_dict().items() if k != field}
        with pytest.raises(MessageError, match=f"authorization.{field}: missing"):
            Authorization.from_dict(data)


def test_importing_the_package_is_cheap():
    code = (
        "import ledger.chain, sys; print(sorted({m.split('.')[0] for m in sys.modules} & set(sys.argv[1:])))"
    )
    heavy = ["web3", "eth_account", "eth_abi", "solcx", "requests", "filelock", "sqlite3"]
    done = subprocess.run([sys.executable, "-c", code, *heavy], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_public_name_resolves():
    import ledger.chain as package

    for name in package._HOME_OF:
        assert getattr(package, name) is not None
    with pytest.raises(AttributeError):
        _ = package.nothing
