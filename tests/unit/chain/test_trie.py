"""Proofs in a Merkle-Patricia trie: every value of a trie of any shape, and nothing that is not in it."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
import rlp
from eth_utils.crypto import keccak

from ledger.chain.errors import ReceiptError
from ledger.chain.receipts import ReceiptProof, read_receipt
from ledger.chain.trie import MAX_NODE_BYTES, MAX_NODES, Trie, decode_rlp, proven


@pytest.mark.parametrize("count", [1, 2, 16, 17, 127, 128, 129, 300])
@pytest.mark.parametrize("length", [1, 4, 40, 700])
def test_every_value_is_proven_under_its_own_key_alone(count: int, length: int) -> None:
    drawn = random.Random(count * length)
    items = {rlp.encode(at): drawn.randbytes(length) for at in range(count)}
    trie = Trie(items)
    for at in {0, 1, count // 2, count - 1} & set(range(count)):
        key = rlp.encode(at)
        nodes = trie.prove(key)
        assert proven(trie.root, key, nodes) == items[key]
        with pytest.raises(ReceiptError):
            proven(trie.root, rlp.encode(count), nodes)
        with pytest.raises(ReceiptError):
            proven(keccak(key), key, nodes)
        for bad in ((), nodes[:-1], (*nodes, nodes[-1]), nodes[::-1] if len(nodes) > 1 else (b"\x80",)):
            with pytest.raises(ReceiptError):
                proven(trie.root, key, bad)


def test_a_root_that_is_known() -> None:
    """The vector `puppy` of the tests of the protocol, its secure variant."""
    items = {b"do": b"verb", b"horse": b"stallion", b"doge": b"coin", b"dog": b"puppy"}
    prefixed = {keccak(key): value for key, value in items.items()}  # as in the secure variant of it
    expected = "29b235a58c3c25ab83010c327d5932bcf05324b7d6b1185e650798034783ca9d"
    assert Trie(prefixed).root.hex() == expected


@pytest.mark.parametrize(
    "node",
    [
        b"",
        b"\xc0",
        b"\x80",
        rlp.encode([b"", b"x"]),
        rlp.encode([b"\x40", b"x"]),
        rlp.encode([b"\x01\x02", b"x"]),
        rlp.encode([b"\x20\x80", b""]),
        rlp.encode([[b"\x20"], b"x"]),
        rlp.encode([b"\x00", b"\x00" * 32]),
        rlp.encode([b""] * 17),
        rlp.encode([b"x"] * 17),
        rlp.encode([b"\x20\x80", b"x"]) + b"\x00",
        b"\xbf" + b"\xff" * 8,
        b"\xff" * 40,
        b"\xc1" * 5000,
        b"\x00" * (MAX_NODE_BYTES + 1),
    ],
    ids=lambda node: f"{node[:8].hex()} of {len(node)}",
)
def test_nodes_that_are_none_are_refused(node: bytes) -> None:
    with pytest.raises(ReceiptError):
        proven(keccak(node), b"\x80", [node])
    with pytest.raises(ReceiptError):
        proven(keccak(node), b"\x80", [node] * (MAX_NODES + 1))


@pytest.mark.parametrize(
    "header",
    [b"", b"\xc0", rlp.encode([b""] * 15), rlp.encode([[b"x"]] * 16), b"\xf9" * 5000],
    ids=lambda header: f"{header[:8].hex()} of {len(header)}",
)
def test_headers_that_are_none_are_refused(header: bytes) -> None:
    with pytest.raises(ReceiptError):
        read_receipt(ReceiptProof(header, 0, (b"\xc0",)))


@pytest.mark.parametrize(
    "value",
    [
        rlp.encode([b"", b"\x01", b"", []]),
        rlp.encode([b"\x01", b"\x01", b""]),
        rlp.encode([b"\x01", b"\x01", b"", b"x"]),
        rlp.encode([b"\x01", b"\x01", b"", [[b"x"]]]),
        rlp.encode([b"\x01", b"\x01", b"", [[[b"x"], b"y", b"z"]]]),
        b"\x02" + rlp.encode(b"text"),
        b"\x02",
    ],
    ids=lambda value: value[:8].hex(),
)
def test_receipts_of_what_failed_and_of_nothing_are_refused(value: bytes) -> None:
    trie = Trie({rlp.encode(0): value})
    header = rlp.encode([trie.root if at == 5 else b"\x01" for at in range(16)])
    with pytest.raises(ReceiptError):
        read_receipt(ReceiptProof(header, 0, trie.prove(rlp.encode(0))))


def test_rlp_nested_beyond_reason_is_refused() -> None:
    data = b""
    for _ in range(600):
        data = rlp.codec.length_prefix(len(data), 192) + data
    with pytest.raises(ReceiptError):
        decode_rlp("nodes", data)


def test_the_limit_of_recursion_stays_as_it_is() -> None:
    """A library under eth-account raises it so far that deep JSON would end the process."""
    told = "import sys, ledger.chain.client; print(sys.getrecursionlimit())"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert int(done.stdout) <= 1000
