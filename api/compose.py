"""The composition root: from settings to a ledger that works. The only place where the real parts are chosen.

Opening a ledger reads the database and a key file; engines, chain and signer are made when they are first
used. What a first start makes (database, watermark key, certificates, chain keys) is never overwritten.
"""

from __future__ import annotations

import atexit
import os
import socket
import threading
from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from api.claim_keys import claim_keys, pki_folder
from api.errors import DataFolderError, SettingError
from api.mark_keys import bind, mark_keys
from api.safety import refuse_stand_ins
from api.settings import Settings

if TYPE_CHECKING:
    from filelock import FileLock

    from generator import Generator
    from ledger.chain import Chain, DigestAccount
    from ledger.context import Engines, Ledger
    from ledger.workflows import Jobs
    from provenance import ClaimSigner, StatementSigner, Trust
    from watermark import TorusMark

MAX_PLACES = 256
_PLACES: dict[Path, tuple[FileLock, int]] = {}
_PLACES_GUARD = threading.Lock()
Made = TypeVar("Made")


def open_ledger(settings: Settings, clock: Callable[[], datetime] | None = None) -> Ledger:
    """The ledger of these settings; `clock` stands in for the time of day.

    Raises UnsafeSettingError (env=prod with a stand-in), DataFolderError, DatabaseError, StorageError.
    """
    from ledger.blobs import JOURNAL, Blobs
    from ledger.context import Ledger, identity
    from ledger.domain.log.witnesses import parse_witnesses
    from ledger.store import Store

    refuse_stand_ins(settings)
    make_data_folder(settings)
    blobs = Blobs.open(settings.blobs)
    store = Store.open(settings.database, blobs.under(JOURNAL).put)
    bind(store, mark_keys(settings, store))
    parts, found = _Parts(settings), parse_witnesses(settings.witnesses)
    return Ledger(
        id=identity(store),
        store=store,
        blobs=blobs,
        chain=_once(parts.chain),
        engines=engines(settings, parts),
        clock=clock or _utc_now,
        keys=settings.keys,
        guardrails=settings.guardrails,
        studio=settings.studio,
        account=_once(parts.account) if settings.signer else None,
        senders=settings.chain_senders,
        witnesses=found,
        quorum=min(len(found), settings.witness_quorum),
    )


def open_jobs(settings: Settings, ledger: Ledger, *, execute: bool) -> Jobs:
    """The long work of a ledger: with `execute` this process does it, without it only asks and watches.

    On SQLite one process at a time does it. On PostgreSQL several may, each in a place of its own on its
    machine: a process that takes the place of a dead one goes on with what that one left.
    """
    from ledger.workflows import Jobs

    if settings.on_sqlite:
        database = Path(settings.database.removeprefix("sqlite:///"))
        return Jobs.open(ledger, f"sqlite:///{database.with_name('dbos.sqlite')}", execute=execute)
    executor = f"{socket.gethostname()}-{_place(settings)}" if execute else "watching"
    return Jobs.open(ledger, settings.database, execute=execute, executor=executor)


def _place(settings: Settings) -> int:
    """The lowest place that no other process of this machine works in; kept until this process ends."""
    from filelock import FileLock, Timeout

    folder = settings.data.absolute()
    with _PLACES_GUARD:
        if folder in _PLACES:
            return _PLACES[folder][1]
        for number in range(1, MAX_PLACES + 1):
            lock = FileLock(folder / f"worker-{number}.lock")
            with suppress(Timeout):
                lock.acquire(timeout=0)
                _PLACES[folder] = (lock, number)
                return number
    raise DataFolderError(
        f"SELVAGE_DATA: {MAX_PLACES} processes work on {folder}; stop one", field="SELVAGE_DATA"
    )


def open_chain(settings: Settings) -> Chain:
    """The chain alone. Raises ChainError."""
    return _Parts(settings).chain()


def open_signer(settings: Settings) -> DigestAccount:
    """The chain account alone, where its key is outside. Raises SignerError."""
    return _Parts(settings).account()


def chain_folder(settings: Settings) -> Path:
    """Where the record of our contracts is, what is under way, and the embedded devnet itself."""
    return settings.data.absolute() / ("devnet" if settings.chain == "devnet:" else "chain")


def chain_if_reachable(ledger: Ledger) -> Chain | None:
    """The chain of a ledger, None when it cannot be asked: verification then leaves its link open."""
    from ledger.chain import ChainError

    try:
        return ledger.chain()
    except ChainError:
        return None


