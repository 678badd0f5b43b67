"""Every error is a problem that names the part of the request and says what to do; nothing is half-done."""

from __future__ import annotations

import io
import json
import socket
import uuid
import zipfile
from typing import Any

import pytest

NOBODY = "0" * 32
JSON = {"Content-Type": "application/json"}


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert body["status"] == status
    assert body["title"]
    assert body["detail"]
    return body


def test_a_malformed_id_is_answered_in_words(manager: Any) -> None:
    body = problem(manager.get("/v1/assets/ABC"), 422)
    assert body["errors"] == [
        {"field": "asset", "detail": "'ABC' is not an id; ids are 32 lower-case hex digits"}
    ]


def test_what_is_not_json_is_told_so(manager: Any) -> None:
    body = problem(manager.post("/v1/decisions", content="{bad", headers=JSON), 422)
    assert body["field"] == "body"
    assert "this is not JSON" in body["detail"]


def test_json_without_its_content_type_is_told_so(manager: Any) -> None:
    body = problem(manager.post("/v1/decisions", content="{}"), 422)
    assert "Content-Type: application/json" in body["detail"]


def test_the_reference_for_people_has_every_route_and_no_script(manager: Any) -> None:
    page = manager.get("/docs")
    assert page.headers["content-type"].startswith("text/html")
    for path in manager.get("/v1/openapi.json").json()["paths"]:
        assert f"<code>{path}</code>" in page.text
    assert "<script" not in page.text
    assert "such as <pre>{\n &quot;asset&quot;" in page.text  # a whole body that can be sent


def test_no_such_path(manager: Any) -> None:
    assert "openapi.json" in problem(manager.get("/v1/nothing"), 404)["detail"]
    assert problem(manager.get("/v1/collections/"), 404)


@pytest.mark.parametrize(
    "path", ["/v1/openapi.json", "/docs", "/v1/nothing", "/v1/collections", "/c2pa/v1/about"]
)
def test_head_is_get_without_its_content(path: str, manager: Any) -> None:
    full, bare = manager.get(path), manager.head(path)
    assert (bare.status_code, bare.content) == (full.status_code, b"")
    for name in ("content-type", "content-length", "etag"):
        assert bare.headers.get(name) == full.headers.get(name)


def test_no_such_method(manager: Any) -> None:
    answer = manager.put("/v1/collections")
    assert problem(answer, 405)["code"] == "method-not-allowed"
    assert answer.headers["Allow"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/v1/collections/{}", "unknown-collection"),
        ("/v1/assets/{}", "unknown-asset"),
        ("/v1/assets/{}/file", "unknown-asset"),
        ("/v1/assets/{}/proof", "unknown-asset"),
        ("/v1/offers/{}", "unknown-offer"),
        ("/v1/licences/{}", "unknown-licence"),
        ("/v1/invoices/{}", "unknown-invoice"),
        ("/v1/invoices/{}/payment-request", "unknown-invoice"),
        ("/v1/findings/{}", "unknown-finding"),
        ("/v1/operations/{}", "unknown-operation"),
        ("/v1/parties/{}", "unknown-party"),
    ],
)
def test_what_is_not_there_is_named(manager: Any, path: str, code: str) -> None:
    assert problem(manager.get(path.format(NOBODY)), 404)["code"] == code
    assert problem(manager.get(path.format("Not-an-id")), 422)["errors"][0]["field"][:4] in path


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"brief": {"palettes": [["#f4ead8"]]}}, "palettes[0]"),
        ({"brief": {"prompts": ["large floorboard"]}}, "prompt"),
        ({"brief": {"count": 0}}, "count"),
        ({"brief": {"count": "many"}}, "brief.count"),
        ({"brief": {"size": 20_000}}, "size"),
        ({"brief": {"generator": "magic"}}, "generator"),
        ({"brief": {"colour": "blue"}}, "brief.colour"),
        ({"terms": {"price": "-1.00"}}, "price"),
        ({"terms": {"price": 1.5}}, "price"),
        ({"terms": {"split": {"mara": "60 %", "studio": "30 %"}}}, "split"),
        ({"terms": {"split": {"mara": "60 %", "nobody": "40 %"}}}, "split.nobody"),
        ({"terms": {"training": "free", "preset": "no-such"}}, "preset"),
        ({"terms": {"prise": "1.00"}}, "prise"),
        ({"brief": {"name": "a\u0000b"}}, "body"),
    ],
)
def test_a_collection_that_cannot_be_made_is_refused_by_its_field(
    manager: Any, plan: dict[str, Any], change: dict[str, dict[str, Any]], field: str
) -> None:
    before = manager.get("/v1/collections").json()
    body = {part: {**plan[part], **change.get(part, {})} for part in plan}
    found = problem(manager.write("/v1/collections", body), 422)
    assert field in " ".join(each["field"] for each in found["errors"]), found
    assert manager.get("/v1/collections").json() == before


