"""The licence book in Python: every rule of the contract, by the same names."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ledger.domain.book import (
    NO_END,
    WORLDWIDE,
    Asset,
    BookError,
    BookLicence,
    Collection,
    LicenceBook,
    Report,
    State,
    territory_bits,
    territory_codes,
)
from ledger.domain.book.held import LOWEST, MOST_BRANCHES, RESERVED_BRANCHES, Held
from ledger.domain.countries import CODES
from ledger.domain.errors import FieldError

CREATOR, ANN, BEN, STRANGER = 1, 11, 12, 13
ONE, TWO = Asset(1, b"\1" * 32, 7), Asset(2, b"\2" * 32, 8)
NOW = 1_000


@pytest.fixture
def book() -> LicenceBook:
    return LicenceBook({5: Collection(CREATOR, frozenset({ONE, TWO}))})


def _licence(**changes: object) -> BookLicence:
    return BookLicence(**{"collection": 5, "asset": ONE, "licensee": ANN, **changes})  # type: ignore[arg-type]


def _refused(name: str, call, *arguments: object) -> BookError:
    with pytest.raises(BookError) as refused:
        call(*arguments)
    assert refused.value.name == name, refused.value
    return refused.value


def _below(book: LicenceBook, above_id: int, above: BookLicence, **changes: object) -> BookLicence:
    root, branches = book.lineage_below(above_id, above)
    placed = {"parent": above_id, "root": root, "branches": branches, "depth": above.depth - 1}
    return replace(above, **{**placed, "licensee": BEN, **changes})


def test_grants_once_and_only_the_creators(book):
    licence = _licence()
    _refused("NotAllowed", book.grant, STRANGER, 1, licence, NOW)
    _refused("NotAllowed", book.grant, CREATOR, 1, _licence(collection=6), NOW)
    book.operators.add((CREATOR, STRANGER))
    book.grant(STRANGER, 1, licence, NOW)
    assert book.state(1) is State.GRANTED
    assert book.state(2) is State.NONE
    assert book.is_active(1, licence, NOW)
    assert not book.is_active(1, _licence(licensee=BEN), NOW)
    assert not book.is_active(2, licence, NOW)
    _refused("AlreadyGranted", book.grant, CREATOR, 1, licence, NOW)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"licensee": 0}, "NoLicensee"),
        ({"until": NOW}, "ExpiresInThePast"),
        ({"start": 2_000, "until": 2_000}, "DatesReversed"),
        ({"territories": 0}, "NoTerritory"),
        ({"products": 0}, "NoProduct"),
        ({"products": 1}, "UnknownProducts"),
        ({"overage": True}, "BadTraits"),
        ({"depth": 248}, "TooDeep"),
        ({"asset": Asset(3, bytes(32), 9)}, "NotMember"),
        ({"invoice": 9}, "InvoiceNotSettled"),
        ({"root": 9}, "WrongLineage"),
    ],
)
def test_a_licence_must_say_something_that_can_hold(book, changes, name):
    _refused(name, book.grant, CREATOR, 1, _licence(**changes), NOW)
    assert book.held == {}
    assert book.pages == {}


def test_products_must_be_numbered_and_invoices_paid(book):
    book.product_counts[CREATOR] = 2
    book.settled.add(9)
    _refused("UnknownProducts", book.grant, CREATOR, 1, _licence(products=4), NOW)
    book.grant(CREATOR, 1, _licence(products=3, invoice=9), NOW)
    book.product_counts[CREATOR] = 255
    book.grant(CREATOR, 2, _licence(products=1 << 255), NOW)


def test_exclusive_licences_and_the_whole_collection(book):
    book.grant(CREATOR, 1, _licence(exclusive=True, territories=1, until=5_000), NOW)
    assert _refused("ExclusivityConflict", book.grant, CREATOR, 2, _licence(licensee=BEN), NOW).arguments == (
        (5, 1),
        0,
        5_000,
    )
    everything = _licence(asset=None, licensee=BEN)
    _refused("ExclusivityConflict", book.grant, CREATOR, 2, everything, NOW)
    book.grant(CREATOR, 2, everything, 5_000)
    _refused("ExclusivityConflict", book.grant, CREATOR, 3, _licence(exclusive=True), 5_000)
    book.grant(CREATOR, 3, _licence(exclusive=True, licensee=BEN), 5_000)


def test_a_revoked_exclusive_licence_is_released(book):
    licence = _licence(exclusive=True)
    book.grant(CREATOR, 1, licence, NOW)
    _refused("NotToBeReleased", book.release, 1, licence)
    book.revoke(CREATOR, 1, licence)
    _refused("ExclusivityConflict", book.grant, CREATOR, 2, _licence(licensee=BEN), NOW)
    book.release(1, licence)
    _refused("NotToBeReleased", book.release, 1, licence)
    book.grant(CREATOR, 2, _licence(licensee=BEN), NOW)
    book.revoke(CREATOR, 2, _licence(licensee=BEN))
    _refused("NotToBeReleased", book.release, 2, _licence(licensee=BEN))


def test_suspended_resumed_and_revoked(book):
    licence = _licence(start=2_000, until=3_000)
    _refused("NotGranted", book.suspend, CREATOR, 1, licence)
    book.grant(CREATOR, 1, licence, NOW)
    _refused("LicenceMismatch", book.suspend, CREATOR, 1, _licence())
    _refused("NotAllowed", book.suspend, ANN, 1, licence)
    _refused("NotTheParent", book.suspend, ANN, 1, licence, licence)
    _refused("NotSuspended", book.resume, CREATOR, 1, licence)
    book.suspend(CREATOR, 1, licence)
    assert book.state(1) is State.SUSPENDED
    assert not book.is_active(1, licence, 2_500)
    _refused("AlreadySuspended", book.suspend, CREATOR, 1, licence)
    book.resume(CREATOR, 1, licence)
    assert [book.is_active(1, licence, at) for at in (1_999, 2_000, 2_999, 3_000)] == [
        False,
        True,
        True,
        False,
    ]
    book.revoke(CREATOR, 1, licence)
    assert book.state(1) is State.REVOKED
    _refused("AlreadyRevoked", book.revoke, CREATOR, 1, licence)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"collection": 6}, "collection"),
        ({"until": NO_END}, "dates"),
        ({"territories": 8}, "territory"),
        ({"products": 1 << 200}, "product"),
        ({"exclusive": True}, "traits"),
        ({"transferable": True}, "traits"),
        ({"overage": True}, "traits"),
        ({"asset": None}, "traits"),
        ({"depth": 4}, "depth"),
        ({"run": 0}, "run"),
        ({"asset": TWO}, "asset"),
    ],
)
def test_a_sublicence_stays_within_its_parent(book, changes, what):
    book.product_counts[CREATOR] = 3
    above = _licence(depth=4, run=100, until=9_000, territories=7, products=7)
    book.grant(CREATOR, 1, above, NOW)
    given = _below(book, 1, above, **changes)
    refused = _refused("BeyondParent", book.sublicense, ANN, (1, above), 2, given, NOW)
    assert refused.arguments == (what,)


def test_sublicences_draw_on_the_run_and_end_with_what_is_above(book):
    above = _licence(depth=4, run=100)
    book.grant(CREATOR, 1, above, NOW)
    given = _below(book, 1, above, run=60)
    _refused("NotAllowed", book.sublicense, BEN, (1, above), 2, given, NOW)
    _refused("WrongLineage", book.sublicense, ANN, (1, above), 2, replace(given, branches=512), NOW)
    _refused("RunExceeded", book.sublicense, ANN, (1, above), 2, replace(given, run=101), NOW)
    assert book.trees == {}
    book.sublicense(ANN, (1, above), 2, given, NOW)
    assert (book.held[1].left, book.held[2].left) == (40, 60)
    deep = _below(book, 2, given, licensee=STRANGER, run=1)
    book.sublicense(BEN, (2, given), 3, deep, NOW)
    book.suspend(CREATOR, 1, above)
    assert not book.is_active(3, deep, NOW)
    book.resume(CREATOR, 1, above)
    book.suspend(ANN, 2, given, above)
    _refused("NotActive", book.sublicense, STRANGER, (3, deep), 4, _below(book, 3, deep), NOW)
    book.resume(ANN, 2, given, above)
    assert book.is_active(3, deep, NOW)
    _refused("NotAllowed", book.revoke, BEN, 2, given, above)
    _refused("LicenceMismatch", book.revoke, ANN, 2, given, given)
    book.revoke(ANN, 2, given, above)
    assert not book.is_active(3, deep, NOW)
    assert book.is_active(1, above, NOW)


def test_creator_and_sublicensor_lift_each_their_own_suspension(book):
    above = _licence(depth=4)
    book.grant(CREATOR, 1, above, NOW)
    given = _below(book, 1, above)
    book.sublicense(ANN, (1, above), 2, given, NOW)
    deep = _below(book, 2, given, licensee=STRANGER)
    book.sublicense(BEN, (2, given), 3, deep, NOW)
    book.suspend(CREATOR, 2, given)
    _refused("NotSuspended", book.resume, ANN, 2, given, above)
    book.suspend(ANN, 2, given, above)
    _refused("AlreadySuspended", book.suspend, ANN, 2, given, above)
    book.resume(ANN, 2, given, above)
    assert (book.state(2), book.is_active(3, deep, NOW)) == (State.SUSPENDED, False)
    book.suspend(ANN, 2, given, above)
    book.resume(CREATOR, 2, given)
    assert (book.state(2), book.is_active(3, deep, NOW)) == (State.SUSPENDED, False)
    book.resume(ANN, 2, given, above)
    assert (book.state(2), book.is_active(3, deep, NOW)) == (State.GRANTED, True)


def test_a_sublicence_of_a_whole_collection_is_of_a_member(book):
    above = _licence(asset=None, depth=1)
    book.grant(CREATOR, 1, above, NOW)
    given = _below(book, 1, above, asset=Asset(3, bytes(32), 9))
    _refused("NotMember", book.sublicense, ANN, (1, above), 2, given, NOW)
    book.sublicense(ANN, (1, above), 2, replace(given, asset=TWO, run=5), NOW)
    book.sublicense(ANN, (1, above), 3, replace(given, asset=None), NOW)
    assert book.held[1].left == 0


def test_all_sublicences_end_at_once_and_begin_anew(book):
    above = _licence(depth=2)
    book.grant(CREATOR, 1, above, NOW)
    _refused("NoSublicences", book.end_sublicences, ANN, 1, above)
    old = _below(book, 1, above)
    book.sublicense(ANN, (1, above), 2, old, NOW)
    _refused("NotAllowed", book.end_sublicences, BEN, 1, above)
    book.end_sublicences(ANN, 1, above)
    assert not book.is_active(2, old, NOW)
    fresh = _below(book, 1, above)
    assert fresh.branches != old.branches
    book.sublicense(ANN, (1, above), 3, fresh, NOW)
    assert book.is_active(3, fresh, NOW)


def test_who_fills_a_tree_hinders_nobody(book):
    """What was given with sublicences has its branch, and the top has the last ones for itself."""
    above = _licence(depth=2)
    book.grant(CREATOR, 1, above, NOW)
    given, attacker = (_below(book, 1, above, licensee=who) for who in (BEN, STRANGER))
    book.sublicense(ANN, (1, above), 2, given, NOW)
    book.sublicense(ANN, (1, above), 3, attacker, NOW)
    most = MOST_BRANCHES - RESERVED_BRANCHES
    while book.trees[1].opened < most:
        book.end_sublicences(STRANGER, 3, attacker)
        number = 1_000 + book.trees[1].opened
        book.sublicense(STRANGER, (3, attacker), number, _below(book, 3, attacker, depth=0), NOW)
    book.end_sublicences(STRANGER, 3, attacker)
    book.sublicense(BEN, (2, given), 400, _below(book, 2, given, licensee=ANN), NOW)
    _refused("TreeIsFull", book.lineage_below, 3, attacker)
    for number in range(500, 500 + RESERVED_BRANCHES // 2):
        book.end_sublicences(ANN, 1, above)
        book.sublicense(ANN, (1, above), number, _below(book, 1, above), NOW)
    assert book.trees[1].opened == MOST_BRANCHES
    book.sublicense(ANN, (1, above), 600, _below(book, 1, above, depth=0), NOW)
    _refused("TreeIsFull", book.sublicense, ANN, (1, above), 601, _below(book, 1, above), NOW)


def test_units_up_to_the_run_and_past_it(book):
    book.grant(CREATOR, 1, _licence(run=10), NOW)
    book.grant(CREATOR, 2, _licence(run=10, overage=True), NOW)
    book.grant(CREATOR, 3, _licence(), NOW)
    hard, soft, free = (book.held[each].licence for each in (1, 2, 3))
    assert book.report(ANN, hard, Report(1, 4, 10)) == 0
    _refused("StaleReport", book.report, ANN, hard, Report(1, 4, 10))
    _refused("RunExceeded", book.report, CREATOR, hard, Report(1, 7, 6))
    _refused("NothingToReport", book.report, CREATOR, hard, Report(1, 0, 6))
    _refused("NotAllowed", book.report, STRANGER, hard, Report(1, 1, 6))
    assert [book.report(CREATOR, soft, Report(2, *each)) for each in ((12, 10), (3, -2))] == [2, 3]
    assert book.report(CREATOR, free, Report(3, 12, 0)) == 0
    with pytest.raises(BookError, match="TooManyUnits"):
        Held(free, LOWEST).drawn(3, 1)


def test_a_batch_counts_as_a_whole_or_not_at_all(book):
    for each in (1, 2):
        book.grant(CREATOR, each, _licence(run=10), NOW)
    before = dict(book.held)
    reports = [Report(1, 4, 10), Report(2, 5, 10), Report(1, 7, 6)]
    _refused("RunExceeded", book.report_batch, CREATOR, 5, reports)
    _refused("NotGranted", book.report_batch, CREATOR, 5, [Report(1, 4, 10), Report(9, 1, 0)])
    _refused("NotAllowed", book.report_batch, ANN, 5, reports)
    assert book.held == before
    assert book.report_batch(CREATOR, 5, [*reports[:2], Report(1, 6, 6)]) == [0, 0, 0]
    assert [book.held[each].left for each in (1, 2)] == [0, 5]


def test_is_handed_on_where_its_terms_allow(book):
    fixed, free = _licence(), _licence(transferable=True)
    book.grant(CREATOR, 1, fixed, NOW)
    book.grant(CREATOR, 2, free, NOW)
    _refused("NotTransferable", book.transfer, ANN, 1, fixed, BEN, NOW)
    _refused("NotAllowed", book.transfer, BEN, 2, free, BEN, NOW)
    _refused("NoLicensee", book.transfer, ANN, 2, free, 0, NOW)
    book.transfer(ANN, 2, free, BEN, NOW)
    assert book.is_active(2, replace(free, licensee=BEN), NOW)
    _refused("LicenceMismatch", book.transfer, ANN, 2, free, ANN, NOW)


def test_territories_are_bits_for_good():
    assert territory_bits([]) == 0
    assert territory_bits(["AD", "AF"]) == 0b101
    assert territory_codes(territory_bits(CODES)) == tuple(sorted(CODES))
    assert territory_codes(WORLDWIDE) == tuple(sorted(CODES))
    assert territory_bits(["ZW"]) == 1 << 248
    with pytest.raises(FieldError, match="write GB"):
        territory_bits(["UK"])
