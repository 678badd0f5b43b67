"""kill -9 of the service, the worker and the devnet, three times each: the story completes, and only once."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from estate import FUNDS, Estate
from programs import end_process, has_ended, locked, wait_until
from service_client import BRIEF, TERMS, USE, PatientClient, photo

from ledger import verify
from ledger.store import assets, entries, money, operations, rights, txs

TILES = 3
PRICE, ROYALTY, UNLICENSED = 180_000_000, 105_000_000, 450_000_000
TAKEN = PRICE + ROYALTY + UNLICENSED
Work = Callable[[], Any]


@pytest.fixture
def estate(tmp_path: Path) -> Iterator[Estate]:
    opened = Estate(tmp_path)
    try:
        yield opened.open()
    finally:
        opened.close()


class Crashes:
    """What happens to the story: each method does `work`, some kill a process meanwhile."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate

    def generate(self, work: Work) -> Any:
        return work()

    def register(self, work: Work) -> Any:
        return work()

    def settle(self, work: Work) -> Any:
        return work()

    def bill(self, work: Work) -> Any:
        return work()

    def during(self, work: Work, happened: Callable[[], bool], kill: Callable[[], None]) -> Any:
        """`kill` as soon as something has `happened` while a client does `work`; what the client got."""
        with ThreadPoolExecutor(1) as clients:
            future = clients.submit(work)
            wait_until(lambda: happened() or (future.done() and future.exception() is not None))
            kill()
            return future.result()

    def when_mined(self) -> Callable[[], bool]:
        """Whether another transaction than those until now is on its way into the chain."""
        before = self.estate.blocks
        return lambda: self.estate.blocks > before

    def after_a_tile(self) -> bool:
        return self.estate.operation("generate")[1] >= 1


class KilledService(Crashes):
    def generate(self, work: Work) -> Any:
        """While its client watches the tiles being made."""
        return self.during(work, self.after_a_tile, self._restart)

    def register(self, work: Work) -> Any:
        """In the middle of a request: the operation is written down, but not queued and not answered."""
        with ThreadPoolExecutor(1) as clients:
            with locked(self.estate.jobs):
                future = clients.submit(work)
                wait_until(lambda: self.estate.operation("register")[0] != "" or future.done())
                self.estate.service.kill()
            assert not future.done()
            self.estate.service.start()
            return future.result()

    def settle(self, work: Work) -> Any:
        """While the money moves."""
        return self.during(work, self.when_mined(), self._restart)

    def _restart(self) -> None:
        self.estate.service.kill()
        self.estate.service.start()


class KilledWorker(Crashes):
    def generate(self, work: Work) -> Any:
        """Between two tiles."""
        return self.during(work, self.after_a_tile, self._restart)

    def register(self, work: Work) -> Any:
        """The transaction is mined, and the database does not know."""
        return self._when_mined_but_not_written("register", work)

    def settle(self, work: Work) -> Any:
        """The invoice is paid, the database does not know, and the licence is not granted."""
        return self._when_mined_but_not_written("settle", work)

    def _when_mined_but_not_written(self, kind: str, work: Work) -> Any:
        estate, mined = self.estate, self.when_mined()
        before = len(_sent(estate))
        with ThreadPoolExecutor(1) as clients:
            with estate.worker.frozen(estate.jobs, estate.database):
                future = clients.submit(work)
                wait_until(lambda: estate.operation(kind)[0] == "queued")
                # The service is still to write its answer down.
                wait_until(lambda: estate.unanswered == 0)
                with locked(estate.database):
                    estate.worker.thaw()
                    wait_until(lambda: mined() and estate.settled)
                    estate.worker.kill()
            assert len(_sent(estate)) == before
            estate.worker.start()
            return future.result()

    def _restart(self) -> None:
        self.estate.worker.kill()
        self.estate.worker.start()


class KilledDevnet(Crashes):
    def register(self, work: Work) -> Any:
        """The program, and with it the node, while a transaction is under way."""
        node = self.estate.node

        def kill() -> None:
            self.estate.devnet.kill()
            wait_until(lambda: node is None or has_ended(node))
            self.estate.devnet.start()

        return self.during(work, self.when_mined(), kill)

    def settle(self, work: Work) -> Any:
        """The node alone."""
        return self.during(work, self.when_mined(), self._kill_node)

    def bill(self, work: Work) -> Any:
        """Both."""

        def kill() -> None:
            self.estate.devnet.kill()
            self._kill_node()
            self.estate.devnet.start()

        return self.during(work, self.when_mined(), kill)

    def _kill_node(self) -> None:
        if self.estate.node is not None:
            end_process(self.estate.node)


@pytest.mark.parametrize("crashes", [KilledService, KilledWorker, KilledDevnet])
def test_killed_three_times_the_story_completes_and_everything_happened_once(
    crashes: type[Crashes], estate: Estate
) -> None:
    Story(estate, crashes(estate)).tell()
    _everything_is_there(estate)
    _nothing_happened_twice(estate)
    _every_cent_is_where_it_belongs(estate)
    _the_head_survives(estate)


