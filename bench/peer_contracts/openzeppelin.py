"""OpenZeppelin's payment splitter of release 4, in which it was last to be had."""

from __future__ import annotations

from bench.peer_contracts.deployed import PRICE, SHARES, Stage, create, sent, used
from bench.peer_contracts.packages import shipped

PACKAGE = "@openzeppelin/contracts"


def measure(stage: Stage) -> dict[str, dict[str, int]]:
    built = shipped(f"{PACKAGE}/build/contracts/PaymentSplitter.json")
    splitter = create(stage.here, built, list(stage.payees), list(SHARES))
    for _ in range(2):  # the second round is the usual one
        paid = used(sent(stage.here, stage.buyers[0], splitter.address, "0x", PRICE))
        out = sum(splitter.gas(stage.manager, "release(address)", payee) for payee in stage.payees)
    return {"settle": {"pay in": paid, "pay out to three": out, "together": paid + out}}
