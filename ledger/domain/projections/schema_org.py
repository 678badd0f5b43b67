"""Terms as schema.org JSON-LD, with what search engines show of a licensable picture.

`license` leads to the terms, `acquireLicensePage` to where a licence is had; `creditText`, `creator` and
`copyrightNotice` say whose it is. The terms hash stands in `usageInfo`.
"""

from __future__ import annotations

import json
from typing import Any

from ledger.domain.odrl import TERMS_URI
from ledger.domain.projections.subject import Subject, visible
from ledger.domain.terms import Attribution, Terms
from ledger.domain.terms_text import terms_hash

_NOT_IN_HTML = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def to_schema_org(terms: Terms, subject: Subject) -> dict[str, Any]:
    """An ImageObject; of `at`, `policy` and `licences` what is known."""
    creator = visible(subject.creator)
    credit = terms.attribution.text if isinstance(terms.attribution, Attribution) else creator
    known = {
        "name": visible(subject.title),
        "contentUrl": subject.at,
        "license": subject.policy or subject.licences,
        "acquireLicensePage": subject.licences,
        "creditText": credit,
        "copyrightNotice": creator and f"© {creator}",
    }
    return {
        "@context": "https://schema.org",
        "@type": "ImageObject",
        "identifier": subject.uri,
        **{name: value for name, value in known.items() if value},
        **({"creator": {"@type": "Organization", "name": creator}} if creator else {}),
        "usageInfo": {
            "@type": "CreativeWork",
            "name": terms.name,
            "identifier": f"{TERMS_URI}{terms_hash(terms)}",
        },
    }


def in_html(document: Any) -> str:
    """`document` as JSON that can stand in a script element: nothing in it ends one, or begins markup."""
    return json.dumps(document, ensure_ascii=False, indent=2).translate(_NOT_IN_HTML)
