"""A service of several processes: both answer, one more does the long work, and who dies is started again."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from programs import end_process, has_ended, wait_until

USE = {"action": "reproduce", "product": "cushion", "territory": "GB", "units": 5, "on": "2026-06-01"}
CONNECTIONS = 16


@pytest.fixture
def here(tmp_path: Path, selvage: Any) -> Path:
    folder = tmp_path / "data"
    for party in ("mara", "studio", "mill"):
        assert selvage("party", "add", party, at=folder).code == 0
    return folder


@pytest.fixture
def service(start: Any, here: Path) -> Any:
    return start("serve", "--processes", "2", "--port", "0", "--json", at=here)


@pytest.fixture
def clients(service: Any, selvage: Any, here: Path) -> Iterator[list[httpx.Client]]:
    """Clients of a manager, each with a connection of its own."""
    ready = json.loads(service.stdout.readline())
    assert ready["worker"] is True
    token = selvage("key", "create", "Ann", "--role", "manager", "--json", at=here).json["token"]
    headers = {"Authorization": f"Bearer {token}"}
    with ExitStack() as stack:
        made = (
            httpx.Client(base_url=ready["url"], headers=headers, trust_env=False, timeout=60)
            for _ in range(CONNECTIONS)
        )
        yield [stack.enter_context(client) for client in made]


def test_both_answer_the_work_is_done_once_and_who_dies_comes_back(
    service: Any, clients: list[httpx.Client], selvage: Any, here: Path, brief: Path
) -> None:
    answering = [pid for pid in _children(service.pid) if "--listener" in _command(pid)]
    before = [_files(pid) for pid in answering]
    assert all(client.get("/v1/health").status_code == 200 for client in clients)
    assert [len(answering), *(_files(pid) > count for pid, count in zip(answering, before, strict=True))] == [
        2, True, True,
    ]  # fmt: skip
    tile = _registered(clients, brief)
    asked = {"asset": tile, "party": "mill", "use": USE}
    offers = _at_once(clients, lambda client: client.post("/v1/decisions", json=asked).json()["offer"]["id"])
    assert len(set(offers)) == 1
    kinds = [entry["kind"] for entry in selvage("show", "book", "--json", at=here).json]
    assert [kinds.count(kind) for kind in ("asset-made", "offer-made")] == [1, 0]  # told, and not taken
    known = _at_once(clients, lambda client: client.get(f"/v1/offers/{offers[0]}").status_code)
    assert set(known) == {200}

    end_process(answering[0])
    wait_until(lambda: len(_children(service.pid)) == 3 and answering[0] not in _children(service.pid), 0.1)
    assert all(httpx.get(f"{clients[0].base_url}/v1/health", trust_env=False, timeout=60) for _ in range(8))
    everybody = _children(service.pid)
    service.send_signal(signal.SIGTERM)
    assert service.wait(60) == 0
    assert all(map(has_ended, everybody))


def test_its_port_is_its_own_and_everybody_ends_with_it_however_it_ends(
    selvage: Any, service: Any, clients: list[httpx.Client], here: Path
) -> None:
    port = str(clients[0].base_url.port)
    done = selvage("serve", "--processes", "2", "--port", port, "--json", at=here)
    assert (done.code, done.json["field"]) == (3, "SELVAGE_PORT")
    assert selvage("serve", "--listener", "999", "--json", at=here).code == 3
    children = _children(service.pid)
    service.kill()
    wait_until(lambda: all(has_ended(pid) for pid in children), 0.1)


def _registered(clients: list[httpx.Client], brief: Path) -> str:
    """The one tile of a collection that every client asks to be made and registered, with one key."""
    data = yaml.safe_load(brief.read_text())
    terms = data.pop("terms")
    body = {"brief": {**data, "count": 1}, "terms": {**terms, "products": "any", "territory": "worldwide"}}

    def ask(path: str, body: Any) -> dict[str, Any]:
        def post(client: httpx.Client) -> str:
            client.headers["Idempotency-Key"] = path.replace("/", "-")
            answer = client.post(path, json=body)
            while answer.json().get("code") == "idempotency-in-flight":
                answer = client.post(path, json=body)
            assert answer.status_code == 202, answer.text
            return answer.headers["Location"]

        (where,) = set(_at_once(clients, post))
        wait_until(lambda: clients[0].get(where).json()["state"] in ("done", "failed"), 0.1)
        found: dict[str, Any] = clients[0].get(where).json()
        assert found["state"] == "done", found
        return found

    name = ask("/v1/collections", body)["result"]["collection"]
    ask(f"/v1/collections/{name}/registration", None)
    for client in clients:
        del client.headers["Idempotency-Key"]
    tile: str = clients[0].get(f"/v1/collections/{name}/assets").json()["items"][0]["id"]
    return tile


def _at_once(clients: list[httpx.Client], ask: Callable[[httpx.Client], str]) -> list[str]:
    with ThreadPoolExecutor(len(clients)) as threads:
        return list(threads.map(ask, clients))


def _children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text()


def _files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))
