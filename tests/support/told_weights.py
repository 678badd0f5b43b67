"""The shipped weights, told to draw otherwise."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from generator.bundle import CONFIG_FILE, SHIPPED, required_files, write_sums


def told_weights(home: Path, **sampler: object) -> Path:
    """A copy of the shipped weights in the new folder `home`, with these settings of their sampler."""
    home.mkdir()
    for name in required_files():
        shutil.copyfile(SHIPPED / name, home / name)
    config = json.loads((home / CONFIG_FILE).read_text())
    config["sampler"] |= sampler
    (home / CONFIG_FILE).write_text(json.dumps(config))
    write_sums(home)
    return home
