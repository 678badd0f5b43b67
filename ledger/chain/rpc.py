"""JSON-RPC over HTTP with the standard library alone: the devnet must not wait for the import of web3."""

from __future__ import annotations

import http.client
import json
from typing import Any

from ledger.chain.errors import ChainUnavailableError, RpcError


class LoopbackRpc:
    """One kept-alive connection to a node on this machine. Not to be shared between threads."""

    def __init__(self, port: int, timeout_seconds: float = 30.0) -> None:
        self.port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout_seconds)

    def __call__(self, method: str, *params: Any) -> Any:
        """The result of one call. Raises RpcError for an error answer, ChainUnavailableError for none."""
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
        try:
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
