"""Say on chain where the manifests of our soft bindings are found: federated look-up (C2PA 2.4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ledger import witness
from ledger.context import Ledger
from ledger.domain.errors import FieldError

MAX_ENDPOINT = 2048  # the contract takes no more
PUBLISHED = "lookup-published"


@dataclass(frozen=True)
class Directory:
    """The contract and what it answers: `describe`, and the endpoint for every soft binding.

    `name` is its CAIP-10 account, which the entry of our algorithms in the Soft Binding Algorithm List may
    name among `softBindingResolutionApis`; a claim has no place for it.
    """

    name: str
    endpoint: str
    describe: list[Any]


def publish(ledger: Ledger, endpoint: str) -> Directory:
    """Deploy the directory, the first time, and let it name `endpoint`; the same again changes nothing.

    Raises FieldError for what is no address, and ChainError.
    """
    _check(endpoint)
    chain = witness.ready(ledger)
    said = chain.lookup()
    if said is None or said[1] != endpoint:
        address = chain.publish_lookup(witness.manager(ledger), endpoint)
        with ledger.store.transaction() as tx:
            tx.append(PUBLISHED, address, {"endpoint": endpoint}, ledger.now())
    found = directory(ledger)
    assert found is not None  # noqa: S101  it was written a moment ago
    return found


def directory(ledger: Ledger) -> Directory | None:
    """The directory of this ledger, None where none was published. ChainError."""
    chain = witness.ready(ledger)
    said = chain.lookup()
    if said is None:
        return None
    described, endpoint = said
    address = described[0]["querySmartContract"]["smartContractAddress"]
    return Directory(f"eip155:{chain.chain_id}:{address}", endpoint, described)


def _check(endpoint: str) -> None:
    try:
        parts = urlsplit(endpoint)
        host = parts.hostname if parts.port != 0 else None
    except ValueError:
        host = None
    plain = endpoint.isascii() and endpoint.isprintable() and not set(endpoint) & set(' "\\')
    whole = host and parts.scheme == "https" and not (parts.query or parts.fragment or parts.username)
    if not whole or not plain or len(endpoint) > MAX_ENDPOINT:
        raise FieldError("endpoint", "give the https address of the API, such as https://host/c2pa/v1")
