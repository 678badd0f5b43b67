"""An event is the same whoever holds it: compared by all it says."""

from __future__ import annotations

from dataclasses import fields, replace

from ledger.domain.chain_event import ChainEvent

SAID = ChainEvent(7, "0x" + "ab" * 32, 1, "0x" + "cd" * 32, "0x" + "12" * 20, "Paid", "9", {"amount": "5"})


def test_events_are_equal_where_all_they_say_is() -> None:
    assert replace(SAID, arguments={"amount": "5"}) == SAID
    for field in fields(ChainEvent):
        value = getattr(SAID, field.name)
        other = {"amount": "6"} if field.name == "arguments" else value * 2
        assert replace(SAID, **{field.name: other}) != SAID, field.name