class Story:
    """From the brief to the payouts, by three clients over HTTP."""

    def __init__(self, estate: Estate, crashes: Crashes) -> None:
        self.estate, self.crashes = estate, crashes
        self.manager, self.auditor = estate.client("manager"), estate.client("auditor")
        self.clients = {party: estate.client("licensee", party) for party in ("north-mill", "corner-shop")}
        self.mill = self.clients["north-mill"]

    def tell(self) -> None:
        plan = {"brief": {**BRIEF, "count": TILES}, "terms": TERMS}
        made = self.crashes.generate(lambda: _done(self.manager, "/v1/collections", plan))
        collection = made["collection"]
        path = f"/v1/collections/{collection}"
        self.crashes.register(lambda: _done(self.manager, f"{path}/registration"))
        tiles = [each["id"] for each in self.manager.get(f"{path}/assets").json()["items"]]
        licence = self._buy(tiles[0])
        report = self.mill.write(f"/v1/licences/{licence}/usage", {**USE, "units": 300})
        assert report.status_code == 201, report.text
        self._scan(tiles[1])
        for payer in self.clients:
            body = {"payer": payer, "collection": collection}
            bill = lambda body=body: _done(self.manager, "/v1/invoices", body)  # noqa: E731
            billed = self.crashes.bill(bill) if payer == "north-mill" else bill()
            self._pay(payer, billed["invoice"])
        for payee in ("mara", "studio"):
            _done(self.manager, "/v1/payouts", {"payee": payee})
        assert [_verified(self.auditor, tile, self.manager) for tile in tiles] == [True] * TILES

    def _buy(self, tile: str) -> str:
        asked = {"asset": tile, "party": "north-mill", "use": USE}
        offer = self.mill.write("/v1/decisions", asked).json()["offer"]["id"]
        invoice = _done(self.mill, f"/v1/offers/{offer}/acceptance")["invoice"]
        paid = self.crashes.settle(lambda: self._pay("north-mill", invoice))
        assert self.mill.write("/v1/decisions", asked).json()["outcome"] == "permit"
        (licence,) = paid["licences"]
        return str(licence)

    def _pay(self, payer: str, invoice: str) -> dict[str, Any]:
        client = self.clients[payer]
        request = client.get(f"/v1/invoices/{invoice}/payment-request").json()
        signed = self.estate.sign(payer, request["typed_data"])
        return _done(client, f"/v1/invoices/{invoice}/payments", {"authorization": signed})

    def _scan(self, tile: str) -> None:
        """A picture in the wild, seen with a seller who has no licence."""
        seen = photo(self.manager.get(f"/v1/assets/{tile}/file").content)
        elsewhere = {"seller": "corner-shop", "use": {**USE, "product": "cushion", "territory": "FR"}}
        accepted = self.auditor.post(
            "/v1/scans",
            files=[("pictures", ("seen.jpg", seen))],
            data={"sightings": json.dumps({"seen.jpg": elsewhere})},
            headers={"Idempotency-Key": uuid.uuid4().hex},
        )
        result = self.auditor.finish(accepted)["result"]
        assert (result["pictures"], result["proven"]) == (1, 1), result


def _done(client: PatientClient, path: str, body: Any = None) -> dict[str, Any]:
    operation = client.finish(client.write(path, body))
    assert operation["state"] == "done", operation
    return dict(operation["result"])


def _verified(auditor: PatientClient, tile: str, manager: PatientClient) -> bool:
    file = manager.get(f"/v1/assets/{tile}/file").content
    proof = manager.get(f"/v1/assets/{tile}/proof").content
    answer = auditor.post("/v1/verify", files={"file": file, "proof": proof}).json()
    assert answer["ok"], answer
    return {link["holds"] for link in answer["links"]} == {True}


def _sent(estate: Estate) -> list[Any]:
    with estate.ledger.store.reading() as tx:
        return list(txs.every(tx))


def _everything_is_there(estate: Estate) -> None:
    ledger = estate.ledger
    assert verify.check_book(ledger)
    with ledger.store.reading() as tx:
        (collection,) = {tile.collection for tile in assets.walk(tx)}
        assert assets.count(tx, collection) == (TILES, TILES)
        assert operations.unfinished(tx) == ()
        assert {each.state for each in operations.page(tx)} == {operations.State.DONE}
        for tile in assets.walk(tx):
            assert tile.signed.sha256 in ledger.blobs


def _nothing_happened_twice(estate: Estate) -> None:
    once = {"collection-planned", "collection-registered", "offer-made", "licence-granted", "usage-reported"}
    with estate.ledger.store.reading() as tx:
        told = Counter(entry.kind for entry in entries.walk(tx))
        assert (len(rights.grants(tx)), len(money.page(tx)), len(money.payouts(tx))) == (1, 3, 2)
    assert {kind: told[kind] for kind in once} == dict.fromkeys(once, 1)
    issued_settled = told["invoice-drawn-up"], told["invoice-issued"], told["invoice-settled"]
    assert (issued_settled, told["asset-made"], told["paid-out"]) == ((3, 3, 3), TILES, 2)
    on_chain = {"CollectionRegistered": 1, "LicenceGranted": 1, "InvoiceIssued": 3, "InvoiceSettled": 3}
    assert estate.events() == {**on_chain, "Withdrawn": 2}
    kinds = Counter(each.kind for each in _sent(estate))
    assert kinds == {
        **{"mint-test-dollars": 2, "register-collection": 1, "issue-invoice": 3},
        **{"number-products": 1, "settle-invoice": 3, "grant-licence": 1, "withdraw": 2},
    }
    # Beside these: seven contracts and the gas of the manager. One transaction, one block.
    assert estate.head()[0] == kinds.total() + 8


def _every_cent_is_where_it_belongs(estate: Estate) -> None:
    assert estate.dollars(None) == 0
    assert estate.dollars("mara") == TAKEN * 60 // 100
    assert estate.dollars("studio") == TAKEN * 40 // 100
    assert estate.dollars("north-mill") == FUNDS - PRICE - ROYALTY
    assert estate.dollars("corner-shop") == FUNDS - UNLICENSED


def _the_head_survives(estate: Estate) -> None:
    before, node = estate.head(), estate.node
    assert node is not None
    for program in (estate.service, estate.worker, estate.devnet):
        program.kill()
    end_process(node)
    estate.devnet.start()
    assert estate.head() == before
