"""kill -9 at the worst moments, of the executing process and of the devnet: all is done, and done once."""

from __future__ import annotations

import json
import os
import signal
from collections import Counter
from pathlib import Path
from typing import Any

from ledger import bill, decide, parties, settle, verify
from ledger.domain.money import Money
from ledger.store import assets, entries, money, rights, txs
from ledger.workflows import Jobs, State

ONCE = {
    "collection-planned",
    "collection-registered",
    "offer-made",
    "licence-granted",
    "usage-reported",
    "paid-out",
}
PRICE = 250_000_000


def test_killed_anywhere_the_story_is_told_to_its_end_and_told_once(
    ledger: Any, tmp_path: Path, helpers: Any
) -> None:
    def survive(point: str, kind: str, arguments: dict[str, Any]) -> Any:
        """A job whose worker is killed at `point`; this process goes on with it."""
        jobs = Jobs.open(ledger, helpers.jobs_url(tmp_path))
        operation = jobs.submit(kind, arguments, point)
        with helpers.worker(tmp_path, point) as process:
            helpers.run_into(process)
        assert jobs.take_over()
        ended = jobs.wait(operation, timeout=60)
        jobs.close()
        assert ended.state is State.DONE, ended.error
        return ended.result

    planned = helpers.plan(ledger, count=2)
    survive("step:2", "generate", {"collection": planned.id})
    survive("mined:register-collection", "register", {"collection": planned.id})
    with ledger.store.reading() as tx:
        tile = assets.of_collection(tx, planned.id)[0]
    _kill_devnet(tmp_path)
    _decision, offer = decide.decide(ledger, tile.id, "mill", helpers.use())
    parties.fund(ledger, "mill", Money(5_000_000_000, "TUSD"))
    invoice = survive("mined:issue-invoice", "license", {"offer": offer.id})["invoice"]
    signed = settle.sign(ledger, invoice).to_dict()
    _kill_devnet(tmp_path)
    paid = survive("mined:settle-invoice", "settle", {"invoice": invoice, "authorization": signed})
    bill.report(ledger, paid["licences"][0], helpers.use(units=10), "report")
    billed = survive("step:1", "bill", {"payer": "mill", "collection": planned.id})["invoice"]
    assert billed != invoice
    _kill_devnet(tmp_path)
    payout = survive("mined:withdraw", "payout", {"payee": "artist"})["payout"]
    assert payout["amount_minor"] == str(PRICE * 4 // 10)
    _nothing_twice(ledger, planned.id)


def _nothing_twice(ledger: Any, collection: str) -> None:
    assert verify.check_book(ledger)
    with ledger.store.reading() as tx:
        told = Counter(entry.kind for entry in entries.walk(tx))
        sent = Counter(each.kind for each in txs.every(tx))
        assert assets.count(tx, collection) == (2, 2)
        assert len(rights.grants(tx)) == len(money.payouts(tx)) == 1
        assert len(money.page(tx)) == 2
    assert {kind: told[kind] for kind in ONCE} == dict.fromkeys(ONCE, 1)
    assert told["asset-made"] == told["invoice-drawn-up"] == told["invoice-issued"] == 2
    once = ("register-collection", "grant-licence", "settle-invoice", "withdraw")
    assert [sent[kind] for kind in once] == [1, 1, 1, 1]
    assert sent["issue-invoice"] == 2
    chain = ledger.chain()
    vault, dollar = chain.deployment["RoyaltyVault"], chain.deployment["TestDollar"]
    assert chain.balance(vault, dollar) == PRICE * 6 // 10  # the studio's share is still there


def _kill_devnet(folder: Path) -> None:
    state = json.loads(next(folder.rglob("node.json")).read_text())
    os.kill(state["pid"], signal.SIGKILL)
