"""Everything that can go wrong in provenance.

ProvenanceError
+-- KeyMaterialError            keys or certificates missing, altered or readable by others
|   +-- SignerExpiredError      the claim certificate is outside its validity
|   +-- SignerWithdrawnError    the claim certificate in use is revoked and has no successor
|   +-- KeyHolderError          who holds the claim key does not sign with it
+-- ClaimError                  the claim does not follow our schemas; ``field`` says where
+-- MediaError                  not an image of the declared type, or one already signed
+-- ManifestStoreError          bytes that should be a C2PA manifest store are none
+-- SigningError                the signature could not be made; nothing was written
|   +-- TimeStampError          the time-stamp authority did not answer, or refused
+-- VerificationError           the verdict is no; ``diagnostics`` says why
    +-- NoManifestError         the bytes carry no C2PA manifest
    +-- UnreadableAssetError    the bytes are damaged beyond reading
    +-- NotTrustedError         the signature is not one we trust
    |   +-- UntrustedTimeError  no time-stamp, or none from an authority we trust
    |   +-- RevokedSignerError  signed with a certificate that had been revoked
    |   +-- WrongIdentityError  the studio that it names did not sign that, or nobody vouches for it
    +-- BrokenBindingError      the signature is for other bytes than these
    +-- ForeignClaimError       trusted, but the claim is not one of ours
    |   +-- RecoveredCopyError  the claim of a recovered copy: not the file that was registered
    +-- StatementError          a signed statement does not hold
        +-- UnreadableStatementError   it is not a statement of ours at all
        +-- ForgedStatementError       it was altered after it was signed
        +-- ExpiredStatementError      it is not good at this time
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar


class ProvenanceError(Exception):
    """Base of all provenance errors."""

    code: ClassVar[str] = "provenance"


class KeyMaterialError(ProvenanceError):
    """A key or certificate file is missing, altered or readable by others."""

    code = "key-material"


class SignerExpiredError(KeyMaterialError):
    """The claim certificate is not valid at the time of signing."""

    code = "signer-expired"


class SignerWithdrawnError(KeyMaterialError):
    """The claim certificate in use is revoked, and no other took its place."""

    code = "signer-withdrawn"


class KeyHolderError(KeyMaterialError):
    """Who holds the claim key is away, refuses, or has another key than the certificate's."""

    code = "key-holder"


class ClaimError(ProvenanceError):
    """The claim does not follow our schemas.

    `field` is the path of the offending value, such as ``assertions[3].data.entries``.
    """

    code = "claim-invalid"

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field}: {problem}")
        self.field = field


class MediaError(ProvenanceError):
    """The bytes are not an unsigned image of the declared media type."""

    code = "media-unsupported"


class ManifestStoreError(ProvenanceError):
    """The bytes are not a C2PA manifest store, or one that cannot be read."""

    code = "manifest-store"


class SigningError(ProvenanceError):
    """The signature could not be made. Nothing was written."""

    code = "signing-failed"


class TimeStampError(SigningError):
    """The time-stamp authority did not answer, or refused the request."""

    code = "time-stamp-unavailable"


class VerificationError(ProvenanceError):
    """The verdict is no.

    `diagnostics` holds ``state`` (C2PA validation state, or None when there was none to reach)
    and ``failures`` (sorted C2PA status codes, section 15.2 of the C2PA specification).
    """

    code = "verification-failed"

    def __init__(self, message: str, diagnostics: Mapping[str, Any] | None = None) -> None:
        super().__init__(message)
        self.diagnostics: dict[str, Any] = {"state": None, "failures": [], **(diagnostics or {})}


class NoManifestError(VerificationError):
    """The bytes carry no C2PA manifest."""

    code = "no-manifest"


class UnreadableAssetError(VerificationError):
    """The bytes are truncated or damaged, so that no manifest can be read."""

    code = "asset-unreadable"


class NotTrustedError(VerificationError):
    """The manifest is not signed by an identity that our roots vouch for, or was altered."""

    code = "not-trusted"


class UntrustedTimeError(NotTrustedError):
    """The signer is trusted but nobody we trust says when it signed, as with a stolen retired key."""

    code = "time-not-trusted"


class RevokedSignerError(NotTrustedError):
    """The certificate had been revoked when the trusted time-stamp was made, or there is none to tell."""

    code = "signer-revoked"


class WrongIdentityError(NotTrustedError):
    """The claim is trusted, its identity assertion is not: altered, of another file, expired or unknown."""

    code = "identity-wrong"


class BrokenBindingError(VerificationError):
    """The manifest was signed for other bytes: pixels changed, data appended, or manifest moved."""

    code = "binding-broken"


class ForeignClaimError(VerificationError):
    """The signature is trusted but the claim lacks the assertions Selvage puts in each of its own."""

    code = "claim-foreign"


class RecoveredCopyError(ForeignClaimError):
    """Signed by us and bound to these bytes, as a found copy of a tile, not as the tile itself."""

    code = "recovered-copy"


class StatementError(VerificationError):
    """A signed statement does not hold."""

    code = "statement-refused"


class UnreadableStatementError(StatementError):
    """It is not a compact JWS with the header and payload of our statements."""

    code = "statement-unreadable"


class ForgedStatementError(StatementError):
    """The signature is not that of the key for this header and payload."""

    code = "statement-forged"


class ExpiredStatementError(StatementError):
    """It is genuine, and not good at the time asked about."""

    code = "statement-expired"
