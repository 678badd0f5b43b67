"""Every way to hold a chain key: a file of this machine, and a service in another process."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.chain import Chain, DigestAccount, load_or_create_account

SERVICE = Path(__file__).parent / "service.py"


class Client:
    """Asks the key service."""

    def __init__(self, path: Path) -> None:
        self._path = str(path)

    def __call__(self, asked: str) -> bytes:
        with socket.socket(socket.AF_UNIX) as link:
            link.connect(self._path)
            link.sendall(asked.encode() + b"\n")
            with link.makefile("rb") as answered:
                return bytes.fromhex(answered.readline().decode())

    def account(self) -> DigestAccount:
        return DigestAccount(self("key"), lambda digest: self(digest.hex()))


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    path = tmp_path_factory.mktemp("service") / "keys.sock"
    command = [sys.executable, str(SERVICE), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield Client(path)
        process.kill()


MAKERS: dict[str, Callable[[Any, Path], Any]] = {
    "key file": lambda _service, folder: load_or_create_account(folder, "manager"),
    "key service": lambda service, _folder: service.account(),
}


@pytest.fixture(scope="session", params=MAKERS)
def account(request: Any, service: Client, tmp_path_factory: pytest.TempPathFactory) -> Any:
    return MAKERS[request.param](service, tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    with Chain.open("devnet:", tmp_path_factory.mktemp("chain")) as opened:
        deployer = load_or_create_account(tmp_path_factory.mktemp("deployer"), "deployer")
        opened.fund(deployer.address, 10**18)
        opened.deploy(deployer)
        yield opened
