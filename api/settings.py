"""Every setting of Selvage, read from the environment (prefix SELVAGE_) or from a `.env` file.

Only `compose` builds Settings; everything else is handed what it needs. Values that may carry a password or
a token are `SecretStr`, so that printing the settings never shows them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, DotEnvSettingsSource, EnvSettingsSource, SettingsConfigDict

from api.errors import SettingError

PREFIX = "SELVAGE_"
USUAL_CONFIRMATIONS = 12
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class Settings(BaseSettings):
    """Frozen. Field `data` is the environment variable SELVAGE_DATA, and so on."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_ignore_empty=True, frozen=True, extra="ignore"
    )

    env: Literal["dev", "prod"] = Field("dev", description="prod refuses every unsafe stand-in by name.")
    data: Path = Field(Path(".selvage"), description="Folder of everything that is kept on this machine.")
    studio: str = Field(
        "Selvage Studio", min_length=1, max_length=64, description="Who signs: the name in the certificates."
    )
    database_url: SecretStr | None = Field(
        None,
        description="SQLAlchemy URL, default SQLite in the data folder; PostgreSQL for many workers.",
    )
    blobs_url: str | None = Field(
        None, description="fsspec URL of the file store; default the folder blobs in the data folder."
    )
    chain_url: SecretStr = Field(
        SecretStr("devnet:"), description="RPC URL of an EVM node, or devnet: for the embedded one."
    )
    chain_id: int | None = Field(None, ge=1, description="Refuse any chain but this one (EIP-155 id).")
    chain_confirmations: int | None = Field(
        None, ge=0, description="Blocks below the head up to which the chain is followed; default 12."
    )
    chain_signer: SecretStr | None = Field(
        None,
        description="Who holds the ledger's chain key: exec:PROGRAM or the URL of a service; default a file.",
    )
    chain_account: str | None = Field(
        None, pattern=r"^0x[0-9a-fA-F]{40}$", description="Address that the key of chain_signer must have."
    )
    chain_senders: int = Field(
        1,
        ge=1,
        le=16,
        description="Keys that send independent transactions at once, the ledger's own too.",
    )
    chain_stuck_seconds: float = Field(
        60.0, gt=0, description="How long a transaction may wait before it is replaced for higher fees."
    )
    chain_fee_limit_gwei: int = Field(
        500, ge=1, description="Most that any transaction offers for a unit of gas, in gwei."
    )
    tsa_url: str = Field(
        "builtin:", description="RFC 3161 time-stamp authority, or builtin: for our own on loopback."
    )
    identity: bool = Field(
        False, description="Whether claims name the studio in an identity assertion (CAWG) too."
    )
    keys_dir: Path | None = Field(
        None, description="Folder of the chain keys and the signing keys; default keys in the data folder."
    )
    pkcs11_module: Path | None = Field(
        None, description="PKCS#11 library of the token that holds the claim keys; default key files."
    )
    pkcs11_token: str | None = Field(None, max_length=32, description="Label of that token.")
    pkcs11_key: str | None = Field(
        None, description="Label of a key in the token, for the next certificate; default a new one each."
    )
    pkcs11_pin: SecretStr | None = Field(None, description="PIN of the token's user.")
    pkcs11_pin_file: Path | None = Field(
        None, description="File, mode 0600, with the PIN; default pkcs11_pin."
    )
    mark_key_file: Path | None = Field(
        None,
        description="File with the 32-byte secret of the watermark; default mark.key in the data folder.",
    )
    guardrails_dir: Path | None = Field(
        None,
        description="Folder of blocked terms and protected pictures; default guardrails in the data folder.",
    )
    weights: Path | None = Field(
        None, description="Folder of the generator's weights; default the ones that are shipped."
    )
    model: Path | None = Field(
        None, description="Folder of a diffusers pipeline of your own, for the generator `diffusers`."
    )
    anvil: Path | None = Field(None, description="The anvil program of the embedded devnet; default found.")
    host: str = Field("127.0.0.1", min_length=1, description="Address that `selvage serve` listens on.")
    port: int = Field(8420, ge=0, le=65535, description="Port that `selvage serve` listens on; 0 picks one.")
    workers: int = Field(
        1, ge=1, le=64, description="Processes that `selvage worker` starts; more than 1 needs PostgreSQL."
    )
    tend_seconds: float = Field(
        300.0, ge=0, description="How often whoever works follows the chain and has tills swept; 0 is never."
    )
    anchor_hours: float = Field(
        24.0, ge=0, description="How often the book is anchored on chain, if it grew; 0 is never."
    )
    witnesses: str = Field(
        "", max_length=16_384, description="Witnesses of the log: KEY URL for each, commas between them."
    )
    witness_quorum: int = Field(
        1, ge=1, le=32, description="How many of the witnesses have to cosign; of none, none has to."
    )
    scan_budget_seconds: float = Field(
        60.0, gt=0, le=600, description="CPU seconds after which the examination of one picture is cut short."
    )
    scan_hosts: str = Field(
        "", description="Hosts that pictures may be fetched from, such as cdn.example.com, *.shop.example."
    )
    opaque_manifests: bool = Field(
        False, description="Whether the manifest repository stores bytes that are no manifest store."
    )
    operation_timeout_seconds: float = Field(
        3600.0, gt=0, description="How long a command watches an operation that another process does."
    )
    upload_limit_mib: int = Field(64, ge=1, le=4096, description="Largest request body the service reads.")
    idempotency_days: int = Field(
        7, ge=1, le=365, description="How long the first answer to an Idempotency-Key is given again."
    )

    agent_cap: str = Field(
        "0.00 TUSD", max_length=60, description="The most that `selvage mcp` pays for one purchase."
    )
    agent_day_cap: str = Field(
        "0.00 TUSD",
        max_length=60,
        description="The most that `selvage mcp` pays for one party in a day (UTC).",
    )

    @field_validator("chain_url", "tsa_url", mode="after")
    @classmethod
    def _known_scheme(cls, value: SecretStr | str) -> SecretStr | str:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        if text not in ("devnet:", "builtin:") and not text.startswith(
            ("http://", "https://", "ws://", "wss://")
        ):
            raise ValueError("is not a URL; use http(s)://host:port or the embedded default")
        return value

    @field_validator("witnesses", mode="after")
    @classmethod
    def _witnesses_can_be_read(cls, value: str) -> str:
        from ledger.domain.errors import LogError
        from ledger.domain.log.witnesses import parse_witnesses

        try:
            parse_witnesses(value)
        except LogError as error:
            raise ValueError(f"cannot be read: {error}") from None
        return value

    @field_validator("chain_signer", mode="after")
    @classmethod
    def _signer_is_near_or_secure(cls, value: SecretStr | None) -> SecretStr | None:
        text = value.get_secret_value() if value else "exec:"
        parts = urlsplit(text)
        near = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (near or parts.scheme == "exec" or (parts.scheme == "https" and parts.hostname)):
            raise ValueError("is no signer; use exec:PROGRAM, https://host or http:// on loopback")
        return value

    @property
    def database(self) -> str:
        """SQLAlchemy URL; may carry a password."""
        if self.database_url is not None:
            return self.database_url.get_secret_value()
        return f"sqlite:///{self.data.absolute() / 'selvage.sqlite'}"

    @property
    def blobs(self) -> str:
        """fsspec URL of the file store."""
        return self.blobs_url or f"file://{self.data.absolute() / 'blobs'}"

    @property
    def keys(self) -> Path:
        return self.keys_dir or self.data / "keys"

    @property
    def guardrails(self) -> Path:
        return self.guardrails_dir or self.data / "guardrails"

    @property
    def mark_key(self) -> Path:
        return self.mark_key_file or self.data / "mark.key"

    @property
    def chain(self) -> str:
        """RPC URL or `devnet:`; may carry a token."""
        return self.chain_url.get_secret_value()

    @property
    def signer(self) -> str | None:
        """Where the chain key is, if it is no file; may carry a token."""
        return self.chain_signer.get_secret_value() if self.chain_signer else None

    @property
    def confirmations(self) -> int:
        """The embedded devnet takes no block back, and makes none unless asked."""
        if self.chain_confirmations is None:
            return 0 if self.chain == "devnet:" else USUAL_CONFIRMATIONS
        return self.chain_confirmations

    @property
    def on_sqlite(self) -> bool:
        return self.database.startswith("sqlite")


def load_settings(**overrides: Any) -> Settings:
    """Settings of this process; `overrides` win over the environment. SettingError names the variable."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = variable(str(first["loc"][0]) if first["loc"] else "")
        raise SettingError(f"{name}: {first['msg']}; see docs/settings.md", field=name) from None


def variable(field: str) -> str:
    """The environment variable of a field."""
    return PREFIX + field.upper()


def sources(overrides: frozenset[str] = frozenset()) -> dict[str, str]:
    """Where each field of Settings came from: option, environment, .env or default."""
    environment = EnvSettingsSource(Settings)()
    dotenv = DotEnvSettingsSource(Settings)()
    found: dict[str, str] = {}
    for field in Settings.model_fields:
        if field in overrides:
            found[field] = "option"
        elif field in environment:
            found[field] = "environment"
        else:
            found[field] = ".env" if field in dotenv else "default"
    return found
