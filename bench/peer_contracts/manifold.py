"""Manifold's creator contract for editions: a token id for each design, a copy for each licence."""

from __future__ import annotations

from bench.peer_contracts.deployed import Stage, create
from bench.peer_contracts.packages import shipped

PACKAGE = "@manifoldxyz/creator-core-solidity"
URI = "ipfs://bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"


def measure(stage: Stage) -> dict[str, dict[str, int]]:
    built = shipped(f"{PACKAGE}/build/contracts/ERC1155Creator.json")
    creator = create(stage.here, built, "Selvage", "SLV")
    manager, (first, second) = stage.manager, (buyer.address for buyer in stage.buyers)
    creator.send(manager, "mintBaseNew", [manager.address], [1], [URI])
    offered = creator.gas(manager, "mintBaseNew", [manager.address], [1], [URI])
    copies = [creator.gas(manager, "mintBaseExisting", [buyer], [2], [1]) for buyer in (first, second)]
    return {
        "offer": {"mintBaseNew, with the first copy": offered},
        "free": {"first": copies[0], "second": copies[1]},
        "check": {"balanceOf": creator.check("balanceOf", first, 2)},
    }
