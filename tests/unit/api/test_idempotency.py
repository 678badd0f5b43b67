"""What makes two requests the same: what they say, not which members this version of the service knows."""

from __future__ import annotations

from api.http.idempotency import digest_of


def test_a_member_that_only_a_later_version_knows_changes_nothing() -> None:
    asked = {"brief": {"name": "Low Tide", "inks": [["#ffffff"]]}, "terms": None}
    later = {"brief": {"name": "Low Tide", "inks": [["#ffffff"]], "takes": None}}
    assert digest_of(asked) == digest_of(later)


def test_what_is_said_makes_another_request() -> None:
    asked = {"brief": {"name": "Low Tide", "takes": 1}}
    others = [{"brief": {"name": "Low Tide"}}, {"brief": {"name": "Low Tide", "takes": 0}}, {"brief": {}}]
    assert digest_of(asked) not in map(digest_of, others)
    assert digest_of({"names": [None, "a"]}) != digest_of({"names": ["a"]})
