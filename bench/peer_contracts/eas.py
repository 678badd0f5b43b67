"""Ethereum Attestation Service: a licence and its units as attestations."""

from __future__ import annotations

from typing import Any

from eth_abi.abi import encode

from bench.peer_contracts.deployed import YEAR, Deployed, Stage, create, used
from bench.peer_contracts.packages import shipped
from ledger.chain import keccak

PACKAGE = "@ethereum-attestation-service/eas-contracts"
NOBODY, NOTHING = "0x" + 40 * "0", bytes(32)
LICENCE, UNITS = "bytes32 terms,uint256 territories,uint256 products,uint40 run", "uint40 units"
BATCH = 99


def measure(stage: Stage) -> dict[str, dict[str, int]]:
    here = stage.here
    registry = create(here, shipped(f"{PACKAGE}/artifacts/contracts/SchemaRegistry.sol/SchemaRegistry.json"))
    service = create(here, shipped(f"{PACKAGE}/artifacts/contracts/EAS.sol/EAS.json"), registry.address)
    licences, units = (_schema(stage, registry, text) for text in (LICENCE, UNITS))
    granted = [_licence(stage, service, licences, turn) for turn in range(BATCH + 1)]
    first, second = (
        _attest(stage, service, (units, _content(granted[0][0], NOBODY, 0, _units(i)))) for i in (1200, 300)
    )
    many = [_content(uid, NOBODY, 0, _units(1000 + i)) for i, (uid, _) in enumerate(granted[1:])]
    batch = service.gas(stage.manager, "multiAttest", [(units, many)])
    return {
        "free": {"first": granted[0][1], "second": granted[1][1]},
        "report": {
            "first": first[1],
            "later": second[1],
            f"each of {BATCH} in a batch": round(batch / BATCH),
        },
        "check": {"getAttestation": service.check("getAttestation", granted[0][0])},
    }


def _schema(stage: Stage, registry: Deployed, text: str) -> bytes:
    asked = ("register", text, NOBODY, True)
    uid = bytes(registry.ask(*asked, account=stage.manager))
    registry.send(stage.manager, *asked)
    return uid


def _licence(stage: Stage, service: Deployed, schema: bytes, turn: int) -> tuple[bytes, int]:
    """The terms of a licence to a buyer, for a year."""
    content = encode(["bytes32", "uint256", "uint256", "uint40"], [keccak(b"terms"), 1 << 12, 1 << 3, 50_000])
    until = stage.here.chain.clock() + YEAR
    buyer = stage.buyers[turn % 2].address
    return _attest(stage, service, (schema, _content(NOTHING, buyer, until, content)))


def _content(about: bytes, to: str, until: int, data: bytes) -> tuple[Any, ...]:
    return (to, until, True, about, data, 0)


def _units(count: int) -> bytes:
    return encode(["uint40"], [count])


def _attest(stage: Stage, service: Deployed, request: tuple[Any, ...]) -> tuple[bytes, int]:
    receipt = service.send(stage.manager, "attest", request)
    return bytes.fromhex(receipt["logs"][0]["data"][2:]), used(receipt)
