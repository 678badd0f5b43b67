"""A disk that is really full: the command says so, nothing is half-done, and with room it goes on."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import small_disk
from service_client import BRIEF, TERMS

TILES = 2
# Room for nothing, for not even queueing the work, and for one tile of the two.
FREE_KIB = (0, 130, 250)
DRAWN_ONCE = 3  # the tile as drawn, its separations, and what candidates are found by
NAMESPACE = ["unshare", "--user", "--map-root-user", "--mount"]


def may_mount(folder: Path) -> bool:
    mount = [*NAMESPACE, "mount", "-t", "tmpfs", "tmpfs", str(folder)]
    return shutil.which("unshare") is not None and subprocess.run(mount, capture_output=True).returncode == 0


def test_a_full_disk_is_named_and_the_same_command_goes_on_when_there_is_room(tmp_path: Path) -> None:
    if not may_mount(tmp_path):
        pytest.skip("a disk of our own needs user namespaces, which this machine refuses")
    brief = tmp_path / "brief.json"
    brief.write_text(json.dumps({**BRIEF, "count": TILES, "terms": TERMS}))
    command = [*NAMESPACE, sys.executable, small_disk.__file__, str(tmp_path / "data"), str(brief)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (Path.cwd(), *sys.path)))}
    done = subprocess.run(
        [*command, *map(str, FREE_KIB)], capture_output=True, text=True, env=environment, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr[-3000:]
    rounds = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(rounds) == len(FREE_KIB)
    for number, seen in enumerate(rounds, start=1):
        code, answer = seen["full"]
        assert (code, answer["code"]) == (3, "storage-full"), answer
        code, answer = seen["again"]
        assert (code, answer["state"], answer["made"]) == (0, "made", TILES), answer
        # Every tile is kept once, whole, and nothing else is in the store: signed anew in every collection,
        # while the drawing and its details are the same each time.
        files = TILES * (number + DRAWN_ONCE)
        assert (seen["tiles"], seen["files"], seen["whole"]) == (number * TILES, files, True)
        assert seen["states"] == ["done"]
        assert seen["entries"] == rounds[0]["entries"] + (number - 1) * (TILES + 1)
