"""The log over HTTP, without a key: what a monitor and a witness fetch."""

from __future__ import annotations

from typing import Any

from ledger import log, log_keys
from ledger.domain.log.checkpoint import opened
from ledger.domain.log.note import parse_key, parse_note
from ledger.domain.log.tiles import Tile, parse_tile
from ledger.domain.log.tlog_proof import parse_tlog_proof, proven
from ledger.domain.log.tree import leaf_hash
from ledger.domain.log.witnessing import judged, parse_submission


def test_a_monitor_checks_the_log_with_its_key_alone(house: Any, collection: str) -> None:
    assert collection  # so something was written
    log.checkpoint(house.ledger)
    with house.client(None) as monitor:
        key = parse_key(monitor.get("/v1/public/log/key").text)
        found = monitor.get("/v1/public/log/checkpoint")
        assert (found.status_code, found.headers["content-type"]) == (200, "text/plain; charset=utf-8")
        point = opened(parse_note(found.text), key, log_keys.verify)
        width = min(256, point.size)
        tile, bundle = Tile(0, 0, width), Tile(0, 0, width, entries=True)
        hashes = parse_tile(monitor.get(f"/v1/public/log/{tile.path}").content, tile)
        entries = monitor.get(f"/v1/public/log/{bundle.path}")
        assert "immutable" in entries.headers["cache-control"]
        data = [entries.content[at + 2 : at + 34] for at in range(0, width * 34, 34)]
        assert [leaf_hash(each) for each in data] == list(hashes)
        proof = parse_tlog_proof(monitor.get("/v1/public/log/entries/1/proof").text)
        assert proven(proof, data[0], key, log_keys.verify).size <= point.size
        submission = parse_submission(monitor.get("/v1/public/log/submission").text)
        assert judged(submission, None, [key], log_keys.verify).origin == point.origin


def test_what_is_not_there_is_said(house: Any, collection: str) -> None:
    assert collection
    log.checkpoint(house.ledger)
    with house.client(None) as monitor:
        for path, status, code in (
            ("tile/0/999", 404, "unknown-path"),
            ("tile/0/1", 422, "bad-log"),
            ("tile/0/..%2f..%2fsecret", 422, "bad-log"),
            ("entries/9007199254740992/proof", 404, "unknown-entry"),
            ("entries/0/proof", 422, "bad-request"),
            ("submission?old=999999", 422, "bad-log"),
        ):
            found = monitor.get(f"/v1/public/log/{path}")
            assert (found.status_code, found.json()["code"]) == (status, code), path
