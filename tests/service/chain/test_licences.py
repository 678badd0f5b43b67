"""The licence book on the embedded devnet: every call does what it says, and done twice it does it once."""

from __future__ import annotations

import json
from dataclasses import replace
from threading import Thread

import pytest

from ledger.chain import (
    ContractRevertError,
    Leaf,
    LicenceState,
    MessageError,
    NotDeployedError,
    UnitReport,
    keccak,
)
from ledger.chain.licences import NO_LICENCE
from ledger.domain.book import territory_bits


@pytest.fixture
def book(story):
    story.register()
    story.other = Leaf(6, b"\x02" * 32, 78)
    return story


def _grant(story, number, **content):
    licence = story.licence(number, **content)
    story.chain.grant(story.manager, licence, story.proof)
    return licence


def _refusal(call, *arguments):
    with pytest.raises(ContractRevertError) as refused:
        call(*arguments)
    return refused.value.name


def test_exclusive_licences_are_kept_apart_and_released(book):
    chain, (ann, ben, _) = book.chain, (payee.address for payee in book.payees)
    until = chain.clock() + 1_000
    first = _grant(
        book, 1, exclusive=True, until=until, territories=territory_bits(["DE", "FR"]), licensee=ann
    )
    rival = book.licence(2, licensee=ben)
    assert chain.blocked_until(rival) == until
    assert _refusal(chain.grant, book.manager, rival, book.proof) == "ExclusivityConflict"
    for number, other in ((3, {"territories": territory_bits(["GB"])}), (4, {"start": until})):
        assert chain.blocked_until(replace(rival, **other)) is None
        _grant(book, number, licensee=ben, **other)
    chain.revoke(book.manager, first)
    assert chain.blocked_until(rival) == until
    released = chain.release(book.payer, first)
    assert chain.release(book.payer, first) == released
    assert chain.blocked_until(rival) is None
    chain.grant(book.manager, rival, book.proof)
    assert [entry.until for entry in chain.page(book.collection_id, book.leaf.asset_id)]
    assert chain.licence(first.id).state is LicenceState.REVOKED


def test_a_page_that_was_emptied_begins_again(book):
    chain = book.chain
    first = _grant(book, 1, exclusive=True)
    chain.revoke(book.manager, first)
    chain.release(book.manager, first)
    assert chain.page(book.collection_id, book.leaf.asset_id) == ()
    _grant(book, 2, exclusive=True, licensee=book.payees[0].address)
    _grant(book, 3, licensee=book.payees[0].address)
    assert len(chain.page(book.collection_id, book.leaf.asset_id)) == 2


def test_a_whole_collection(book):
    chain, members = book.chain, (book.leaf, book.other)
    _grant(book, 1, until=chain.clock() + 500)
    everything = book.licence(2, leaf=None, licensee=book.payees[0].address)
    exclusive = replace(everything, exclusive=True)
    assert chain.blocked_until(exclusive, members) is not None
    assert _refusal(chain.grant_whole, book.manager, exclusive, members) == "ExclusivityConflict"
    assert _refusal(chain.grant_whole, book.manager, everything, members[:1]) == "NotAllMembers"
    tx = chain.grant_whole(book.manager, everything, members)
    assert chain.grant_whole(book.manager, everything, members) == tx
    assert chain.licence(everything.id).licence == everything
    assert chain.blocked_until(book.licence(3, exclusive=True)) is not None
    for wrong, call in ((everything, chain.grant), (book.licence(3), chain.grant_whole)):
        with pytest.raises(MessageError, match="leaf"):
            call(book.manager, wrong, ())