def test_half_a_surrogate_pair_is_refused(manager: Any) -> None:
    body = b'{"id": "half", "name": "\\ud800"}'
    headers = {"Idempotency-Key": uuid.uuid4().hex, "content-type": "application/json"}
    problem(manager.post("/v1/parties", content=body, headers=headers), 422)
    assert manager.get("/v1/parties/half").status_code == 404


@pytest.mark.parametrize("body", [b"{", b"[1", b"nul", b"\xff\xfe", b"[" * 100_000, b"1" * 5000, b""])
def test_a_body_that_is_not_json_is_refused(manager: Any, body: bytes) -> None:
    headers = {"Idempotency-Key": uuid.uuid4().hex, "content-type": "application/json"}
    answer = manager.post("/v1/parties", content=body, headers=headers)
    assert answer.status_code in (400, 422)
    problem(answer, answer.status_code)


def test_a_use_is_refused_by_its_field(manager: Any, asset: str, use: dict[str, Any]) -> None:
    for change, field in (
        ({"territory": "Britain"}, "territory"),
        ({"units": -1}, "units"),
        ({"action": "eat"}, "action"),
        ({"on": "tomorrow"}, "use.on"),
        ({"units": 0}, "units"),
    ):
        body = {"asset": asset, "party": "north-mill", "use": {**use, **change}}
        found = problem(manager.write("/v1/decisions", body), 422)
        assert field in found["errors"][0]["field"], found


def test_steps_out_of_order_are_a_conflict(manager: Any, plan: dict[str, Any], use: dict[str, Any]) -> None:
    body = {**plan, "brief": {**plan["brief"], "seed": 99}}
    made = manager.finish(manager.write("/v1/collections", body))["result"]["collection"]
    tile = manager.get(f"/v1/collections/{made}/assets").json()["items"][0]["id"]
    asked = {"asset": tile, "party": "north-mill", "use": use}
    assert problem(manager.write("/v1/decisions", asked), 409)["code"] == "out-of-order"


def test_an_operation_that_fails_says_why_and_can_be_tried_again(
    mill: Any, rival: Any, asset: str, use: dict[str, Any]
) -> None:
    body = {"asset": asset, "party": "south-mill", "use": {**use, "units": 9}}
    offer = rival.write("/v1/decisions", body).json()["offer"]["id"]
    invoice = rival.finish(rival.write(f"/v1/offers/{offer}/acceptance"))["result"]["invoice"]
    failed = rival.finish(
        rival.write(f"/v1/invoices/{invoice}/payments", {"authorization": {"payer": "0x12"}})
    )
    assert failed["state"] == "failed"
    assert failed["error"]["code"] == "bad-message"
    assert rival.get(f"/v1/invoices/{invoice}").json()["state"] == "issued"
    again = rival.write(f"/v1/invoices/{invoice}/payments", {"authorization": {}})
    assert again.headers["Location"].endswith(failed["id"])
    assert rival.finish(again)["state"] == "failed"


def test_a_body_over_the_limit_is_refused_while_it_arrives(manager: Any) -> None:
    def endless() -> Any:
        for _ in range(64):
            yield b" " * (1 << 20)

    headers = {"Idempotency-Key": "big", "content-type": "application/json"}
    assert problem(manager.post("/v1/parties", content=b" " * (9 << 20), headers=headers), 413)
    found = problem(manager.post("/v1/parties", content=endless(), headers=headers), 413)
    assert "SELVAGE_UPLOAD_LIMIT_MIB" in found["detail"]


def test_a_liar_about_its_length_is_refused_without_reading(house: Any) -> None:
    host, port = house.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        line.sendall(b"POST /v1/parties HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n")
        assert b" 413 " in line.recv(4096)


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


