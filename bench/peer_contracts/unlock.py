"""Unlock: a lock for each design, a key for each licence."""

from __future__ import annotations

from bench.peer_contracts.deployed import PRICE, YEAR, Deployed, Stage, create, used
from bench.peer_contracts.packages import shipped

PACKAGE = "@unlock-protocol/contracts"
VERSION = 15
NATIVE = "0x" + 40 * "0"
PURCHASE = "purchase(uint256[],address[],address[],address[],bytes[])"


def measure(stage: Stage) -> dict[str, dict[str, int]]:
    here = stage.here
    template = create(here, shipped(f"{PACKAGE}/dist/abis/PublicLock/PublicLockV{VERSION}.json"))
    code = create(here, shipped(f"{PACKAGE}/dist/abis/Unlock/UnlockV14.json"))
    proxy = shipped("@openzeppelin/contracts/build/contracts/TransparentUpgradeableProxy.json")
    begin = bytes.fromhex(code.data("initialize", stage.manager.address)[2:])
    unlock = code.at(create(here, proxy, code.address, template.address, begin).address)
    unlock.send(stage.manager, "addLockTemplate", template.address, VERSION)
    unlock.send(stage.manager, "setLockTemplate", template.address)
    for price in (0, PRICE):  # what only the first lock and sale of all pay
        _buy(stage, _lock(stage, unlock, template, price, 1)[0], 0, price)
    free, offered = _lock(stage, unlock, template, 0, 1000)
    paid, _ = _lock(stage, unlock, template, PRICE, 1000)
    alone, made = _lock(stage, unlock, template, PRICE, 1)
    figures = {
        "offer": {"createUpgradeableLock": offered},
        "free": {"first": _buy(stage, free, 0, 0), "second": _buy(stage, free, 1, 0)},
        "paid": {"first": _buy(stage, paid, 0, PRICE), "second": _buy(stage, paid, 1, PRICE)},
        "exclusive": {"lock of one key and its purchase": made + _buy(stage, alone, 0, PRICE)},
        "check": {"getHasValidKey": paid.check("getHasValidKey", stage.buyers[0].address)},
    }
    extended = paid.gas(stage.buyers[0], "extend", 0, 1, NATIVE, b"", value=PRICE)
    return {**figures, "report": {"extend, which counts nothing": extended}}


def _lock(stage: Stage, unlock: Deployed, template: Deployed, price: int, keys: int) -> tuple[Deployed, int]:
    terms = ("initialize", stage.manager.address, YEAR, NATIVE, price, keys, "Fern lattice")
    call = ("createUpgradeableLock", bytes.fromhex(template.data(*terms)[2:]))
    address = unlock.ask(
        "createLock", YEAR, NATIVE, price, keys, "Fern lattice", bytes(12), account=stage.manager
    )
    receipt = unlock.send(stage.manager, *call)
    return template.at(address), used(receipt)


def _buy(stage: Stage, lock: Deployed, buyer: int, price: int) -> int:
    account = stage.buyers[buyer]
    words = ([price], [account.address], [NATIVE], [account.address], [b""])
    return lock.gas(account, PURCHASE, *words, value=price)
