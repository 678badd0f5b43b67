"""The npm packages of this folder: fetched when asked for, read, and compiled where they ship no bytecode.

Two of them ask for whole toolchains. package.json puts a small package in their place: only files are read.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
PACKAGES = FOLDER / "node_modules"
_FETCH_SECONDS = 600
_COMPILE_SECONDS = 300


class NotFetchedError(Exception):
    """The packages are not here and could not be fetched."""


@dataclass(frozen=True)
class Build:
    """A contract ready to deploy: its ABI and its creation code as hex digits, without 0x.

    `libraries`: for each library that the code calls, by its name, the text that stands for its address.
    """

    abi: list[dict[str, Any]]
    code: str
    libraries: Mapping[str, str] = field(default_factory=dict)

    def linked(self, addresses: Mapping[str, str]) -> Build:
        code = self.code
        for name, stand_in in self.libraries.items():
            code = code.replace(stand_in, addresses[name][2:].lower())
        return Build(self.abi, code)


def fetch(folder: Path = FOLDER) -> None:
    """Installs what the lock file says, once. NotFetchedError where npm cannot."""
    done = folder / "node_modules" / ".package-lock.json"  # npm writes it last
    if done.exists() and done.stat().st_mtime >= (folder / "package-lock.json").stat().st_mtime:
        return
    words = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=0"]
    try:
        ended = subprocess.run(
            words, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=_FETCH_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotFetchedError(f"npm did not fetch the peers' packages: {error}") from None
    if ended.returncode:
        said = next((line for line in ended.stderr.splitlines() if "npm error" in line), "npm said nothing")
        raise NotFetchedError(f"npm did not fetch the peers' packages ({said}); go online and ask again")


def version(package: str) -> str:
    return str(json.loads((PACKAGES / package / "package.json").read_text())["version"])


def shipped(path: str) -> Build:
    """What a package holds compiled, as its authors built it."""
    artifact = json.loads((PACKAGES / path).read_text())
    return Build(artifact["abi"], artifact["bytecode"].removeprefix("0x"))


def compiled(
    compiler: str, sources: Iterable[str], remappings: Iterable[str], **settings: Any
) -> dict[str, Build]:
    """Contracts by name, from files of the packages, by the npm compiler in the folder `compiler`."""
    request = {
        "language": "Solidity",
        "sources": {path: {"content": (FOLDER / path).read_text()} for path in sources},
        "settings": {
            "remappings": list(remappings),
            "outputSelection": {"*": {"*": ["abi", "evm.bytecode"]}},
            **settings,
        },
    }
    output = _standard_json(compiler, request)
    failed = [each["formattedMessage"] for each in output.get("errors", []) if each["severity"] == "error"]
    if failed:
        raise SystemExit(f"{compiler} refuses a peer's contracts: {failed[0]}")
    return {
        name: Build(built["abi"], built["evm"]["bytecode"]["object"], _libraries(built["evm"]["bytecode"]))
        for path in output["contracts"]
        for name, built in output["contracts"][path].items()
    }


def _libraries(bytecode: Mapping[str, Any]) -> dict[str, str]:
    """The compiler leaves a text of its own at each place where a library's address belongs."""
    return {
        name: bytecode["object"][2 * at[0]["start"] : 2 * (at[0]["start"] + at[0]["length"])]
        for names in bytecode["linkReferences"].values()
        for name, at in names.items()
    }


def _standard_json(compiler: str, request: Mapping[str, Any]) -> dict[str, Any]:
    """The compiler's answer. By way of files: its program gives up on a pipe that is slower than itself."""
    words = ["node", f"node_modules/{compiler}/solc.js", "--standard-json", "--base-path", "."]
    with tempfile.TemporaryFile("w+") as asked, tempfile.TemporaryFile("w+") as answer:
        json.dump(request, asked)
        asked.seek(0)
        subprocess.run(
            words,
            cwd=FOLDER,
            env=_environment(),
            stdin=asked,
            stdout=answer,
            check=True,
            timeout=_COMPILE_SECONDS,
        )
        answer.seek(0)
        text = answer.read()
    output: dict[str, Any] = json.loads(text[text.index("{") :])
    return output


def _environment() -> dict[str, str]:
    """With the node that stands beside this Python first."""
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
