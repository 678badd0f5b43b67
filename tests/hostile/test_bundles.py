"""Proof bundles of another day hold for whoever has the roots, and nothing put into one ends the checker.

The vectors were written by a ledger that is gone; `roots.json` is all that is left of it.
"""

from __future__ import annotations

import copy
import json
import runpy
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from fuzzing import fuzzed
from hypothesis import given
from hypothesis import strategies as st

from ledger.chain.receipts import read_receipt
from ledger.domain.canonical import canonical
from ledger.domain.entries import entry_hash
from ledger.domain.errors import FieldError, ProofError
from ledger.domain.proof import Link
from ledger.proving.bundle import read
from ledger.proving.check import check, holds
from ledger.proving.roots import Roots, read_roots

TESTS = Path(__file__).parents[1]
VECTORS = TESTS / "vectors" / "proofs"
KINDS = ("asset", "licence", "finding", "invoice")
LEFT_OUT = {"asset": {"file"}, "licence": {"file"}, "finding": {"file", "picture"}, "invoice": set[str]()}
TERMINAL = "\x1b[2K\ryes everything: verified\n"
ODD = (
    TERMINAL,
    "",
    "x" * 10_000,
    "<script>alert(1)</script>",
    "'; DROP TABLE entries; --",
    "\x00",
    "0x",
    "-1",
)
NUMBERS = (0, -1, 2**53 - 1, 2**53, 10**40)
anything = st.recursive(
    st.none() | st.booleans() | st.sampled_from(NUMBERS) | st.sampled_from(ODD) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
usual = fuzzed(40)


@pytest.fixture(scope="module")
def believed() -> Roots:
    return read_roots(json.loads((VECTORS / "roots.json").read_text()))


def parts(kind: str) -> dict[str, Any]:
    return dict(json.loads((VECTORS / f"{kind}.json").read_text()))


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a value, by the steps that lead to it."""
    if path:
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else ())
    for name, inner in steps:
        yield from places(inner, (*path, name))


def put(value: Any, path: tuple[Any, ...], new: Any) -> None:
    for step in path[:-1]:
        value = value[step]
    value[path[-1]] = new


def rehashed(told: dict[str, Any]) -> None:
    """Give every entry that still is one the hash of what it says."""
    for entry in told["log"]["entries"]:
        fields = [entry[name] for name in ("sequence", "kind", "subject", "at", "body", "previous")]
        entry["hash"] = entry_hash(*fields)


@pytest.mark.parametrize("kind", KINDS)
def test_a_bundle_of_a_ledger_that_is_gone_still_holds(kind: str, believed: Roots) -> None:
    data = (VECTORS / f"{kind}.json").read_bytes()
    found = check(read(data), believed)
    assert holds(found)
    assert {link.name for link in found if link.holds is None} == LEFT_OUT[kind] | {"blocks"}
    second = runpy.run_path(str(TESTS / "verifier" / "verifier.py"))["Bundle"]
    assert second(data, believed.to_dict()).links() == {link.name: link.holds for link in found}


def made_up(event: dict[str, Any]) -> dict[str, Any]:
    """The same event under a header of somebody else: the root of the receipts and the number stay."""
    header, miner = event["header"], 160  # a hex digit within the account that made the block
    return {**event, "header": header[:miner] + ("1" if header[miner] != "1" else "2") + header[miner + 1 :]}


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_a_made_up_header_does_not_pass_beside_the_one_of_its_number(first: bool, believed: Roots) -> None:
    told = parts("asset")
    events = told["chain"]["events"]
    genuine = {(found.block, found.block_hash) for found in map(read_receipt, receipts(told))}
    chain = {
        "eth_chainId": lambda *_: "0x7a69",
        "eth_blockNumber": lambda *_: hex(max(genuine)[0]),
        "eth_getBlockByNumber": lambda number, _: {"hash": dict(genuine)[int(number, 16)]},
    }

    def blocks(rpc: Any) -> Link:
        return check(read(canonical(told)), believed, rpc)[-1]

    assert blocks(lambda method, *words: chain[method](*words)).holds is True
    events.insert(0 if first else len(events), made_up(events[0]))
    (forged,) = {(found.block, found.block_hash) for found in map(read_receipt, receipts(told))} - genuine
    assert forged[0] in dict(genuine)
    assert blocks(lambda method, *words: chain[method](*words)).holds is False
    assert forged[1][:14] in blocks(None).why


def receipts(told: dict[str, Any]) -> list[Any]:
    return [each.receipt for each in read(canonical(told)).events]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hashed", [False, True], ids=["as-it-is", "rehashed"])
@usual
@given(data=st.data())
def test_anything_in_any_place_is_refused_and_ends_nothing(
    kind: str, hashed: bool, believed: Roots, data: st.DataObject
) -> None:
    told = parts(kind)
    path = data.draw(st.sampled_from(sorted(places(told), key=repr)))
    new, before = data.draw(anything), copy.deepcopy(told)
    put(told, path, new)
    if hashed:
        with suppress(FieldError, LookupError, TypeError, AttributeError, ValueError):  # it is no entry then
            rehashed(told)
    try:
        links = check(read(canonical_or_not(told)), believed)
    except ProofError as refused:
        words = str(refused)
    else:
        assert holds(links) == (told == before)
        words = "".join(link.why for link in links)
        assert max(len(link.why) for link in links) <= 400
    assert words.isprintable()  # it cannot draw lines of its own on a terminal


def canonical_or_not(value: Any) -> bytes:
    try:
        return canonical(value)
    except FieldError:
        return json.dumps(value).encode()


@usual
@given(data=st.binary(max_size=60) | st.text(max_size=60).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_bundle_or_a_clear_refusal(data: bytes) -> None:
    with pytest.raises(ProofError):
        read(data)


@usual
@given(data=st.data())
def test_roots_of_any_shape_are_read_or_refused(data: st.DataObject) -> None:
    told = json.loads((VECTORS / "roots.json").read_text())
    put(told, data.draw(st.sampled_from(sorted(places(told), key=repr))), data.draw(anything))
    try:
        found = read_roots(told)
    except ProofError:
        return
    assert found.quorum <= len(found.witnesses)