BAD_SCANS: dict[str, tuple[dict[str, bytes], str, int, str]] = {
    "no json": ({"a.jpg": b"x"}, "{", 422, "sightings"),
    "no object": ({"a.jpg": b"x"}, "[]", 422, "sightings"),
    "a stranger": ({"a.jpg": b"x"}, '{"b.jpg": {}}', 422, "sightings.b.jpg"),
    "a bad sighting": ({"a.jpg": b"x"}, '{"a.jpg": {"seller": "X X"}}', 422, "sightings.a.jpg"),
}


@pytest.mark.parametrize("case", BAD_SCANS)
def test_a_scan_that_cannot_be_made_is_refused_by_its_part(auditor: Any, case: str) -> None:
    files, sightings, status, field = BAD_SCANS[case]
    answer = auditor.post(
        "/v1/scans",
        files=[("pictures", (name, data)) for name, data in files.items()],
        data={"sightings": sightings},
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    found = problem(answer, status)
    assert found.get("field", "").startswith(field), found


@pytest.mark.parametrize(
    "archive", [b"PK\x03\x04 no", zipped(big=b"\x00" * (40 << 20))], ids=["not a zip", "a bomb"]
)
def test_an_archive_that_cannot_be_unpacked_is_told(auditor: Any, archive: bytes) -> None:
    answer = auditor.post(
        "/v1/scans",
        files=[("pictures", ("a.zip", archive))],
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    done = auditor.finish(answer)
    assert done["state"] == "done", done
    assert (done["result"]["pictures"], done["result"]["unreadable"]) == (1, 1)


def test_pictures_that_cannot_be_read_are_told_and_the_scan_goes_on(auditor: Any) -> None:
    answer = auditor.post(
        "/v1/scans",
        files=[("pictures", ("broken.jpg", b"\xff\xd8 no picture")), ("pictures", ("text.txt", b"hello"))],
        headers={"Idempotency-Key": uuid.uuid4().hex},
    )
    done = auditor.finish(answer)
    assert done["state"] == "done"
    assert done["result"]["pictures"] == 2
    assert auditor.get("/v1/findings", params={"scan": done["result"]["scan"]}).json()["items"] == []


@pytest.mark.parametrize(
    ("file", "proof", "status"), [(b"", None, 200), (b"x", b"{", 422), (b"x", b"{}", 422)]
)
def test_verify_says_no_or_names_the_part(
    auditor: Any, file: bytes, proof: bytes | None, status: int
) -> None:
    files = {"file": ("a.png", file), **({"proof": ("p.json", proof)} if proof else {})}
    answer = auditor.post("/v1/verify", files=files)
    if status == 200:
        assert answer.json()["ok"] is False
    else:
        problem(answer, status)


def test_pages_follow_each_other(manager: Any, collection: str) -> None:
    everything = manager.get("/v1/operations", params={"limit": 1000}).json()
    assert everything["next"] is None
    seen, offset = [], 0
    while offset is not None:
        page = manager.get("/v1/operations", params={"limit": 3, "offset": offset}).json()
        seen += page["items"]
        offset = page["next"]
    assert [each["id"] for each in seen] == [each["id"] for each in everything["items"]]
    problem(manager.get("/v1/operations", params={"limit": 0}), 422)


def test_an_error_inside_tells_nothing_of_itself(house: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("password hunter2")

    monkeypatch.setattr("api.reads.collection_list", fail)
    with house.client(house.token("manager")) as client:  # the server ends this connection afterwards
        answer = client.get("/v1/collections")
    assert "hunter2" not in json.dumps(problem(answer, 500))


def test_a_brief_is_told_before_anything_is_drawn(manager: Any) -> None:
    asked = {
        **{"name": "Seaside", "themes": ["coastal"], "motifs": ["scallop"], "size": 256, "seed": 1},
        **{"colourways": {"night": ["#17274f", "#f0c9c0"]}, "per": 2, "generator": "archive"},
    }
    told = manager.write("/v1/briefs/preview", {"brief": asked})
    assert (told.status_code, len(told.json()["tiles"])) == (200, 2)
    assert told.json()["brief"]["prompts"] == ["scallop, coastal: medium sparse half-drop"]
    for change, field in (({"themes": ["kostal"]}, "themes[0]"), ({"motifs": ["kettle"]}, "prompt")):
        refused = manager.write("/v1/briefs/preview", {"brief": {**asked, **change}})
        assert refused.status_code == 422
        assert field in refused.json()["detail"]
