"""A time-stamp authority: RFC 3161 requests in, signed time-stamp tokens out.

Source: RFC 3161 (protocol), RFC 5816 (SHA-256 certificate identifiers), RFC 5652 (CMS).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any, ClassVar

from asn1crypto import algos, cms, core, pem, tsp, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from provenance.pki import Pki

# The enterprise number reserved for examples (RFC 5612): we have none of our own, and parsers that meet
# larger first arcs, such as 2.999, call the token malformed.
POLICY = "1.3.6.1.4.1.32473.1"
_DIGEST_BYTES = {"sha256": 32, "sha384": 48, "sha512": 64}


class TimeStampAuthority:
    """Signs "these bytes existed at this time" with the key of a `Pki`'s time-stamp chain."""

    def __init__(self, pki: Pki) -> None:
        self._key = pki.tsa_key
        blocks = pem.unarmor(pki.tsa_chain_pem.encode("ascii"), multiple=True)
        self._chain = [x509.Certificate.load(der) for _, _, der in blocks]

    def respond(self, request_der: bytes, now: dt.datetime, serial: int) -> bytes:
        """Answer one DER TimeStampReq with a DER TimeStampResp; same arguments, same answer.

        `now` is timezone-aware, `serial` positive and never repeated by this authority. A request that
        cannot be served gets a rejection with its reason (RFC 3161 section 2.4.2), never an exception.
        """
        request = _parse(request_der)
        reason = "bad_data_format" if request is None else _refusal(request)
        if request is None or reason is not None:
            return _rejection(reason)
        token = self._token(request, now.astimezone(dt.UTC).replace(microsecond=0), serial)
        return bytes(tsp.TimeStampResp({"status": {"status": "granted"}, "time_stamp_token": token}).dump())

    def _token(self, request: Any, now: dt.datetime, serial: int) -> Any:
        info = self._info(request, now, serial).dump()
        signed = {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": {"content_type": "tst_info", "content": core.ParsableOctetString(info)},
            "signer_infos": [self._signer_info(info, now)],
        }
        if request["cert_req"].native:
            signed["certificates"] = [cms.CertificateChoices("certificate", each) for each in self._chain]
        return cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed)})

    def _info(self, request: Any, now: dt.datetime, serial: int) -> Any:
        info = {
            "version": "v1",
            "policy": POLICY,
            "message_imprint": request["message_imprint"],
            "serial_number": serial,
            "gen_time": now,
            "accuracy": {"seconds": 1},
            "tsa": x509.GeneralName("directory_name", self._chain[0].subject),
        }
        if request["nonce"].native is not None:
            info["nonce"] = request["nonce"].native
        return tsp.TSTInfo(info)

    def _signer_info(self, info: bytes, now: dt.datetime) -> Any:
        attributes = self._attributes(info, now)
        certificate = self._chain[0]
        name = {"issuer": certificate.issuer, "serial_number": certificate.serial_number}
        algorithm = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
        return cms.SignerInfo(
            {
                "version": "v1",
                "sid": cms.SignerIdentifier("issuer_and_serial_number", cms.IssuerAndSerialNumber(name)),
                "digest_algorithm": {"algorithm": "sha256"},
                "signed_attrs": attributes,
                "signature_algorithm": {"algorithm": "sha256_ecdsa"},
                "signature": self._key.sign(attributes.dump(), algorithm),
            }
        )

    def _attributes(self, info: bytes, now: dt.datetime) -> Any:
        digest = hashlib.sha256(self._chain[0].dump()).digest()
        certificate = tsp.ESSCertIDv2(
            {"hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}), "cert_hash": digest}
        )
        values = {
            "content_type": "tst_info",
            "signing_time": cms.Time("utc_time", now),
            "message_digest": hashlib.sha256(info).digest(),
            "signing_certificate_v2": tsp.SigningCertificateV2({"certs": [certificate]}),
        }
        return cms.CMSAttributes(
            [cms.CMSAttribute({"type": kind, "values": [value]}) for kind, value in values.items()]
        )


def _parse(request_der: bytes) -> Any | None:
    try:
        request = tsp.TimeStampReq.load(request_der, strict=True)
        # asn1crypto parses lazily: reading everything once brings all its errors out here.
        version = request.native["version"]
    except (ValueError, TypeError, LookupError, AttributeError):
        return None
    return request if version == "v1" else None


def _refusal(request: Any) -> str | None:
    imprint = request["message_imprint"]
    size = _DIGEST_BYTES.get(imprint["hash_algorithm"]["algorithm"].native)
    if size is None:
        return "bad_alg"
    if len(imprint["hashed_message"].native) != size:
        return "bad_data_format"
    if request["req_policy"].native not in (None, POLICY):
        return "unaccepted_policy"
    return "unaccepted_extensions" if request["extensions"].native else None


class _Rejection(core.Sequence):  # type: ignore[misc]  # asn1crypto has no types
    # asn1crypto's TimeStampResp insists on a token, which RFC 3161 makes optional.
    _fields: ClassVar = [("status", tsp.PKIStatusInfo)]


def _rejection(reason: str | None) -> bytes:
    status = {"status": "rejection", "fail_info": tsp.PKIFailureInfo({reason})}
    return bytes(_Rejection({"status": status}).dump())
