"""What a verifier believes: public keys, certificates, and where our contracts are. Safe to publish."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ledger.domain.errors import ProofError
from ledger.domain.fields import Field
from ledger.domain.log.note import COSIGNATURE, ED25519, Key, parse_key

if TYPE_CHECKING:
    from ledger.context import Ledger
    from provenance import Trust

MAX_WITNESSES, MAX_CONTRACTS, MAX_PEM, MAX_KEY = 32, 16, 16_384, 1024
MAX_CRL = 131_072  # two thousand certificates and more
FIELDS = ("root_pem", "tsa_root_pem", "crl_pem", "outside_pem", "log_key", "witnesses", "quorum", "chain")
_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


@dataclass(frozen=True)
class ChainRoots:
    """The contracts by name, on the chain with this id, and the `account` that is the ledger's there."""

    chain_id: int
    contracts: Mapping[str, str]
    account: str


@dataclass(frozen=True)
class Roots:
    """Certificates for claims and statements, key of the log, witnesses of whom `quorum` have to have signed.

    What is None is not believed, and what rests on it is not checked.
    """

    trust: Trust
    log: Key | None = None
    witnesses: tuple[Key, ...] = ()
    quorum: int = 0
    chain: ChainRoots | None = None

    def to_dict(self) -> dict[str, Any]:
        """As `read_roots` reads it."""
        found: dict[str, Any] = {
            "root_pem": self.trust.root_pem,
            "tsa_root_pem": self.trust.tsa_root_pem,
            "crl_pem": self.trust.crl_pem or None,
            **({"outside_pem": self.trust.outside_pem} if self.trust.outside_pem else {}),
            "log_key": str(self.log) if self.log else None,
            "witnesses": [str(key) for key in self.witnesses],
            "quorum": self.quorum,
        }
        chain = self.chain
        told = chain and {**vars(chain), "contracts": dict(chain.contracts)}
        return {**found, "chain": told}


def of_ledger(ledger: Ledger) -> Roots:
    """The roots of this ledger and its witnesses; without a chain before anything of it is on one."""
    from ledger import log, witness

    known = witness.deployed(ledger)
    chain = known and ChainRoots(known[0], known[1], witness.manager(ledger).address)
    witnesses = tuple(each.key for each in ledger.witnesses)
    return Roots(ledger.engines.trust, log.signer(ledger).key, witnesses, ledger.quorum, chain or None)


def read_roots(data: Mapping[str, Any]) -> Roots:
    """The roots in a file; the two certificates have to be there. ProofError names the field."""
    from provenance import Trust

    root = Field(data, "trust", ProofError, root=True)
    at = {name: root.child(name, data.get(name)) for name in FIELDS}
    witnesses = () if not at["witnesses"].value else at["witnesses"].items(MAX_WITNESSES)
    keys = tuple(_key(each, COSIGNATURE) for each in witnesses)
    return Roots(
        Trust(
            _pem(at["root_pem"]), _pem(at["tsa_root_pem"]), _list(at["crl_pem"]), _outside(at["outside_pem"])
        ),
        None if at["log_key"].value is None else _key(at["log_key"], ED25519),
        keys,
        0 if at["quorum"].value is None else at["quorum"].whole(0, len(keys)),
        None if at["chain"].value is None else _chain(at["chain"]),
    )


def _pem(field: Field) -> str:
    if not isinstance(field.value, str) or len(field.value) > MAX_PEM:
        field.refuse("is no certificate in PEM; export the roots again with --trust")
    return str(field.value)


def _outside(field: Field) -> str:
    """Certificates that other authorities issued to the house, and their roots."""
    from provenance.errors import KeyMaterialError
    from provenance.outside import split

    if field.value is None:
        return ""
    if not isinstance(field.value, str) or len(field.value) > MAX_CRL:
        field.refuse("holds no certificates in PEM; export the roots again with --trust")
    try:
        split(str(field.value))
    except KeyMaterialError as error:
        field.refuse(str(error))
    return str(field.value)


def _list(field: Field) -> str:
    """The list of revoked certificates; that it leads to the root is seen when it is read."""
    if field.value is None:
        return ""
    if not isinstance(field.value, str) or not 0 < len(field.value) <= MAX_CRL:
        field.refuse("is no list of revoked certificates in PEM; export the roots again with --trust")
    return str(field.value)


def _key(field: Field, kind: int) -> Key:
    text = field.text(MAX_KEY)
    key = field.build(lambda: parse_key(text), field.path)
    if key.kind != kind:
        field.refuse("is a key of another kind; a log and its witnesses have keys of their own")
    return key


def _chain(field: Field) -> ChainRoots:
    at = field.mapping(("chain_id", "contracts", "account"))
    for name in ("chain_id", "contracts", "account"):
        if name not in at:
            field.refuse(f"lacks {name}; export the roots again with --trust")
    found = at["contracts"].value
    if not isinstance(found, Mapping) or not 1 <= len(found) <= MAX_CONTRACTS:
        at["contracts"].refuse("names no contracts; export the roots again with --trust")
    contracts = {str(name): _address(at["contracts"].child(str(name), text)) for name, text in found.items()}
    return ChainRoots(at["chain_id"].whole(1, 2**53 - 1), contracts, _address(at["account"]))


def _address(field: Field) -> str:
    text = field.text()
    if not _ADDRESS.fullmatch(text):
        field.refuse(f"{text[:50]!r} is no address; export the roots again with --trust")
    return text
