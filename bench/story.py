"""Seconds per stage of the demo, told once into a fresh folder, and how much of the wild was found."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from api.demo.gallery import score


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        program = "from api.cli import main; main()"
        told = [sys.executable, "-c", program, "demo", "--out", folder, "--json"]
        subprocess.run(told, check=True, stdout=subprocess.DEVNULL)
        summary = json.loads((Path(folder) / "summary.json").read_text())
    seconds = summary["seconds"]
    figures = {
        "seconds": {**seconds, "all": sum(seconds.values())},
        "wild": score(summary["wild"]),
        "pictures_per_second": len(summary["wild"]) / seconds["scan"],
        "tiles_per_second": summary["collection"]["size"] / seconds["generate"],
        "gas": {
            "register": summary["collection"]["gas"],
            "per_tile": summary["collection"]["gas"] / summary["collection"]["size"],
            "licence": summary["licence"]["gas"],
        },
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
