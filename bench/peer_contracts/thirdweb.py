"""thirdweb's drop of editions, claimed under conditions, and its split, which pays everybody out at once."""

from __future__ import annotations

from typing import Any

from bench.peer_contracts.deployed import PRICE, SHARES, Deployed, Stage, clone, create, sent, used
from bench.peer_contracts.packages import Build, compiled

PACKAGE = "@thirdweb-dev/contracts"
COMPILER = "solc"
NATIVE = "0x" + 40 * "e"
NOBODY = "0x" + 40 * "0"
EVERYBODY = bytes(32)
PLENTY = 2**128


def measure(stage: Stage) -> dict[str, dict[str, int]]:
    built = build()
    drop = clone(stage.here, create(stage.here, built["DropERC1155"]))
    manager = stage.manager.address
    money = (
        manager,
        manager,
        500,
        100,
        manager,
    )  # who is paid, royalties of 5 %, a fee to the platform of 1 %
    drop.send(stage.manager, "initialize", manager, "Selvage", "SLV", "", [], *money)
    _offer(stage, drop, 0, 0)
    _claim(stage, drop, 0, 0, 0)
    offered = _offer(stage, drop, 1, 0)
    _offer(stage, drop, 2, PRICE)
    return {
        "offer": {"lazyMint and setClaimConditions": offered},
        "free": {"first": _claim(stage, drop, 0, 1, 0), "second": _claim(stage, drop, 1, 1, 0)},
        "paid": {"first": _claim(stage, drop, 0, 2, PRICE), "second": _claim(stage, drop, 1, 2, PRICE)},
        "check": {"balanceOf": drop.check("balanceOf", stage.buyers[0].address, 2)},
        "settle": _split(stage, built["Split"]),
    }


def build() -> dict[str, Build]:
    """With the compiler's usual 200 runs; with 1,000 the drop is too large to deploy."""
    root = f"node_modules/{PACKAGE}/prebuilts"
    return compiled(
        COMPILER,
        [f"{root}/drop/DropERC1155.sol", f"{root}/split/Split.sol"],
        ["@openzeppelin/=node_modules/@openzeppelin/", "solady/=node_modules/solady/"],
        optimizer={"enabled": True, "runs": 200},
        evmVersion="cancun",
    )


def _offer(stage: Stage, drop: Deployed, token: int, price: int) -> int:
    condition = (0, PLENTY, 0, PLENTY, EVERYBODY, price, NATIVE, "")
    named = drop.gas(
        stage.manager, "lazyMint", 1, "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oc/", b""
    )
    return named + drop.gas(stage.manager, "setClaimConditions", token, [condition], False)


def _claim(stage: Stage, drop: Deployed, buyer: int, token: int, price: int) -> int:
    account = stage.buyers[buyer]
    words: tuple[Any, ...] = (account.address, token, 1, NATIVE, price, ([], 0, PLENTY, NOBODY), b"")
    return drop.gas(account, "claim", *words, value=price)


def _split(stage: Stage, built: Build) -> dict[str, int]:
    split = clone(stage.here, create(stage.here, built))
    split.send(stage.manager, "initialize", stage.manager.address, "", [], list(stage.payees), list(SHARES))
    for _ in range(2):  # the second round is the usual one
        paid = used(sent(stage.here, stage.buyers[0], split.address, "0x", PRICE))
        out = split.gas(stage.manager, "distribute()")
    return {"pay in": paid, "pay out to three": out, "together": paid + out}
