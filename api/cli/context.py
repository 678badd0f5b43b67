"""What commands open: settings, ledger, jobs, input files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from api.errors import InputError
from api.problems import NO_SPACE

if TYPE_CHECKING:
    from api.settings import Settings
    from ledger.context import Ledger
    from ledger.workflows import Jobs

STANDARD = "-"
MAX_INPUT_BYTES = 512 * 1024 * 1024
MAX_TERMS_BYTES = 256 * 1024  # of terms, or of a brief with its terms


def settings() -> Settings:
    """The settings of this process, with the options given before the command."""
    from api.settings import load_settings

    return load_settings(**overrides())


def overrides() -> dict[str, Any]:
    """Settings that were given as options."""
    context = click.get_current_context(silent=True)
    return dict(context.find_root().obj or {}) if context else {}


def ledger() -> Ledger:
    from api.compose import open_ledger

    return open_ledger(settings())


@contextmanager
def jobs(opened: Ledger) -> Iterator[Jobs]:
    """Long work: done by this process, unless a service or a worker holds the data folder."""
    from api.jobs import working

    with working(settings(), opened) as found:
        yield found


def read_bytes(path: str) -> bytes:
    """The bytes of a file, or of stdin for `-`. Raises InputError."""
    try:
        data = sys.stdin.buffer.read(MAX_INPUT_BYTES + 1) if path == STANDARD else Path(path).read_bytes()
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); name a file", field="file") from error
    if len(data) > MAX_INPUT_BYTES:
        raise InputError(f"{path}: larger than {MAX_INPUT_BYTES} bytes", field="file")
    return data


def write_bytes(path: str, data: bytes) -> None:
    """Write a file whole or not at all, or to stdout for `-`. Raises InputError."""
    if path == STANDARD:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    target = Path(path)
    temporary = target.with_name(f".{target.name}.part")
    try:
        temporary.write_bytes(data)
        temporary.replace(target)
    except OSError as error:
        if error.errno in NO_SPACE:
            raise
        raise InputError(
            f"output: {path} cannot be written ({error.strerror}); name a file in a folder you can write to",
            field="output",
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def read_mapping(path: str, what: str, most: int = MAX_INPUT_BYTES) -> dict[str, Any]:
    """The mapping in a YAML or JSON file of at most `most` bytes. Raises InputError that names the line."""
    import yaml

    data = read_bytes(path)
    if len(data) > most:
        raise InputError(
            f"{what}: {path} has {len(data)} bytes; give at most {most}, YAML takes long to read", field=what
        )
    try:
        found = yaml.safe_load(data)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise InputError(
            f"{what}: {path}{where} is not YAML; check its indentation and quotes", field=what
        ) from error
    except ValueError as error:  # a day that is in no month, a number of thousands of digits
        raise InputError(f"{what}: {path} holds a value that cannot be: {error}", field=what) from error
    if not isinstance(found, dict):
        raise InputError(f"{what}: {path} holds no mapping; write it as `name: value` lines", field=what)
    return found
