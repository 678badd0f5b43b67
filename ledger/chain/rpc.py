"""JSON-RPC over HTTP with the standard library alone: the devnet must not wait for the import of web3."""

from __future__ import annotations

import http.client
import json
from typing import Any

from ledger.chain.errors import ChainUnavailableError, RpcError


class LoopbackRpc:
    """One connection to a node on this machine, for one thread.

    Once closed, from either side, it stays closed: who answered the first call answers every call.
    """

    def __init__(self, port: int, timeout_seconds: float = 30.0) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)
        self._connection.auto_open = False
        self._used = False

    @property
    def is_open(self) -> bool:
        return self._connection.sock is not None

    def __call__(self, method: str, *params: Any) -> Any:
        """The result of one call. Raises RpcError for an error answer, ChainUnavailableError for none."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        try:
            if not self._used:
                self._used = True
                self._connection.connect()
            self._connection.request("POST", "/", body, {"Content-Type": "application/json"})
            answer = json.loads(self._connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            self._connection.close()
            raise ChainUnavailableError(f"no node answers on port {self.port}: {error}") from None
        if "error" in answer:
            raise RpcError(answer["error"].get("message", ""), answer["error"].get("data"))
        return answer["result"]

    def close(self) -> None:
        self._connection.close()
