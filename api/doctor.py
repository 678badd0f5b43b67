"""Is this installation fit? Every setting with its origin, and a check of everything it depends on."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from api.problems import describe, known
from api.safety import stand_ins, unknown_variables
from api.settings import Settings, sources, variable

HIDDEN = "(hidden)"
SECRET_FIELDS = frozenset({"database_url", "chain_url", "chain_signer", "pkcs11_pin"})
MIN_FREE_BYTES = 1 << 30
PKI_WARNING = timedelta(days=30)
PROGRAM_SECONDS = 10


@dataclass(frozen=True)
class SettingReport:
    """`source` is option, environment, .env or default; `unfit` is why production refuses it, or empty."""

    name: str
    value: str
    source: str
    unfit: str

    def to_dict(self) -> dict[str, Any]:
        return {**vars(self), "fit_for_production": not self.unfit}


@dataclass(frozen=True)
class Check:
    """`ok` is None where there was nothing to check yet."""

    name: str
    ok: bool | None
    detail: str


class NotYetError(Exception):
    """There is nothing to check before the first use."""


def settings_report(settings: Settings, overridden: frozenset[str]) -> list[SettingReport]:
    """Every setting in the order of `Settings`."""
    origin = sources(overridden)
    unfit = {stand_in.field: f"{stand_in.name}: {stand_in.why}" for stand_in in reversed(stand_ins(settings))}
    return [
        SettingReport(variable(field), _shown(settings, field), origin[field], unfit.get(field, ""))
        for field in Settings.model_fields
    ]


def run_checks(settings: Settings) -> list[Check]:
    """Every check, each on its own: one that fails does not stop the others."""
    checks: tuple[tuple[str, Callable[[Settings], str]], ...] = (
        ("environment", _environment),
        ("production", _production),
        ("data folder", _data_folder),
        ("disk space", _disk_space),
        ("database", _database),
        ("watermark key", _mark_key),
        ("certificates", _certificates),
        ("claim key", _claim_key),
        ("identity", _identity),
        ("weights", _weights),
        ("critic", _critic),
        ("model", _model),
        ("anvil", _anvil),
        ("node", _node),
        ("chain", _chain),
        ("signer", _signer),
        ("follower", _follower),
    )
    return [_run(name, check, settings) for name, check in checks]


class FailedCheckError(Exception):
    """What a check found wrong; the message says what to do."""


def _run(name: str, check: Callable[[Settings], str], settings: Settings) -> Check:
    try:
        return Check(name, True, check(settings))
    except NotYetError as nothing:
        return Check(name, None, str(nothing))
    except FailedCheckError as failure:
        return Check(name, False, str(failure))
    except Exception as error:
        if not known(error):
            raise
        return Check(name, False, describe(error).message)


def _shown(settings: Settings, field: str) -> str:
    value = getattr(settings, field)
    if field in SECRET_FIELDS and value is not None and value.get_secret_value() != "devnet:":
        return HIDDEN
    effective = {
        "database_url": lambda: f"sqlite:///{settings.data / 'selvage.sqlite'}",
        "blobs_url": lambda: settings.blobs,
        "keys_dir": lambda: str(settings.keys),
        "mark_key_file": lambda: str(settings.mark_key),
        "guardrails_dir": lambda: str(settings.guardrails),
        "chain_url": lambda: settings.chain,
    }
    if field in effective:
        return effective[field]()
    return "-" if value is None else str(value)


def _environment(_settings: Settings) -> str:
    strangers = unknown_variables()
    if strangers:
        listed = ", ".join(
            f"{name}{f' (did you mean {near}?)' if near else ''}" for name, near in strangers.items()
        )
        raise FailedCheckError(f"no setting reads {listed}; correct or unset it")
    return "every SELVAGE_ variable is a setting"


def _production(settings: Settings) -> str:
    found = stand_ins(settings)
    if found and settings.env == "prod":
        raise FailedCheckError("; ".join(str(each) for each in found))
    if found:
        raise NotYetError(f"for development only: {', '.join(each.name for each in found)}")
    return "no stand-in is in use"


def _data_folder(settings: Settings) -> str:
    from api.compose import make_data_folder

    if not settings.data.exists():
        raise NotYetError(f"{settings.data} is made at the first use")
    make_data_folder(settings)
    if settings.data.stat().st_mode & 0o077:
        raise FailedCheckError(f"others can read {settings.data}; run chmod 700 on it")
    return f"{settings.data} is writable, and nobody else's"


def _disk_space(settings: Settings) -> str:
    folder = next(
        path for path in (settings.data.absolute(), *settings.data.absolute().parents) if path.exists()
    )
    free = shutil.disk_usage(folder).free
    if free < MIN_FREE_BYTES:
        raise FailedCheckError(
            f"{free >> 20} MiB are free in {folder}; free at least {MIN_FREE_BYTES >> 20} MiB"
        )
    return f"{free >> 30} GiB free"


def _database(settings: Settings) -> str:
    from ledger.store.engine import make_engine
    from ledger.store.migrate import HEAD
    from ledger.store.store import Store

    if settings.on_sqlite and not _sqlite_exists(settings):
        raise NotYetError("made at the first use")
    store = Store(make_engine(settings.database))
    found = store.version
    if found != HEAD:
        raise FailedCheckError(f"schema {found}, this program needs {HEAD}; run selvage migrate")
    return f"{store.engine}, schema {found}"


def _sqlite_exists(settings: Settings) -> bool:
    from pathlib import Path

    return Path(settings.database.removeprefix("sqlite:///")).exists()


def _mark_key(settings: Settings) -> str:
    from api.mark_keys import mark_keys

    if not settings.mark_key.exists():
        raise NotYetError(f"{settings.mark_key} is made at the first use")
    keys = mark_keys(settings)
    return f"{len(keys)} of {len(keys[0]) * 8} bits, the newest marks"


def _certificates(settings: Settings) -> str:
    from api.claim_keys import claim_keys

    if not (settings.keys / "pki").exists():
        raise NotYetError("made at the first use")
    expiry = _expiry(claim_keys(settings).chain_pem)
    if expiry - datetime.now(UTC) < PKI_WARNING:
        raise FailedCheckError(f"the claim certificate ends on {expiry:%Y-%m-%d}; renew it")
    return f"valid until {expiry:%Y-%m-%d}"


def _identity(settings: Settings) -> str:
    from api.claim_keys import claim_keys
    from provenance.native_identity import check_library
    from provenance.revocation import require_identity_in_force

    if not settings.identity:
        raise NotYetError("switched off: claims do not name the studio (SELVAGE_IDENTITY)")
    if not (settings.keys / "pki").exists():
        raise NotYetError("made at the first use")
    pki = claim_keys(settings)
    identity = pki.identity
    if identity is None:
        raise FailedCheckError(
            "claims do not name the studio yet: put intermediate.key back and run selvage keys renew"
        )
    check_library()
    require_identity_in_force(identity.chain_pem, pki.trust)
    expiry = _expiry(identity.chain_pem)
    if expiry - datetime.now(UTC) < PKI_WARNING:
        raise FailedCheckError(f"the certificate that names the studio ends on {expiry:%Y-%m-%d}; renew it")
    return f"valid until {expiry:%Y-%m-%d}"


def _claim_key(settings: Settings) -> str:
    from api.claim_keys import claim_keys, key_holder
    from provenance.holders import HeldKey

    holder = key_holder(settings)
    if not (settings.keys / "pki").exists():
        raise NotYetError("made at the first use")
    key = claim_keys(settings).signer_key
    if isinstance(key, HeldKey):
        key.try_out()
        return f"signs at {key.name}"
    if holder is not None:
        raise FailedCheckError("the claim key in use is a file still; run selvage keys renew")
    raise NotYetError(f"the claim key is a file in {settings.keys}")


def _expiry(chain_pem: str) -> datetime:
    from cryptography import x509

    return min(each.not_valid_after_utc for each in x509.load_pem_x509_certificates(chain_pem.encode()))


def _weights(settings: Settings) -> str:
    from generator.bundle import Bundle

    return f"sha256 {Bundle.open(settings.weights).digest}"


def _critic(_settings: Settings) -> str:
    from generator.critic import Critic

    return f"sha256 {Critic.load().digest}"


def _model(settings: Settings) -> str:
    from api.compose import model_folder
    from generator.local.folder import ModelFolder
    from generator.local.loading import pipeline_class

    if settings.model is None:
        raise NotYetError("not set: SELVAGE_MODEL names a diffusion model of your own")
    model = ModelFolder.open(model_folder(settings))
    return f"{pipeline_class(model).__name__}, sha256 {model.digest}"


def _anvil(settings: Settings) -> str:
    from ledger.chain.anvil import find_anvil

    if settings.chain != "devnet:":
        raise NotYetError("not needed: the chain is elsewhere")
    return _version(str(find_anvil(settings.anvil)))


def _node(_settings: Settings) -> str:
    program = shutil.which("node")
    if program is None:
        raise NotYetError("not found; only the contracts' own tests need it (make setup installs it)")
    return _version(program)


def _version(program: str) -> str:
    try:
        done = subprocess.run(  # noqa: S603 -- a program that the settings or PATH name
            [program, "--version"], capture_output=True, text=True, timeout=PROGRAM_SECONDS, check=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise FailedCheckError(f"{program} does not run ({error}); run make setup") from error
    return done.stdout.splitlines()[0] if done.stdout else program


def _chain(settings: Settings) -> str:
    from api.compose import open_chain

    if settings.chain == "devnet:" and not (settings.data / "devnet").exists():
        raise NotYetError("the devnet is made at the first use")
    chain = open_chain(settings)
    return f"chain {chain.chain_id}, genesis {chain.genesis[:10]}..."


def _signer(settings: Settings) -> str:
    from api.compose import open_signer

    if settings.signer is None:
        raise NotYetError(f"the chain key is a file in {settings.keys}")
    account = open_signer(settings)
    account.try_out()
    return f"signs for {account.address}"


def _follower(settings: Settings) -> str:
    from api.compose import open_chain
    from api.following import told, view_of
    from ledger.follow import state
    from ledger.store import chain_events
    from ledger.store.engine import make_engine
    from ledger.store.migrate import HEAD
    from ledger.store.store import Store

    if settings.on_sqlite and not _sqlite_exists(settings):
        raise NotYetError("nothing to follow before the first use")
    store = Store(make_engine(settings.database))
    if store.version != HEAD:
        raise NotYetError("the database is of another version; run selvage migrate")
    with store.reading() as tx:
        followed = chain_events.cursor(tx) is not None
    chain = open_chain(settings) if followed else None
    if chain is None:
        raise NotYetError("the chain was not followed yet; run selvage chain follow")
    return told(view_of(state(store, lambda: chain, settings.confirmations)))
