"""A C2PA verifier that shares no code with the library we sign with, asked offline, with our roots only."""

from __future__ import annotations

from typing import Any

import encypher_c2pa

from provenance import Trust


def second_opinion(data: bytes, mime: str, trust: Trust, **options: Any) -> dict[str, Any]:
    """Its whole report."""
    return dict(
        encypher_c2pa.verify(
            data,
            mime,
            trust_pem=trust.root_pem,
            tsa_trust_pem=trust.tsa_root_pem,
            no_default_trust=True,
            telemetry=False,
            online=False,
            **options,
        )
    )


def codes(report: dict[str, Any], kind: str) -> list[str]:
    """Its status codes of one kind: success, informational, failure."""
    return [each["code"] for each in report["validation_results"][kind]]
