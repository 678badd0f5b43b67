"""Guidelines over HTTP: kept once for each key, searched, and told with a brief."""

from __future__ import annotations

import uuid
from typing import Any

from service_client import TERMS

BOOK = b"# Book of the brand\n\n## Motifs\n\nNever use quatrefoil bananas.\n"
BRIEF = {
    **{"name": "x", "count": 2, "size": 256, "seed": 1, "generator": "archive", "guidelines": "auto"},
    **{"prompts": ["dots", "quatrefoil banana lattice"], "palettes": [["#ffffff", "#17274f"]]},
}


def sent(manager: Any, key: str, data: bytes = BOOK) -> Any:
    files = {"file": ("fruit.md", data, "text/markdown")}
    return manager.post("/v1/brand", files=files, headers={"Idempotency-Key": key})


def test_guidelines_bind_a_brief(manager: Any, auditor: Any, mill: Any) -> None:
    key = uuid.uuid4().hex
    made = sent(manager, key)
    assert (made.status_code, sent(manager, key).headers["Idempotent-Replayed"]) == (201, "true")
    sha256 = made.json()["guideline"]["sha256"]
    assert sha256 in {each["sha256"] for each in auditor.get("/v1/brand").json()}
    found = auditor.get("/v1/brand/passages", params={"query": "bananas", "most": 1}).json()
    assert [(each["sha256"], each["where"]) for each in found] == [
        (sha256, "'Book of the brand > Motifs', line 5")
    ]
    told = manager.write("/v1/briefs/preview", {"brief": BRIEF}).json()
    assert told["brief"]["prompts"] == ["dots"]
    (effect,) = told["guidance"]["effects"]
    assert (effect["effect"], effect["passage"]) == ("left out", found[0]["digest"])
    assert mill.get("/v1/brand").status_code == 403
    planned = manager.done(manager.write("/v1/collections", {"brief": BRIEF, "terms": TERMS}))
    at = f"/v1/collections/{planned['collection']}"
    assert found[0]["digest"] in manager.get(at).json()["brief"]["guidelines"]["passages"]
    assert "guidelines" not in mill.get(at).json()["brief"]
    assert sent(manager, uuid.uuid4().hex, b"\xff").status_code in (400, 422)
    assert manager.delete(f"/v1/brand/{sha256}").status_code == 200
    assert manager.delete(f"/v1/brand/{sha256}").status_code == 404
    told = manager.write("/v1/briefs/preview", {"brief": {**BRIEF, "guidelines": None}}).json()
    assert told["guidance"] is None
