"""Floods that are held, copies with a mark of their own, and what is measured apart from what is judged."""

from __future__ import annotations

from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.copies import copy_mark
from ledger.domain.finding import Sighting, Standing, Verdict
from ledger.domain.ids import AssetId, FindingId, LicenceId, MarkId, PartyId, ScanId
from ledger.domain.judging import Match, billable, judge, measured
from ledger.domain.licence import Book
from ledger.domain.quarantine import FLOOD, flooded

AT = "2026-06-15T00:00:00Z"


def match(place: int = 0, mark: MarkId | None = None) -> Match:
    asset, copy = AssetId("0a" * 16), LicenceId("licence-1")
    return Match("shop.jpg", "ab" * 32, asset, mark, Verdict.PROVEN, "1e-30", {"inliers": 90}, copy, place)


def found(make: SimpleNamespace, count: int, first: int = 0, **changes: object) -> list:
    return [make.finding(id=FindingId(f"f{first + number}"), **changes) for number in range(count)]


def test_what_comes_in_a_flood_is_held_and_the_rest_is_not(make: SimpleNamespace) -> None:
    many = found(make, FLOOD + 1)
    few = found(make, FLOOD, 1000, asset=AssetId("0b" * 16))
    held = flooded([*many, *few])
    assert held.keys() == {finding.id for finding in many}
    assert all(f"{FLOOD + 1} findings" in why and "against corner-shop" in why for why in held.values())
    assert not any(billable(make.finding(id=finding, held=why)) for finding, why in held.items())


def test_a_flood_is_of_one_tile_against_one_seller(make: SimpleNamespace) -> None:
    another = Sighting(PartyId("north-mill"), make.use())
    apart = [*found(make, 2), *found(make, 2, 10, sighting=another), *found(make, 2, 20, sighting=None)]
    assert flooded(apart, limit=2) == {}
    held = flooded([*apart, *found(make, 1, 30, sighting=None)], limit=2)
    assert held.keys() == {"f20", "f21", "f30"}
    assert "against nobody known" in held[FindingId("f20")]


@given(st.text(max_size=8), st.text(max_size=8), st.integers(0, 1000))
def test_the_mark_of_a_copy_is_48_bits_and_never_0(ledger: str, licence: str, attempt: int) -> None:
    mark = copy_mark(ledger, LicenceId(licence), attempt)
    assert 0 < mark < 2**48
    assert mark == copy_mark(ledger, LicenceId(licence), attempt)
    assert mark != copy_mark(ledger, LicenceId(licence), attempt + 1)


def test_what_is_measured_is_the_same_in_the_match_and_in_its_finding(make: SimpleNamespace) -> None:
    for seen in (match(), match(mark=MarkId(0xABC))):
        finding = judge(ScanId("s"), seen, None, make.terms(), Book(), AT)
        assert measured(finding) == measured(seen)
        assert finding.standing is Standing.UNATTRIBUTED
    assert measured(match(mark=MarkId(0xABC)))["mark"] == "000000000abc"


def test_who_handed_a_licence_on_is_not_billed_for_what_a_picture_shows(make: SimpleNamespace) -> None:
    seen = Sighting(PartyId("corner-shop"), make.use(units=1))
    held = make.grant(earlier=(PartyId("corner-shop"),))
    judged = judge(ScanId("s"), match(), seen, make.terms(), Book((held,)), AT)
    assert (judged.standing, judged.licence) == (Standing.LICENSED, held.id)
    never = judge(ScanId("s"), match(), seen, make.terms(), Book((make.grant(),)), AT)
    assert never.standing is Standing.UNLICENSED


def test_an_asset_seen_again_in_the_picture_is_another_finding(make: SimpleNamespace) -> None:
    ids = {judge(ScanId("s"), match(place), None, make.terms(), Book(), AT).id for place in range(3)}
    assert len(ids) == 3
