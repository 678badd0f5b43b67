"""Idempotency-Key: the same request twice is done once, whatever happens in between."""

from __future__ import annotations

import threading
import uuid
from datetime import timedelta
from typing import Any

import pytest

from api.http.idempotency import LEASE
from ledger.store import access
from ledger.store.tables import IdempotencyRow


def party(name: str) -> dict[str, Any]:
    return {"id": f"p-{name}", "name": name, "address": "0x" + "11" * 20}


def test_a_write_without_a_key_is_refused(manager: Any) -> None:
    answer = manager.post("/v1/parties", json=party("keyless"))
    assert answer.status_code == 400
    assert answer.json()["code"] == "idempotency-key-missing"
    assert manager.get("/v1/parties/p-keyless").status_code == 404


@pytest.mark.parametrize("key", ["", "a b", "x" * 201, "tab\there"])
def test_a_key_has_to_be_short_and_printable(manager: Any, key: str) -> None:
    answer = manager.post("/v1/parties", json=party("odd"), headers={"Idempotency-Key": key})
    assert answer.status_code in (400, 422)
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_the_same_request_gets_the_first_answer_again(manager: Any) -> None:
    key = uuid.uuid4().hex
    first = manager.write("/v1/parties", party("twice"), key)
    again = manager.write("/v1/parties", party("twice"), key)
    assert (first.status_code, first.json()) == (again.status_code, again.json()) == (201, first.json())
    assert first.headers["Location"] == again.headers["Location"] == "/v1/parties/p-twice"
    assert "Idempotent-Replayed" not in first.headers
    assert again.headers["Idempotent-Replayed"] == "true"


def test_the_same_key_with_another_body_is_refused(manager: Any) -> None:
    key = uuid.uuid4().hex
    manager.write("/v1/parties", party("first"), key)
    answer = manager.write("/v1/parties", party("second"), key)
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency-key-reused"
    assert manager.get("/v1/parties/p-second").status_code == 404


def test_the_same_key_on_another_path_is_refused(manager: Any) -> None:
    key = uuid.uuid4().hex
    manager.write("/v1/parties", party("path"), key)
    answer = manager.write("/v1/payouts", {"payee": "p-path"}, key)
    assert answer.json()["code"] == "idempotency-key-reused"


def test_callers_do_not_share_keys(manager: Any, house: Any) -> None:
    key = uuid.uuid4().hex
    assert manager.write("/v1/parties", party("mine"), key).status_code == 201
    with house.client(house.token("manager")) as other:
        assert other.write("/v1/parties", party("theirs"), key).status_code == 201


def test_a_refused_write_gives_its_key_back(manager: Any) -> None:
    key = uuid.uuid4().hex
    refused = manager.write("/v1/parties", {**party("late"), "address": "0x12"}, key)
    assert refused.status_code == 422
    assert manager.write("/v1/parties", party("late"), key).status_code == 201


def test_of_many_at_once_one_is_done(house: Any, manager: Any) -> None:
    key, answers = uuid.uuid4().hex, []
    barrier = threading.Barrier(8)
    body = {"name": "race", "role": "manager", "days": 1}
    token = house.token("manager")

    def send() -> None:
        with house.client(token) as client:
            barrier.wait()
            answers.append(client.write("/v1/keys", body, key))

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status_code for answer in answers} <= {201, 409}
    for answer in answers:
        if answer.status_code == 409:
            assert answer.json()["code"] == "idempotency-in-flight"
            assert answer.headers["Retry-After"] == "1"
    done = [answer.json() for answer in answers if answer.status_code == 201]
    assert len({each["id"] for each in done}) == 1
    assert sum(each["token"] is not None for each in done) == 1
    assert sum(each["name"] == "race" for each in manager.get("/v1/keys").json()) == 1


def test_a_request_whose_process_died_is_taken_over(manager: Any, house: Any) -> None:
    key = uuid.uuid4().hex
    assert manager.write("/v1/parties", party("dead"), key).status_code == 201
    with house.ledger.store.transaction() as tx:
        row = _row(tx, key)
        row.status, row.response = None, None
        tx.session.add(row)
    assert manager.write("/v1/parties", party("dead"), key).json()["code"] == "idempotency-in-flight"
    with house.ledger.store.transaction() as tx:
        row = _row(tx, key)
        row.started_at = (house.ledger.clock() - LEASE - timedelta(seconds=1)).isoformat()
        tx.session.add(row)
    again = manager.write("/v1/parties", party("dead"), key)
    assert (again.status_code, again.json()["id"]) == (201, "p-dead")


def test_an_old_answer_is_forgotten_by_the_next_write(manager: Any, house: Any) -> None:
    old, young, body = uuid.uuid4().hex, uuid.uuid4().hex, {"name": "k", "role": "auditor", "days": 1}
    first, kept = (manager.write("/v1/keys", body, key).json() for key in (old, young))
    with house.ledger.store.transaction() as tx:
        for key, days in ((old, 2), (young, 1)):
            row = _row(tx, key)
            row.started_at = (house.ledger.clock() - timedelta(days=days, minutes=1)).isoformat()
            tx.session.add(row)
    assert manager.write("/v1/keys", body, young).json() == {**kept, "token": None}
    with house.ledger.store.reading() as tx:
        assert access.find_reply(tx, _owner(tx, young), old) is None
    again = manager.write("/v1/keys", body, old)
    assert again.status_code == 201
    assert again.json()["id"] != first["id"]


def test_the_same_collection_twice_is_one_collection(
    manager: Any, plan: dict[str, Any], collection: str
) -> None:
    key = uuid.uuid4().hex
    body = {**plan, "brief": {**plan["brief"], "seed": 8}}
    first, again = manager.write("/v1/collections", body, key), manager.write("/v1/collections", body, key)
    assert first.json()["id"] == again.json()["id"]
    assert first.headers["Location"] == again.headers["Location"]
    made = manager.finish(first)["result"]["collection"]
    assert made != collection
    other = manager.write("/v1/collections", body)
    assert manager.finish(other)["result"]["collection"] != made


def _owner(tx: Any, key: str) -> str:
    return _row(tx, key).owner


def _row(tx: Any, key: str) -> IdempotencyRow:
    from sqlmodel import select

    row = tx.session.exec(select(IdempotencyRow).where(IdempotencyRow.key == key)).one()
    assert isinstance(row, IdempotencyRow)
    return row


def test_what_is_kept_of_an_answer_holds_no_secret(manager: Any, house: Any) -> None:
    key = uuid.uuid4().hex
    token = manager.write("/v1/keys", {"name": "s", "role": "auditor"}, key).json()["token"]
    with house.ledger.store.reading() as tx:
        kept = _row(tx, key).response
        known = access.keys(tx)
    assert kept is not None
    assert token not in kept
    assert all(token not in str(each) for each in known)
