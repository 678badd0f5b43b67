"""One of each thing of the ledger to start from, and hypothesis strategies for many."""

from __future__ import annotations

from types import SimpleNamespace

import drawn_things
import ledger_things
import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st

# How long an example takes says nothing on a machine that does other work beside it.
settings.register_profile("selvage", deadline=None, phases=[p for p in Phase if p is not Phase.explain])
settings.load_profile("selvage")


@pytest.fixture(scope="session")
def make() -> SimpleNamespace:
    """Builders: each gives a sound thing with the named fields changed."""
    return SimpleNamespace(
        split=ledger_things.make_split,
        terms=ledger_things.make_terms,
        use=ledger_things.make_use,
        grant=ledger_things.make_grant,
        usage=ledger_things.make_usage,
        offer=ledger_things.make_offer,
        finding=ledger_things.make_finding,
    )


@pytest.fixture(scope="session")
def strategies() -> SimpleNamespace:
    """Hypothesis strategies, to draw from `st.data()`."""
    return SimpleNamespace(
        terms=drawn_things.all_terms,
        first_terms=drawn_things.first_terms(),
        full_terms=drawn_things.full_terms(),
        uses=drawn_things.uses(),
        books=drawn_things.books(),
        splits=drawn_things.all_splits,
        parties=st.sampled_from(drawn_things.PARTIES),
        days=drawn_things.days,
    )
