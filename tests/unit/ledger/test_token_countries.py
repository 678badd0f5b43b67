"""A token is decided in one country of each kind; that is the same as deciding it in all of them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from ledger.domain.countries import CODES
from ledger.domain.terms import Countries, Worldwide, WorldwideExcept
from ledger.tokens import _apart

COUNTRIES = st.frozensets(st.sampled_from(sorted(CODES)), min_size=1, max_size=6)
TERRITORIES = st.one_of(
    st.just(Worldwide()), st.builds(Countries, COUNTRIES), st.builds(WorldwideExcept, COUNTRIES)
)


@given(wanted=COUNTRIES, territories=st.lists(TERRITORIES, max_size=4))
def test_every_country_has_one_that_no_territory_tells_from_it(
    wanted: frozenset[str], territories: list[Countries]
) -> None:
    chosen = _apart(wanted, territories)
    kinds = [tuple(each.holds(code) for each in territories) for code in chosen]
    assert set(chosen) <= wanted
    assert len(set(kinds)) == len(kinds)
    assert {tuple(each.holds(code) for each in territories) for code in wanted} == set(kinds)


def test_the_whole_world_under_worldwide_terms_is_one_question() -> None:
    assert len(_apart(CODES, [Worldwide()])) == 1
    assert len(_apart(CODES, [Worldwide(), Countries(frozenset({"GB", "IE"}))])) == 2
