"""The record of where our contracts are, written one by one so that a crash half-way costs nothing."""

from __future__ import annotations

import json
import os
from contextlib import AbstractContextManager
from dataclasses import asdict, replace
from pathlib import Path

from ledger.chain.errors import DeploymentError
from ledger.chain.locks import held
from ledger.chain.types import EDITION, Deployment

_BY_EDITION = ("LicenceBook", "OrderDesk", "LicenceToken")


class DeploymentRecord:
    """One JSON file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)

    def held(self) -> AbstractContextManager[None]:
        """Hold it while deploying."""
        return held(self.path.with_suffix(".lock"))

    def load(self) -> Deployment | None:
        """What is on record, perhaps only some of the contracts yet; None before the first one.

        A book of an earlier edition is kept by another name, with what was built on it, so that those of now
        are still missing.
        """
        if not self.path.exists():
            return None
        try:
            data = json.loads(self.path.read_text())
            addresses = {str(name): str(address) for name, address in data["addresses"].items()}
            edition = int(data.get("edition", 1))
            for name in _BY_EDITION if edition < EDITION else ():
                if name in addresses:
                    addresses[f"{name} of edition {edition}"] = addresses.pop(name)
            return Deployment(
                addresses, int(data["chain_id"]), str(data["genesis"]), int(data.get("block", 0))
            )
        except (ValueError, KeyError, TypeError, AttributeError):
            raise DeploymentError(f"{self.path} is damaged; restore it from a backup") from None

    def add(self, known: Deployment, name: str, address: str) -> Deployment:
        """`known` with one more contract, durable."""
        grown = replace(known, addresses={**known.addresses, name: address})
        temporary = self.path.with_suffix(".tmp")
        with temporary.open("w") as handle:
            json.dump(asdict(grown), handle, indent=1)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(self.path)
        return grown
