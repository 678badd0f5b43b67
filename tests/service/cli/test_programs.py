"""The programs that stay: they start, share the work, stop in order, and take over from the dead."""

from __future__ import annotations

import json
import signal
import time
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

STEP = 0.1


def first_line(process: Any) -> dict[str, Any]:
    line = process.stdout.readline()
    assert line, f"ended with {process.wait()}"
    found: dict[str, Any] = json.loads(line)
    return found


def until(true: Any, seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it never came true"
        time.sleep(STEP)


@pytest.fixture
def here(tmp_path: Path, selvage: Any) -> Path:
    """A fresh data folder with the payees of the brief."""
    folder = tmp_path / "data"
    for party in ("mara", "studio"):
        assert selvage("party", "add", party, at=folder).code == 0
    return folder


@pytest.fixture
def manager(selvage: Any, here: Path) -> dict[str, str]:
    token = selvage("key", "create", "Ann", "--role", "manager", "--json", at=here).json["token"]
    return {"Authorization": f"Bearer {token}"}


def test_a_service_does_the_work_of_others_and_ends_on_sigterm(
    selvage: Any, start: Any, here: Path, brief: Path
) -> None:
    service = start("serve", "--port", "0", "--json", at=here)
    ready = first_line(service)
    assert ready["worker"] is True
    assert httpx.get(f"{ready['url']}/v1/health", trust_env=False).json()["worker"] is True
    made = selvage("generate", brief, "--json", at=here)  # by the service: it holds the data folder
    assert (made.code, made.json["state"]) == (0, "made")
    service.send_signal(signal.SIGTERM)
    assert service.wait(30) == 0
    assert selvage("generate", brief, "--json", at=here).json == made.json


def test_a_worker_waits_its_turn_and_takes_over_from_the_dead(
    selvage: Any, start: Any, here: Path, brief: Path
) -> None:
    first = start("worker", "--json", at=here)
    assert first_line(first) == {"state": "working"}
    second = start("worker", "--json", at=here)
    assert first_line(second)["state"].startswith("waiting")
    first.kill()
    assert first_line(second) == {"state": "working"}
    assert selvage("generate", brief, "--json", at=here).json["state"] == "made"
    second.send_signal(signal.SIGTERM)
    assert first_line(second) == {"state": "stopped"}
    assert second.wait(30) == 0


def test_what_a_killed_service_left_is_finished_and_nothing_is_made_twice(
    selvage: Any, start: Any, here: Path, brief: Path, manager: dict[str, str]
) -> None:
    data = yaml.safe_load(brief.read_text())
    terms = data.pop("terms")
    service = start("serve", "--port", "0", "--json", at=here)
    url = first_line(service)["url"]
    headers = {**manager, "Idempotency-Key": uuid.uuid4().hex}
    body = {"brief": {**data, "count": 3}, "terms": terms}
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        accepted = client.post(f"{url}/v1/collections", json=body)
        where = accepted.headers["Location"]
        until(lambda: client.get(url + where).json()["done"] >= 1)
        service.kill()
        service.wait()
        again = start("serve", "--port", "0", "--json", at=here)
        url = first_line(again)["url"]
        until(lambda: client.get(url + where).json()["state"] == "done")
        replayed = client.post(f"{url}/v1/collections", json=body)
    assert replayed.json()["id"] == accepted.json()["id"]
    again.send_signal(signal.SIGTERM)
    assert again.wait(30) == 0
    made = [
        entry for entry in selvage("show", "book", "--json", at=here).json if entry["kind"] == "asset-made"
    ]
    assert len(made) == len({entry["subject"] for entry in made}) == 3


def test_a_service_without_a_worker_leaves_the_work_to_one(
    start: Any, selvage: Any, here: Path, manager: dict[str, str]
) -> None:
    service = start("serve", "--port", "0", "--no-worker", "--json", at=here)
    ready = first_line(service)
    assert ready["worker"] is False
    body = {"payee": "mara"}
    headers = {**manager, "Idempotency-Key": "payout"}
    with httpx.Client(headers=headers, trust_env=False, timeout=30) as client:
        where = client.post(f"{ready['url']}/v1/payouts", json=body).headers["Location"]
        assert client.get(ready["url"] + where).json()["state"] == "queued"
        worker = start("worker", "--json", at=here)
        assert first_line(worker) == {"state": "working"}
        until(lambda: client.get(ready["url"] + where).json()["state"] == "done")


def test_a_port_that_is_taken_is_told_by_its_setting(selvage: Any, start: Any, here: Path) -> None:
    url = first_line(start("serve", "--port", "0", "--no-worker", "--json", at=here))["url"]
    done = selvage("serve", "--port", url.rsplit(":", 1)[1], "--json", at=here)
    assert (done.code, done.json["field"]) == (3, "SELVAGE_PORT")


def test_the_devnet_says_where_it_is_and_ends_on_sigterm(start: Any, selvage: Any, here: Path) -> None:
    chain = start("devnet", "--json", at=here)
    facts = first_line(chain)
    answer = httpx.post(
        facts["url"],
        json={"jsonrpc": "2.0", "id": 1, "method": "eth_chainId", "params": []},
        trust_env=False,
    )
    assert int(answer.json()["result"], 16) == facts["chain_id"]
    assert selvage("devnet", "--status", "--json", at=here).json == facts
    chain.send_signal(signal.SIGTERM)
    assert chain.wait(30) == 0
    later = selvage("devnet", "--status", "--json", at=here).json
    assert later["genesis"] == facts["genesis"]
