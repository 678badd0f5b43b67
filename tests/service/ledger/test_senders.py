"""Several keys count units at once, each as an operator of the ledger's own account."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger import bill, decide, license, senders, tally, witness
from ledger.chain import ContractRevertError, load_or_create_account

MILLS = ("mill", "press", "tailor")


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory, helpers: Any) -> Any:
    """A ledger with three senders, a registered tile, and a free licence of it for each of three parties."""
    with helpers.open(tmp_path_factory.mktemp("senders")) as opened:
        ledger = replace(opened, senders=3)
        helpers.people(ledger, *MILLS)
        collection, (tile,) = helpers.published(ledger, "senders", 1, helpers.terms(price="0 TUSD"))
        offers = [decide.decide(ledger, tile, party, helpers.use())[1] for party in MILLS]
        yield ledger, collection, [license.grant(ledger, offer.id) for offer in offers]


def _from(ledger: Any, transaction: str) -> str:
    found = witness.ready(ledger)._node.rpc("eth_getTransactionByHash", transaction)
    return str(found["from"]).lower()


def test_each_counts_with_a_key_of_its_own(
    estate: Any, helpers: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    ledger, collection, licences = estate
    monkeypatch.setattr(tally, "MOST_AT_ONCE", 1)
    for number, licence in enumerate(licences, 1):
        bill.report(ledger, licence.id, helpers.use(units=number), "first")
    counted = {each.licence: each for each in tally.tally(ledger, collection)}
    assert [counted[each.id].units for each in licences] == [1, 2, 3]
    assert tally.tally(ledger, collection) == ()
    for licence, each in counted.items():
        assert _from(ledger, each.tx) == senders.sender(ledger, licence).address.lower()
    assert helpers.rebuilt(ledger, tmp_path) == []


def test_the_licences_of_a_tile_are_granted_by_one_key(estate: Any, helpers: Any) -> None:
    ledger, *_ = estate
    _, tiles = helpers.published(ledger, "granted", 2, helpers.terms(price="0 TUSD"))
    for tile in tiles:
        offers = [decide.decide(ledger, tile, party, helpers.use())[1] for party in MILLS[:2]]
        by = {_from(ledger, license.grant(ledger, offer.id).tx) for offer in offers}
        assert by == {senders.sender(ledger, tile).address.lower()}


def test_one_subject_is_always_sent_by_one_key(estate: Any) -> None:
    ledger, *_ = estate
    keys = {name: senders.sender(ledger, name).address for name in "abcdefgh"}
    assert keys == {name: senders.sender(ledger, name).address for name in "abcdefgh"}
    assert len(set(keys.values())) == 3
    assert witness.manager(ledger).address in keys.values()
    alone = replace(ledger, senders=1)
    assert {senders.sender(alone, name).address for name in keys} == {witness.manager(ledger).address}


def test_a_key_that_was_not_appointed_may_not(estate: Any, tmp_path: Path) -> None:
    ledger, _, licences = estate
    chain, stranger = witness.ready(ledger), load_or_create_account(tmp_path, "stranger")
    chain.fund(stranger.address, 10**18)
    from ledger import on_chain
    from ledger.chain import UnitReport

    record = on_chain.record(ledger, licences[0])
    with pytest.raises(ContractRevertError):
        chain.report_units(stranger, UnitReport(record.licence, 1, record.left))


def test_what_had_begun_ends_before_an_error_is_told(estate: Any) -> None:
    ledger, ended = estate[0], []

    def work(part: int) -> int:
        if part == 1:
            raise ValueError(part)
        ended.append(part)
        return part

    with pytest.raises(ValueError, match="1"):
        senders.at_once(ledger, work, range(5))
    assert sorted(ended) == [0, 2, 3, 4]
    assert senders.at_once(ledger, lambda part: part * 2, range(5)) == [0, 2, 4, 6, 8]
