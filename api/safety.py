"""The embedded stand-ins: convenient on one machine, unsafe in production, each with what ends it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from difflib import get_close_matches

from api.errors import UnsafeSettingError
from api.settings import PREFIX, Settings, variable


@dataclass(frozen=True)
class StandIn:
    """A stand-in in use: `field` of Settings ends it when changed to `remedy`."""

    name: str
    field: str
    why: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.name}: {self.why}; set {variable(self.field)} to {self.remedy}"


def stand_ins(settings: Settings) -> tuple[StandIn, ...]:
    """Every unsafe stand-in that these settings use."""
    inside = settings.data.absolute()
    candidates = (
        (settings.chain == "devnet:", DEVNET),
        (settings.chain == "devnet:", TEST_DOLLAR),
        (settings.chain_id is None, ANY_CHAIN),
        (settings.on_sqlite and settings.workers > 1, SHARED_SQLITE),
        (settings.chain_signer is not None and settings.chain_account is None, ANY_SIGNER),
        (settings.tsa_url == "builtin:", BUILTIN_TSA),
        (settings.opaque_manifests, OPAQUE),
        (settings.keys.absolute().is_relative_to(inside), FILE_KEYS),
        (settings.mark_key.absolute().is_relative_to(inside), FILE_MARK_KEY),
    )
    return tuple(stand_in for used, stand_in in candidates if used)


def refuse_stand_ins(settings: Settings) -> None:
    """With env=prod, raise UnsafeSettingError that names every stand-in in use."""
    found = stand_ins(settings) if settings.env == "prod" else ()
    if found:
        listed = "\n".join(f"  - {stand_in}" for stand_in in found)
        raise UnsafeSettingError(
            f"SELVAGE_ENV is prod, which refuses:\n{listed}", field=variable(found[0].field)
        )


def unknown_variables() -> dict[str, str]:
    """Variables with our prefix that no setting reads, each with the nearest that one does."""
    known = [variable(field) for field in Settings.model_fields]
    strangers = (
        name for name in sorted(os.environ) if name.upper().startswith(PREFIX) and name.upper() not in known
    )
    return {name: next(iter(get_close_matches(name.upper(), known, n=1)), "") for name in strangers}


DEVNET = StandIn(
    "embedded devnet",
    "chain_url",
    "its history is a file of this machine and proves nothing to anybody else",
    "the URL of a node of a public chain",
)
TEST_DOLLAR = StandIn(
    "open test dollar",
    "chain_url",
    "anybody may mint it, so an invoice paid in it is not paid",
    "a chain where a real ERC-20 dollar lives",
)
ANY_CHAIN = StandIn(
    "any chain id",
    "chain_id",
    "a node of another chain would be believed",
    "the EIP-155 id of your chain",
)
ANY_SIGNER = StandIn(
    "signer of any account",
    "chain_account",
    "whoever answers in its place is taken for this ledger",
    "the address whose key the signer holds",
)
SHARED_SQLITE = StandIn(
    "SQLite with several workers",
    "database_url",
    "only one of them can work at a time",
    "a postgresql:// URL",
)
BUILTIN_TSA = StandIn(
    "built-in time-stamp authority",
    "tsa_url",
    "it is the witness of its own time",
    "the URL of an RFC 3161 authority",
)
OPAQUE = StandIn(
    "any bytes as manifests",
    "opaque_manifests",
    "what is fetched as a manifest may be none",
    "false",
)
FILE_KEYS = StandIn(
    "keys beside the data",
    "keys_dir",
    "who copies the data folder can sign in your name",
    "a folder outside the data folder that only this service can read",
)
FILE_MARK_KEY = StandIn(
    "watermark key beside the data",
    "mark_key_file",
    "who copies the data folder can erase or forge marks",
    "a file outside the data folder that only this service can read",
)