def engines(settings: Settings, parts: _Parts | None = None) -> Engines:
    """The engines of these settings, none of them made yet."""
    from ledger.context import Engines

    parts = parts or _Parts(settings)
    return Engines(
        generators={"embedded": parts.embedded, "archive": _archive, "diffusers": parts.diffusers},
        watermarker=parts.watermarker,
        signer=parts.signer,
        trust=parts.trust,
        statements=parts.statements,
        claim_serials=parts.claim_serials,
        identity_serials=parts.identity_serials,
        keys_version=parts.keys_version,
        scan_seconds=settings.scan_budget_seconds,
        scan_hosts=settings.scan_hosts,
    )


def make_data_folder(settings: Settings) -> None:
    """Make the data folder, for its owner alone, if it is not there. Raises DataFolderError."""
    folder = settings.data
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DataFolderError(
            f"SELVAGE_DATA: {folder} cannot be made ({error.strerror}); name a folder you can write to",
            field="SELVAGE_DATA",
        ) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise DataFolderError(
            f"SELVAGE_DATA: {folder} cannot be written to; change its owner or its mode", field="SELVAGE_DATA"
        )


@dataclass(frozen=True)
class _Parts:
    """Makers of the heavy parts; what has to be stopped stops when the process ends."""

    settings: Settings

    def chain(self) -> Chain:
        from ledger.chain import Chain, FeePolicy

        settings = self.settings
        chain = Chain.open(
            settings.chain,
            chain_folder(settings),
            expected_chain_id=settings.chain_id,
            anvil=settings.anvil,
            fees=FeePolicy(settings.chain_stuck_seconds, settings.chain_fee_limit_gwei * 10**9),
        )
        atexit.register(chain.close)
        return chain

    def account(self) -> DigestAccount:
        from ledger.chain import outside_account

        return outside_account(self.settings.signer or "", self.settings.chain_account)

    def watermarker(self) -> TorusMark:
        from watermark import TorusMark

        return TorusMark(mark_keys(self.settings))

    def embedded(self) -> Generator:
        from generator import EmbeddedGenerator
        from ledger.blobs import Blobs

        folder = self.settings.weights
        if folder is not None and not folder.is_dir():
            raise SettingError(
                f"SELVAGE_WEIGHTS: {folder} is no folder; unset it to use the shipped weights",
                field="SELVAGE_WEIGHTS",
            )
        return EmbeddedGenerator.load(folder, Blobs.open(self.settings.blobs).find)

    def diffusers(self) -> Generator:
        from generator.local.pipeline import DiffusersGenerator

        return DiffusersGenerator(model_folder(self.settings))

    def trust(self) -> Trust:
        return claim_keys(self.settings).trust

    def keys_version(self) -> object:
        """Another when certificates were renewed or revoked; None while the folder is out of reach."""
        from provenance.key_folder import version

        return version(pki_folder(self.settings))

    def statements(self) -> StatementSigner:
        from provenance import StatementSigner

        return StatementSigner(claim_keys(self.settings))

    def claim_serials(self) -> frozenset[int]:
        from provenance.pki import signers

        return frozenset(signers(claim_keys(self.settings).folder))

    def identity_serials(self) -> frozenset[int]:
        from provenance.pki import identities

        return frozenset(identities(claim_keys(self.settings).folder))

    def signer(self) -> ClaimSigner:
        from provenance import ClaimSigner, serve_tsa

        keys, url = claim_keys(self.settings), self.settings.tsa_url
        if url == "builtin:":
            stack = ExitStack()  # open to the end: what is being signed with the keys of before needs it
            url = stack.enter_context(serve_tsa(keys)).url
            atexit.register(stack.close)
        return ClaimSigner.from_pki(keys, url, named=self.settings.identity)


def model_folder(settings: Settings) -> Path:
    """The folder of the house's own diffusion model. Raises SettingError where there is none."""
    if settings.model is None or not settings.model.is_dir():
        problem = "is not set" if settings.model is None else f"{settings.model} is no folder"
        raise SettingError(
            f"SELVAGE_MODEL: {problem}; name the folder of a diffusers text-to-image pipeline",
            field="SELVAGE_MODEL",
        )
    return settings.model


def _archive() -> Generator:
    from generator import ArchiveGenerator

    return ArchiveGenerator()


def _utc_now() -> datetime:
    return datetime.now(UTC)


def _once(make: Callable[[], Made]) -> Callable[[], Made]:
    """`make`, called once by whoever is first; a failure is not kept, so that the next caller tries again."""
    lock = threading.Lock()
    made: list[Made] = []

    def get() -> Made:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get
