"""The languages by name, with what a file of each is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.domain.errors import ProjectionError
from ledger.domain.fields import suggest
from ledger.domain.odrl import to_odrl
from ledger.domain.projections.cawg import to_cawg
from ledger.domain.projections.plus import to_xmp
from ledger.domain.projections.rsl import MIME as RSL
from ledger.domain.projections.rsl import to_rsl
from ledger.domain.projections.schema_org import in_html, to_schema_org
from ledger.domain.projections.subject import Subject, visible
from ledger.domain.projections.summary import to_summary
from ledger.domain.projections.tdmrep import to_tdm_policy, to_tdmrep
from ledger.domain.terms import Terms


@dataclass(frozen=True)
class Form:
    """`mime` of the text that `write` gives."""

    mime: str
    write: Callable[[Terms, Subject], str]


def _json(build: Callable[[Terms, Subject], Any]) -> Callable[[Terms, Subject], str]:
    return lambda terms, subject: in_html(build(terms, subject)) + "\n"


FORMS = {
    "odrl": Form(
        "application/ld+json", _json(lambda terms, subject: to_odrl(terms, subject.uri, subject.owner))
    ),
    "rsl": Form(RSL, to_rsl),
    "cawg": Form("application/json", _json(to_cawg)),
    "tdmrep": Form("application/json", _json(to_tdmrep)),
    "tdm-policy": Form("application/ld+json", _json(to_tdm_policy)),
    "schema": Form("application/ld+json", _json(to_schema_org)),
    "plus": Form("application/rdf+xml", to_xmp),
    "summary": Form(
        "text/plain; charset=utf-8",
        lambda terms, subject: to_summary(terms, visible(subject.title)) + "\n",
    ),
}


def project(terms: Terms, subject: Subject, form: str) -> str:
    """`terms` in one of FORMS. Raises ProjectionError for an unknown one, or an address that it needs."""
    if form not in FORMS:
        raise ProjectionError("as", f"{form[:40]!r} is not known; {suggest(form, FORMS)}")
    return FORMS[form].write(terms, subject)
