"""The whole story on real components: from a brief to a settled invoice, told in `report.html`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

Progress = Callable[[str, int, int, str], None]


def run(out: Path, progress: Progress) -> tuple[dict[str, Any], list[str]]:
    """Tell the story into `out`; what is there already is kept and nothing is done twice.

    Returns the summary and the story in lines. Raises what the use cases raise.
    """
    from api.compose import open_ledger
    from api.demo.scene import Scene
    from api.demo.story import tell
    from api.jobs import working
    from api.settings import load_settings

    out.mkdir(parents=True, exist_ok=True)
    settings = load_settings(data=out / "data")
    ledger = open_ledger(settings)
    with working(settings, ledger) as jobs:
        return tell(Scene(out, ledger, jobs, progress))
