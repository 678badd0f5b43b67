"""What the stages of the demo share: the ledger, its jobs, the output folder, and what was already told.

What the ledger knows is asked of the ledger again. Only what it does not keep is written to `told.json`:
answers given along the way, and how long each stage took the first time.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger.context import Ledger
    from ledger.domain.assets import Asset, CollectionBrief
    from ledger.domain.ids import CollectionId
    from ledger.domain.terms import Terms
    from ledger.workflows import Jobs

HERE = Path(__file__).parent
STUDIO, ARTISTS = "selvage-studio", {"mara-okafor": "Mara Okafor", "juno-lindqvist": "Juno Lindqvist"}
LICENSEE, LICENSEE_NAME = "north-mill", "North Mill Interiors"
KEY = "demo"


@dataclass
class Scene:
    """`progress(stage, done, total, message)` is called while a stage works."""

    out: Path
    ledger: Ledger
    jobs: Jobs
    progress: Callable[[str, int, int, str], None]
    told: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def brief(self) -> CollectionBrief:
        from ledger.domain.brief_text import parse_brief

        return parse_brief(read_yaml("brief.yaml"))

    @cached_property
    def terms(self) -> Terms:
        from ledger.domain.terms_text import parse_terms

        return parse_terms(read_yaml("terms.yaml"))

    @cached_property
    def collection(self) -> CollectionId:
        from ledger.domain.ids import collection_id

        return collection_id(self.ledger.id, KEY)

    @property
    def tiles(self) -> tuple[Asset, ...]:
        from ledger.store import assets

        with self.ledger.store.reading() as tx:
            return assets.of_collection(tx, self.collection)

    def run(self, stage: str, kind: str, arguments: Mapping[str, Any], key: str) -> Mapping[str, Any]:
        """Submit an operation and wait for it. Raises OperationFailedError with its code."""
        from api.errors import OperationFailedError

        operation = self.jobs.submit(kind, dict(arguments), key)
        ended = self.jobs.wait(
            operation, lambda now: self.progress(stage, now.done, now.total, now.message), None
        )
        if ended.error:
            code, message = str(ended.error.get("code")), str(ended.error.get("message"))
            raise OperationFailedError(code, message, field=ended.error.get("field"))
        return ended.result or {}

    def remember(self, name: str, value: Any) -> None:
        """Keep something the ledger does not, safe before the next step begins."""
        self.told[name] = value
        write_json(self.out / "told.json", self.told)


def read_yaml(name: str) -> dict[str, Any]:
    import yaml

    loaded: dict[str, Any] = yaml.safe_load((HERE / name).read_text())
    return loaded


def read_json(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return loaded


def write_json(path: Path, value: Any) -> None:
    """Whole or not at all."""
    temporary = path.with_suffix(".part")
    temporary.write_text(json.dumps(value, indent=2, ensure_ascii=False) + "\n")
    temporary.replace(path)