def test_runs_are_counted_once(book):
    chain = book.chain
    first, second = _grant(book, 1, run=100), _grant(book, 2, run=10, overage=True)
    report = UnitReport(first, 60, 100)
    tx = chain.report_units(book.payer, report)
    assert chain.report_units(book.payer, report) == tx
    assert (tx.event["left"], tx.event["overage"]) == (40, 0)
    assert _refusal(chain.report_units, book.manager, UnitReport(first, 41, 40)) == "RunExceeded"
    assert _refusal(chain.report_units, book.manager, UnitReport(first, 1, 100)) == "StaleReport"
    batch = [UnitReport(second, 12, 10), UnitReport(first, 40, 40)]
    counted = chain.report_batch(book.manager, batch)
    assert chain.report_batch(book.manager, batch) == counted
    assert [chain.units_left(each.id) for each in (first, second)] == [0, -2]
    assert chain.report_units(book.manager, UnitReport(second, 3, -2)).event["overage"] == 3
    third = _grant(book, 3, run=5)
    chain.report_units(book.manager, UnitReport(second, 1, -5))
    for batch in (
        [UnitReport(third, 2, 5), UnitReport(second, 1, -5)],
        [UnitReport(second, 1, -5), UnitReport(third, 2, 5)],
    ):
        with pytest.raises(MessageError, match="some were counted before; leave them out"):
            chain.report_batch(book.manager, batch)
    assert chain.units_left(third.id) == 5
    for units, left in ((0, 5), (1, 1.5)):
        with pytest.raises(MessageError):
            UnitReport(first, units, left)
    with pytest.raises(MessageError, match="one collection"):
        chain.report_batch(book.manager, [])


def test_sublicences_hang_on_what_is_above(book, tmp_path):
    chain, ann = book.chain, book.payees[0]
    chain.fund(ann.address, 10**18)
    top = _grant(book, 1, depth=2, run=100)
    child = chain.sublicence(top, book.licence(7, licensee=ann.address, run=30, depth=1))
    tx = chain.sublicense(book.payer, top, child)
    assert chain.sublicense(book.payer, top, child) == tx
    assert chain.licence(child.id).licence == child
    assert (chain.units_left(top.id), child.parent) == (70, top.id)
    deep = chain.sublicence(child, book.licence(8, run=5))
    chain.sublicense(ann, child, deep)
    assert chain.licence_valid(deep)
    suspended = chain.suspend(book.manager, top)
    assert chain.suspend(book.manager, top) == suspended
    assert not chain.licence_valid(deep)
    assert chain.licence_state(top.id) is LicenceState.SUSPENDED
    resumed = chain.resume(book.manager, top)
    assert chain.resume(book.manager, top) == resumed
    assert chain.resume(ann, deep, child) is None
    chain.revoke(book.payer, child, top)
    assert not chain.licence_valid(deep)
    ended = chain.end_sublicences(book.payer, top)
    assert chain.end_sublicences(book.payer, top) == ended
    beyond = chain.sublicence(top, book.licence(9, run=71))
    assert _refusal(chain.sublicense, book.payer, top, beyond) == "RunExceeded"
    with pytest.raises(MessageError, match="one collection"):
        chain.report_batch(book.manager, [UnitReport(child, 1, 30)])
    assert top.parent == NO_LICENCE


def test_a_licence_is_handed_on_and_read_as_it_is_now(book):
    chain, ann = book.chain, book.payees[0].address
    licence = _grant(book, 1, transferable=True)
    tx = chain.transfer(book.payer, licence, ann)
    assert chain.transfer(book.payer, licence, ann) == tx
    assert not chain.licence_valid(licence)
    now = chain.licence(licence.id).licence
    assert now == replace(licence, licensee=ann)
    assert chain.licence_valid(now)


def test_products_get_their_numbers_once(book):
    chain, creator = book.chain, book.manager.address
    assert chain.product_bits(creator, ["wallpaper"]) == 0
    tx = chain.number_products(book.manager, ["fabric", "wallpaper"])
    assert chain.number_products(book.manager, ["wallpaper"]) is None
    assert chain.number_products(book.manager, ["rugs", "wallpaper"]).block > tx.block
    assert chain.product_bits(creator, ["wallpaper", "rugs"]) == 0b110
    bits = chain.product_bits(creator, ["rugs"])
    assert _grant(book, 1, products=bits).products == 4


