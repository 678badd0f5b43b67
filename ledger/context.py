"""What every use case is handed: the store, the bytes, the chain, the engines and the clock of one ledger.

Nothing heavy is made before it is used, so a question to the database loads neither torch nor web3.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ledger.backlog import Backlog
from ledger.blobs import Blobs
from ledger.keeping import Followed
from ledger.store import Store

if TYPE_CHECKING:
    from eth_account.signers.base import BaseAccount

    from generator import Generator
    from generator.critic import Critic
    from ledger.chain import Chain
    from ledger.domain.log.witnesses import WitnessAt
    from provenance import ClaimSigner, StatementSigner, Trust
    from watermark import Watermarker

DEFAULT_SCAN_SECONDS = 60.0
Kept = TypeVar("Kept")


class Engines:
    """The engines, each made on first use and then kept. `generators` are named as in a brief.

    What holds keys is made again when `keys_version` says that they changed: a certificate that another
    process revoked is not signed with, nor believed, from then on.
    """

    def __init__(
        self,
        *,
        generators: Mapping[str, Callable[[], Generator]],
        watermarker: Callable[[], Watermarker],
        signer: Callable[[], ClaimSigner],
        trust: Callable[[], Trust],
        statements: Callable[[], StatementSigner],
        claim_serials: Callable[[], frozenset[int]],
        identity_serials: Callable[[], frozenset[int]] = frozenset,
        keys_version: Callable[[], object] = lambda: None,
        scan_seconds: float = DEFAULT_SCAN_SECONDS,
        scan_hosts: str = "",
    ) -> None:
        self._generators = dict(generators)
        self._made: dict[str, Generator] = {}
        self._lock = threading.Lock()
        self._kept: tuple[Any, Any] | None = None
        self._make_watermarker = watermarker
        self._signer = Followed(signer, keys_version)
        self._trust = Followed(trust, keys_version)
        self._statements = Followed(statements, keys_version)
        self._claim_serials = Followed(claim_serials, keys_version)
        self._identity_serials = Followed(identity_serials, keys_version)
        self.scan_seconds = scan_seconds
        self.scan_hosts = scan_hosts

    def generator(self, name: str) -> Generator:
        """The generator called `name`. BriefError when there is none."""
        from ledger.domain.errors import BriefError

        with self._lock:
            if name not in self._generators:
                raise BriefError(
                    "generator", f"{name!r} is not set up; use one of {sorted(self._generators)}"
                )
            if name not in self._made:
                self._made[name] = self._generators[name]()
            return self._made[name]

    @cached_property
    def watermarker(self) -> Watermarker:
        return self._make_watermarker()

    @cached_property
    def critic(self) -> Critic:
        """The shipped critic. Raises WeightsError."""
        from generator.critic import Critic

        return Critic.load()

    @property
    def signer(self) -> ClaimSigner:
        return self._signer.get()

    @property
    def trust(self) -> Trust:
        return self._trust.get()

    @property
    def statements(self) -> StatementSigner:
        """What signs decisions, with the claim key."""
        return self._statements.get()

    @property
    def claim_serials(self) -> frozenset[int]:
        """The serial numbers of the claim certificates of this house, earlier and revoked ones among them."""
        return self._claim_serials.get()

    @property
    def identity_serials(self) -> frozenset[int]:
        """Those of the certificates that name the studio, likewise."""
        return self._identity_serials.get()

    def kept(self, version: object, build: Callable[[], Kept]) -> Kept:
        """The register to search, built again when another `version` of it is asked for."""
        with self._lock:
            if self._kept is None or self._kept[0] != version:
                self._kept = (version, build())
            found: Kept = self._kept[1]
            return found


@dataclass(frozen=True)
class Ledger:
    """One ledger. `keys` is the folder of devnet keys, `studio` what signs as the maker.

    `account` gives the chain account of the ledger where its key is not a file in `keys`; `senders` keys
    send what is independent (ledger/senders.py). `guardrails` is the folder of what may not be drawn
    (ledger/guardrails.py). `witnesses` are sent the checkpoints of the log; `quorum` of them have to cosign.
    `unentered` and `uncoded` say which files ledger/entering.py and ledger/image_codes.py do not try again.
    """

    id: str
    store: Store
    blobs: Blobs
    chain: Callable[[], Chain]
    engines: Engines
    clock: Callable[[], datetime]
    keys: Path
    studio: str = "Selvage"
    account: Callable[[], BaseAccount] | None = None
    senders: int = 1
    guardrails: Path | None = None
    witnesses: tuple[WitnessAt, ...] = ()
    quorum: int = 0
    unentered: Backlog = field(default_factory=Backlog, compare=False)
    uncoded: Backlog = field(default_factory=Backlog, compare=False)

    def now(self) -> str:
        """The time by the ledger's clock, RFC 3339 in UTC to the second."""
        return self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def today(self) -> date:
        return self.clock().astimezone(UTC).date()


def identity(store: Store) -> str:
    """The id of the ledger kept in `store`: 128 random bits, drawn once and never changed."""
    from ledger.store import meta

    with store.reading() as tx:
        known = meta.get(tx, "ledger")
    if known is not None:
        return known
    with store.transaction() as tx:
        known = meta.get(tx, "ledger") or secrets.token_hex(16)
        meta.fix(tx, "ledger", known, "use its own data folder")
        return known
