"""Tables of the manifest repository: manifests, what leads to them, image codes, and access tokens."""

from __future__ import annotations

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel


class ManifestRow(SQLModel, table=True):
    """A manifest and where its bytes are: a signed file (`mime` of an image), or a store by itself.

    `asset` is the tile it is about, None for a manifest that somebody else stored. `owner` is the API key
    that stored it. `removed` is the entry of the book that took it back.
    """

    __tablename__ = "manifests"
    id: str = Field(primary_key=True)
    sha256: str = Field(index=True)
    mime: str
    asset: str | None = Field(default=None, foreign_key="assets.id", index=True)
    owner: str | None = None
    at: str
    removed: int | None = Field(default=None, sa_type=BigInteger)


class SoftBindingRow(SQLModel, table=True):
    """A soft binding that was stored: `digest` is the SHA-256 of `value`, `alg` empty for any algorithm."""

    __tablename__ = "soft_bindings"
    digest: str = Field(primary_key=True)
    alg: str = Field(primary_key=True)
    manifest: str = Field(primary_key=True, foreign_key="manifests.id")
    value: str = Field(sa_type=Text)
    at: str
    removed: int | None = Field(default=None, sa_type=BigInteger)


class ImageCodeRow(SQLModel, table=True):
    """The ISCC image code in the claim of a file that was signed here, in hex; empty where it has none."""

    __tablename__ = "image_codes"
    manifest: str = Field(primary_key=True, foreign_key="manifests.id")
    code: str


class AccessTokenRow(SQLModel, table=True):
    """A short-lived token of an API key for some scopes (RFC 6749): only its SHA-256 is kept."""

    __tablename__ = "access_tokens"
    sha256: str = Field(primary_key=True)
    key: str = Field(foreign_key="api_keys.sha256", index=True)
    scopes: str
    expires_at: str = Field(index=True)
