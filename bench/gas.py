"""Gas of every call, from receipts on the embedded devnet; how fast it is, how soon back after kill -9."""

from __future__ import annotations

import json
import os
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ledger.chain import (
    NATIVE,
    Chain,
    Invoice,
    Leaf,
    Licence,
    Split,
    collection_id,
    keccak,
    load_or_create_account,
)

SIZES = (1, 100, 10_000)
TRANSACTIONS = 100


@dataclass
class Scene:
    """A chain with our contracts, who acts on it, and a count for fresh references."""

    chain: Chain
    manager: Any
    payer: Any
    split: Split
    count: int = 0

    def reference(self) -> bytes:
        self.count += 1
        return self.count.to_bytes(32, "big")

    def invoice(self, currency: str) -> Invoice:
        issuer, payer = self.manager.address, self.payer.address
        return Invoice(self.reference(), issuer, payer, 1_000_001, currency, 0, self.split)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        here = scene(Path(folder))
        try:
            figures = {
                **collections(here),
                **money(here),
                "anchor": anchors(here),
                "devnet": devnet(here, Path(folder)),
            }
        finally:
            here.chain.close()
    print(json.dumps(figures))


def scene(folder: Path) -> Scene:
    chain = Chain.open("devnet:", folder)
    manager, payer, *payees = (
        load_or_create_account(folder / "keys", name) for name in ("manager", "payer", "ann", "ben", "cleo")
    )
    for account in (manager, payer):
        chain.fund(account.address, 10**19)
    chain.deploy(manager)
    chain.mint_test_dollars(manager, payer.address, 10**9)
    return Scene(chain, manager, payer, Split(tuple(p.address for p in payees), (3333, 3333, 3334)))


def collections(here: Scene) -> dict[str, Any]:
    """Registering, claiming and licensing in collections of each size."""
    figures: dict[str, Any] = {"register": {}, "register_per_asset": {}, "claim": {}, "licence": {}}
    for size in SIZES:
        leaves = [Leaf(size * 100_000 + i, keccak(i.to_bytes(4, "big")), i) for i in range(size)]
        layers = tree([leaf.hash for leaf in leaves])
        root = layers[-1][0]
        tx = here.chain.register_collection(here.manager, root=root, size=size, terms_hash=bytes(32 * [7]))
        figures["register"][str(size)] = tx.gas
        figures["register_per_asset"][str(size)] = tx.gas / size
        cid, proof = collection_id(here.manager.address, root), prove(layers, leaves[0].hash)
        here.chain.claim(here.manager, cid, leaves[0], proof)  # the creator's first token costs a slot more
        leaf = leaves[-1]
        proof = prove(layers, leaf.hash)
        if size > 1:
            figures["claim"][f"depth {len(proof)}"] = here.chain.claim(here.manager, cid, leaf, proof).gas
        licence = Licence(here.reference(), cid, leaf, here.payer.address, bytes(32 * [9]))
        figures["licence"][f"depth {len(proof)}"] = here.chain.grant(here.manager, licence, proof).gas
    return figures


def money(here: Scene) -> dict[str, Any]:
    """Invoices for three payees: the first payment in a currency opens their credits, later ones add."""
    chain, dollar = here.chain, here.chain.deployment["TestDollar"]
    figures: dict[str, Any] = {"settle_3_payees": {}, "withdraw": {}}
    for name, currency in (("native", NATIVE), ("erc20", dollar)):
        for turn in ("first", "later"):
            invoice = here.invoice(currency)
            figures["issue"] = chain.issue(here.manager, invoice).gas
            figures["settle_3_payees"][f"{name}, {turn}"] = chain.settle(here.payer, invoice).gas
    invoice = here.invoice(dollar)
    chain.issue(here.manager, invoice)
    signed = chain.sign_payment(here.payer, invoice)
    relayed = chain.settle_with_authorization(here.manager, invoice, signed)
    figures["settle_3_payees"]["erc20 by signature, later"] = relayed.gas
    for name, currency in (("native", NATIVE), ("erc20", dollar)):
        figures["withdraw"][name] = chain.withdraw(here.manager, currency, here.split.payees[0]).gas
    return figures


def anchors(here: Scene) -> dict[str, int]:
    """What it costs to say where a book stands, the first time and every later one."""
    said = {"first": 1_000, "later": 2_000}
    root, page = keccak(b"root"), keccak(b"page")
    return {turn: here.chain.anchor(here.manager, size, root, page).gas for turn, size in said.items()}


def devnet(here: Scene, folder: Path) -> dict[str, Any]:
    """Transactions per second, each durable, and seconds back to the same head after kill -9 of the node."""
    started = time.perf_counter()
    blocks = [here.chain.issue(here.manager, here.invoice(NATIVE)).block for _ in range(TRANSACTIONS)]
    rate = TRANSACTIONS / (time.perf_counter() - started)
    before = here.chain.clock()
    os.kill(json.loads((folder / "devnet/node.json").read_text())["pid"], signal.SIGKILL)
    started = time.perf_counter()
    if here.chain.clock() != before:
        raise SystemExit("the devnet came back with another head")
    back = time.perf_counter() - started
    return {"transactions_per_second": rate, "seconds_back_after_kill": back, "replayed_blocks": blocks[-1]}


def tree(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """Layers of a Merkle tree with sorted pairs, leaves first."""
    layers = [sorted(leaves)]
    while len(layers[-1]) > 1:
        below = layers[-1]
        pairs = [below[i : i + 2] for i in range(0, len(below), 2)]
        layers.append([keccak(b"".join(sorted(p))) if len(p) == 2 else p[0] for p in pairs])
    return layers


def prove(layers: Sequence[Sequence[bytes]], leaf: bytes) -> tuple[bytes, ...]:
    index, proof = layers[0].index(leaf), []
    for layer in layers[:-1]:
        if index ^ 1 < len(layer):
            proof.append(layer[index ^ 1])
        index //= 2
    return tuple(proof)


if __name__ == "__main__":
    main()
