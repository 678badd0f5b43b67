"""`selvage chain` on a folder of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_how_far_the_chain_was_followed(selvage: Any, tmp_path: Path) -> None:
    call = lambda *arguments: selvage(*arguments, at=tmp_path / "data")  # noqa: E731
    assert call("party", "add", "mill", "--fund", "1 TUSD").code == 0  # puts our contracts on the chain
    assert "not followed yet" in call("chain", "status").out
    assert call("chain", "follow", "--once").code == 0
    found = call("chain", "status", "--json").json
    assert (found["behind"], found["block"], found["last_reorganisation"]) == (0, found["head"], None)
    assert "0 blocks to read" in call("chain", "status").out
    doctor = call("doctor", "--json").json
    (line,) = (check for check in doctor["checks"] if check["name"] == "follower")
    assert (line["ok"], line["detail"][:16]) == (True, "0 blocks to read")
