"""SoftBindingDirectory: where on the network the manifests of our soft bindings are found."""

from __future__ import annotations

import json
from typing import Any

from eth_account.signers.base import BaseAccount
from eth_utils.address import to_checksum_address

from ledger.chain.codec import Contract, constructor_data
from ledger.chain.errors import NotDeployedError
from ledger.chain.sender import Call
from ledger.chain.session import Session

DIRECTORY = "SoftBindingDirectory"


class LookupCalls(Session):
    """Calls to SoftBindingDirectory, which is deployed when an endpoint is published for the first time."""

    def publish_lookup(self, account: BaseAccount, endpoint: str) -> str:
        """Say that `endpoint` is the Soft Binding Resolution API; the directory's address.

        The first time the directory is deployed; the same endpoint again sends nothing.
        """
        known = self.deployment
        with self._record.held():
            known = self._record.load() or known
            if DIRECTORY not in known.addresses:
                call = Call(
                    f"deploy {DIRECTORY}", constructor_data(DIRECTORY, ("string", endpoint)), None, keep=True
                )
                receipt = self._sender.send(account, call)
                self._record.add(known, DIRECTORY, to_checksum_address(receipt["contractAddress"]))
                self._sender.forget(account, call)
        directory = self._directory()
        if self._view(directory, "endpoint") != endpoint:
            data = directory.encode("point", endpoint)
            self._sender.send(account, Call("point", data, directory.address))
        return directory.address

    def lookup(self) -> tuple[list[Any], str] | None:
        """What the directory says of itself, and the endpoint it names; None where there is none."""
        if DIRECTORY not in self.deployment.addresses:
            return None
        directory = self._directory()
        described = json.loads(self._view(directory, "describe"))
        asked = json.dumps({"softBindingValue": ""})
        return described, str(json.loads(self._view(directory, "endpointsByBinding", asked))["endpoints"][0])

    def _directory(self) -> Contract:
        if DIRECTORY not in self.deployment.addresses:
            raise NotDeployedError(f"{DIRECTORY} is not on this chain; run selvage chain publish-lookup")
        return Contract(DIRECTORY, self.deployment.addresses[DIRECTORY])
