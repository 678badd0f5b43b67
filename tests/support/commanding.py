"""What a command of ours left, and every command there is."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import click

from api.cli.app import COMMANDS


@dataclass(frozen=True)
class Done:
    """What a command left: exit code, stdout, stderr."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


def every_command() -> Iterator[tuple[str, click.Command]]:
    """(full name, command) of everything that does something."""
    for name, entry in COMMANDS.items():
        command = getattr(importlib.import_module(f"api.cli.{entry.module}"), entry.attribute)
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", each) for inner, each in command.commands.items())
        else:
            yield name, command
