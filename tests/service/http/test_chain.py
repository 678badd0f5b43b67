"""How far the chain was followed, over HTTP, on the command line and for people."""

from __future__ import annotations

from typing import Any

from api.following import told
from api.views.evidence import ChainView, ForkView
from ledger import witness
from ledger.follow import follow


def test_the_service_says_how_far_the_chain_was_followed(house: Any) -> None:
    ledger = house.ledger
    follow(ledger.store, witness.ready(ledger), 0)
    with house.client(house.token("auditor")) as auditor:
        found = auditor.get("/v1/chain").json()
    assert found["block"] <= found["head"]
    assert found["behind"] == found["head"] - found["block"]
    assert len(found["hash"]) == 66
    assert (found["confirmations"], found["last_reorganisation"]) == (0, None)


def test_licensees_are_not_told(house: Any) -> None:
    with house.client(house.token("licensee", "north-mill")) as licensee:
        assert licensee.get("/v1/chain").status_code == 403


def test_people_are_told_the_same() -> None:
    fork = ForkView(at="2026-01-01T00:00:00Z", block=7, was=9, events=4)
    never = ChainView(block=None, hash=None, head=5, confirmations=2, behind=None, last_reorganisation=None)
    silent = never.model_copy(update={"block": 9, "head": None})
    full = silent.model_copy(update={"head": 15, "behind": 4, "last_reorganisation": fork})
    assert "not followed yet" in told(never)
    assert told(silent) == "read up to block 9; the chain does not answer"
    assert told(full) == (
        "4 blocks to read, 2 below the head of 15; "
        "at 2026-01-01T00:00:00Z 2 blocks after 7 were taken back, 4 events"
    )
