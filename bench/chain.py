"""The chain client: how soon an audit of many licences is done, and what several senders are good for.

The senders report units of `REPORTS` licences from `THREADS` threads to an anvil that makes a block a second.
"""

from __future__ import annotations

import json
import socket
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

from eth_account.signers.base import BaseAccount

from ledger.audit import audit
from ledger.chain import Chain, Leaf, Licence, UnitReport, collection_id, keccak, load_or_create_account
from ledger.chain.anvil import AnvilProcess, find_anvil, free_port
from ledger.chain.node import RemoteNode
from ledger.domain.assets import Collection, Draft, Registration
from ledger.domain.brief_text import parse_brief
from ledger.domain.chain_event import ChainEvent
from ledger.domain.ids import AssetId, CollectionId, LicenceId, MarkId, OfferId, PartyId
from ledger.domain.licence import Grant, Offer
from ledger.domain.money import Money
from ledger.domain.terms import Terms
from ledger.domain.terms_text import parse_terms, terms_hash
from ledger.domain.use import Action, Use
from ledger.store import Store, Tx, assets, chain_events, collections, parties, rights
from ledger.store.chain_events import Cursor
from ledger.store.parties import Party

LICENCES = 10_000
KEYS, REPORTS, THREADS = (1, 2, 4), 64, 16
STUDIO, COLLECTION, TILE = PartyId("studio"), CollectionId("c0" * 16), AssetId("a0" * 16)
TERMS = {"preset": "standard", "split": {"studio": "100 %"}}
BRIEF = {
    "name": "Bench",
    "prompts": ["dots"],
    "palettes": [["#f4efe6", "#1b2a49"]],
    "count": 1,
    "size": 256,
    "seed": 7,
}
AT, TOKEN = "2026-01-01T00:00:00Z", "77"
MANAGER = "0x" + "11" * 20


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        print(json.dumps({"audit": audited(Path(folder)), "senders": sent(Path(folder))}))


def sent(folder: Path) -> dict[str, float]:
    """Transactions a second, by the number of keys that send."""
    port = free_port()
    arguments = ["--port", str(port), "--quiet", "--prune-history", "64"]
    node = AnvilProcess(find_anvil(), arguments, folder)
    try:
        wait_for(port)
        return {f"{count} keys, a second": rate(count, f"http://127.0.0.1:{port}", folder) for count in KEYS}
    finally:
        node.stop()


def wait_for(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("anvil does not answer")


def rate(count: int, url: str, folder: Path) -> float:
    """Reports a second by `count` keys: the creator's and operators'."""
    with Chain.open(url, folder / str(count)) as chain:
        manager, *others = (
            load_or_create_account(folder / str(count) / "keys", f"sender-{n}") for n in range(count)
        )
        for account in (manager, *others):
            chain.fund(account.address, 10**20)
        chain.deploy(manager)
        for other in others:
            chain.appoint(manager, other.address)
        accounts, licences = [manager, *others], granted(chain, manager)
        node = RemoteNode(url)
        node.rpc("evm_setAutomine", False)
        node.rpc("evm_setIntervalMining", 1)
        start = time.perf_counter()
        with ThreadPoolExecutor(THREADS) as threads:
            work = [
                threads.submit(chain.report_units, accounts[n % count], UnitReport(each, 1, 0))
                for n, each in enumerate(licences)
            ]
            for each in work:
                each.result()
        seconds = time.perf_counter() - start
        node.rpc("evm_setIntervalMining", 0)
        node.rpc("evm_setAutomine", True)
    return REPORTS / seconds


def granted(chain: Chain, manager: BaseAccount) -> list[Licence]:
    leaf = Leaf(5, keccak(manager.address.encode()), 1)
    chain.register_collection(manager, root=leaf.hash, size=1, terms_hash=bytes(32))
    made = collection_id(manager.address, leaf.hash)
    words = (number.to_bytes(32, "big") for number in range(1, REPORTS + 1))
    licences = [Licence(word, made, leaf, manager.address, bytes(32)) for word in words]
    for licence in licences:
        chain.grant(manager, licence, ())
    return licences


def audited(folder: Path) -> dict[str, float]:
    """Seconds of an audit of a book of `LICENCES`, all on chain, a tenth suspended there alone."""
    store, terms = Store.open(f"sqlite:///{folder}/bench.sqlite"), parse_terms(TERMS)
    with store.transaction() as tx:
        _collection(tx, terms)
        for number in range(LICENCES):
            _licence(tx, number, terms)
        events = (event for number in range(LICENCES) for event in _events(number))
        chain_events.add(tx, [_registered(), *events])
        chain_events.move(tx, Cursor("0x00", {}, LICENCES, f"0x{LICENCES:064x}"))
    start = time.perf_counter()
    found = audit(store, MANAGER)
    seconds = time.perf_counter() - start
    store.close()
    if len(found) != LICENCES // 10:
        raise SystemExit(f"{len(found)} disagreements, {LICENCES // 10} were laid")
    return {"licences": LICENCES, "seconds": seconds}


def _collection(tx: Tx, terms: Terms) -> None:
    parties.add(tx, Party(STUDIO, "Studio", MANAGER, AT))
    collections.add(tx, Collection(COLLECTION, parse_brief(BRIEF), AT), terms)
    registration = Registration(31337, MANAGER, TOKEN, "0x00", "0x00", "0x00", 0)
    collections.register(tx, COLLECTION, registration)
    assets.plan(tx, [Draft(TILE, COLLECTION, 0, MarkId(1), {})])


def _licence(tx: Tx, number: int, terms: Terms) -> None:
    use = Use(Action.REPRODUCE, "cushion", "GB", 1, date(2026, 1, 1))
    name, offer = LicenceId(f"{number:032x}"), OfferId(f"{number:032x}")
    rights.add_offer(tx, Offer(offer, TILE, STUDIO, use, terms_hash(terms), Money(1, "TUSD"), AT))
    granted = Grant(
        id=name,
        offer=offer,
        asset=TILE,
        licensee=STUDIO,
        action=Action.REPRODUCE,
        terms=terms,
        terms_hash=terms_hash(terms),
        granted_at=AT,
        invoice=None,
        tx="0x00",
        gas=0,
    )
    rights.add_grant(tx, granted)


def _registered() -> ChainEvent:
    said = {"collectionId": TOKEN, "creator": MANAGER}
    return _event(0, 0, "PatternRegistry", "CollectionRegistered", TOKEN, said)


def _events(number: int) -> list[ChainEvent]:
    """The grant; every tenth licence is suspended, so that the audit has something to say."""
    block, subject = number + 1, f"0x{number:064x}"
    said = {"key": subject, "licensee": MANAGER, "collectionId": TOKEN}
    found = [_event(block, 0, "LicenceBook", "LicenceGranted", subject, said)]
    if number % 10 == 0:
        found.append(_event(block, 1, "LicenceBook", "LicenceSuspended", subject, {"byCreator": True}))
    return found


def _event(
    block: int, index: int, contract: str, name: str, subject: str, said: Mapping[str, object]
) -> ChainEvent:
    return ChainEvent(block, f"0x{block:064x}", index, f"0x{block:064x}", contract, name, subject, said)


if __name__ == "__main__":
    main()
