"""What a facilitator answers, in the words of x402 version 2."""

from __future__ import annotations

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from api.views.base import View

_WORDS = ConfigDict(frozen=True, alias_generator=to_camel, validate_by_name=True, validate_by_alias=True)


class KindView(View):
    """A kind of payment that is settled here."""

    model_config = _WORDS

    x402_version: int = Field(alias="x402Version", description="2.")
    scheme: str = Field(description="exact.")
    network: str = Field(description="CAIP-2.", examples=["eip155:31337"])


class SupportedView(View):
    kinds: list[KindView] = Field(description="What is settled here.")
    extensions: list[str] = Field(description="None yet.")
    signers: dict[str, list[str]] = Field(description="Accounts that send what is settled, per network.")


class VerifiedView(View):
    """Whether a payment would be settled."""

    model_config = _WORDS

    is_valid: bool = Field(description="Whether it would be settled.")
    invalid_reason: str | None = Field(None, description="The protocol's word.")
    invalid_message: str | None = Field(None, description="Why not, for people.")
    payer: str | None = None


class SettledView(View):
    """What became of a payment."""

    model_config = _WORDS

    success: bool = Field(description="Whether it was settled.")
    transaction: str = Field(description="Its hash; empty where nothing was taken.")
    network: str = Field(description="CAIP-2.")
    payer: str | None = None
    amount: str | None = Field(None, description="Minor units that were taken.")
    error_reason: str | None = Field(None, description="The protocol's word.")
    error_message: str | None = Field(None, description="Why not, for people.")