def test_words_beyond_the_last_number_are_other_words(book):
    chain, creator = book.chain, book.manager.address
    chain.number_products(book.manager, [f"word-{number}" for number in range(250)])
    last = [f"late-{number}" for number in range(8)]
    chain.number_products(book.manager, last)
    assert chain.number_products(book.manager, last) is None
    assert [chain.product_bits(creator, [word]).bit_length() for word in last] == [
        *range(251, 256),
        *[256] * 3,
    ]


def test_who_grants_on_a_stale_page_tries_again(book):
    """Two licences of one design at once, each exclusive in a country of its own."""
    failures: list[BaseException] = []

    def work(number: int) -> None:
        try:
            _grant(book, number, exclusive=True, territories=1 << number, reference=keccak(b"%d" % number))
        except BaseException as error:  # noqa: BLE001
            failures.append(error)

    threads = [Thread(target=work, args=(number,)) for number in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(book.chain.page(book.collection_id, book.leaf.asset_id)) == 5


def test_licences_that_cannot_be_are_refused_before_sending(story):
    for wrong in ({"licensee": "0x" + 40 * "0"}, {"until": 1 << 40}, {"run": -1}, {"reference": b"short"}):
        with pytest.raises(MessageError):
            story.licence(1, **wrong)


def test_a_sublicence_is_on_no_page(book):
    """Its event is about the same asset as a grant's."""
    chain, page = book.chain, (book.collection_id, book.leaf.asset_id)
    everything = replace(book.licence(1, depth=1, until=chain.clock() + 1_000), leaf=None)
    chain.grant_whole(book.manager, everything, [book.leaf, book.other])
    licensee = book.payees[0].address
    below = replace(everything, reference=b"\x07" * 32, leaf=book.leaf, depth=0, licensee=licensee)
    chain.sublicense(book.payer, everything, below, book.proof)
    assert chain.page(*page) == ()
    assert chain.licence(chain.sublicence(everything, below).id).licence.parent == everything.id
    _grant(book, 2)
    _grant(book, 3, licensee=book.payees[1].address)
    assert [len(chain.page(*each)) for each in (page, (book.collection_id, None))] == [1, 1]


def test_a_book_of_an_earlier_edition_is_followed_by_todays(book):
    """As a data folder of version 0.1.0 has it: four contracts, no edition."""
    chain, record = book.chain, book.chain._record.path
    known = json.loads(record.read_text())
    before = dict(known.pop("addresses"))
    old = {name: before[name] for name in ("TestDollar", "PatternRegistry", "RoyaltyVault", "LicenceBook")}
    del known["edition"]
    record.write_text(json.dumps({**known, "addresses": old}))
    assert chain.has_earlier_edition
    with pytest.raises(NotDeployedError):
        _ = chain.deployment
    after = chain.deploy(book.manager)
    assert after["LicenceBook of edition 1"] == old["LicenceBook"]
    assert after["LicenceBook"] not in before.values()
    assert (after["PatternRegistry"], after["RoyaltyVault"]) == (old["PatternRegistry"], old["RoyaltyVault"])
    assert not chain.has_earlier_edition
    assert chain.deploy(book.manager) == after
    assert chain.licence_valid(_grant(book, 1))


def test_what_was_built_on_an_earlier_book_follows_it(book):
    chain, record = book.chain, book.chain._record.path
    known = json.loads(record.read_text())
    record.write_text(json.dumps({**known, "edition": 2}))
    after = chain.deploy(book.manager)
    for name in ("LicenceBook", "OrderDesk", "LicenceToken"):
        assert after[f"{name} of edition 2"] == known["addresses"][name] != after[name]
    assert chain.deploy(book.manager) == after
