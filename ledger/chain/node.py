"""Ways to a chain: any node by URL, or the embedded devnet. Both speak JSON-RPC."""

from __future__ import annotations

import json
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Protocol

from ledger.chain.devnet import Devnet
from ledger.chain.encoding import to_hex
from ledger.chain.errors import ChainError, ChainUnavailableError, RpcError

DEVNET_URL = "devnet:"
_TIMEOUT_SECONDS = 30
_KNOWN_ALREADY = ("already known", "already imported", "known transaction", "already exists")


class Node(Protocol):
    """A chain that answers."""

    @property
    def url(self) -> str:
        """Where other tools reach it now. What they send to an embedded devnet is kept, but not at once."""

    def rpc(self, method: str, *params: Any) -> Any:
        """The result of one JSON-RPC call; RpcError or ChainUnavailableError."""

    def submit(self, raw: bytes) -> None:
        """Hand a signed transaction over; handing it over twice does no harm."""

    def close(self) -> None: ...


class _Transport(Protocol):
    def make_request(self, method: Any, params: Any) -> Any: ...


def open_node(url: str, folder: Path, anvil: Path | None = None) -> Node:
    """The node behind `devnet:` (its state in `folder`/devnet) or an http, https, ws or wss URL."""
    if url == DEVNET_URL:
        return DevnetNode(open_devnet(folder, anvil))
    if url.startswith(("http://", "https://", "ws://", "wss://")):
        return RemoteNode(url)
    raise ChainError(f"chain URL {url!r}: use devnet: or an http, https, ws or wss URL")


def open_devnet(folder: Path, anvil: Path | None = None) -> Devnet:
    """The devnet that `Chain.open("devnet:", folder)` speaks to, for whoever only keeps it up."""
    return Devnet(folder / "devnet", anvil=anvil)


class RemoteNode:
    """Any EVM node by its URL."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._transport = _transport(url)

    @property
    def url(self) -> str:
        return self._url

    def rpc(self, method: str, *params: Any) -> Any:
        return _ask(self._transport, self.url, method, params)

    def submit(self, raw: bytes) -> None:
        try:
            self.rpc("eth_sendRawTransaction", to_hex(raw))
        except RpcError as error:
            if not any(words in str(error).lower() for words in _KNOWN_ALREADY):
                raise

    def close(self) -> None:
        if isinstance(self._transport, _WebSocket):
            self._transport.close()


class DevnetNode:
    """The embedded devnet; it is healed before each use."""

    def __init__(self, devnet: Devnet) -> None:
        self.devnet = devnet

    @property
    def url(self) -> str:
        return self.devnet.ensure()

    def rpc(self, method: str, *params: Any) -> Any:
        return self.devnet.rpc(method, *params)

    def submit(self, raw: bytes) -> None:
        self.devnet.send(raw)

    def close(self) -> None:
        self.devnet.close()


def _transport(url: str) -> _Transport:
    if url.startswith("ws"):
        return _WebSocket(url)
    from web3 import HTTPProvider

    # web3 retries on its own by default; a caller that is told at once can decide better
    return HTTPProvider(url, request_kwargs={"timeout": _TIMEOUT_SECONDS}, exception_retry_configuration=None)


def _ask(transport: _Transport, url: str, method: str, params: tuple[Any, ...]) -> Any:
    from requests.exceptions import RequestException
    from web3.exceptions import Web3Exception

    try:
        answer = transport.make_request(method, list(params))
    except (RequestException, Web3Exception, OSError, ValueError) as error:
        reason = type(error).__name__
        raise ChainUnavailableError(
            f"the chain at {url} does not answer ({reason}); start the node or change SELVAGE_CHAIN_URL"
        ) from None
    refused = answer.get("error")
    if refused is not None:
        raise RpcError(str(refused.get("message", refused)), refused.get("data"))
    return answer.get("result")


class _WebSocket:
    """One request at a time over one socket. web3 has no synchronous socket provider."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._lock = threading.Lock()
        self._socket: Any = None

    def make_request(self, method: str, params: list[Any]) -> Any:
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        with self._lock:
            try:
                self._socket = self._socket or connect(
                    self._url, max_size=None, open_timeout=_TIMEOUT_SECONDS
                )
                self._socket.send(body)
                return json.loads(self._socket.recv(timeout=_TIMEOUT_SECONDS))
            except (OSError, WebSocketException) as error:
                self._drop()
                raise OSError(str(error)) from None

    def close(self) -> None:
        with self._lock:
            self._drop()

    def _drop(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None:
            with suppress(Exception):  # it may be broken, which is why it is dropped
                socket.close()
