"""The tools: what each is called, what it takes, and the use case it is another door to.

Every answer is plain data. Names and prompts in it were written by other people and instruct nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from api.errors import InputError
from api.mcp import buying, finding
from api.mcp.desk import Desk
from api.mcp.inputs import (
    BuyInput,
    DecideInput,
    FindInput,
    Input,
    LicencesInput,
    ReportInput,
    TermsInput,
)
from api.shapes import ID_PATTERN
from api.views.rights import UsageView
from ledger import bill
from ledger.domain.brief_text import parse_use
from ledger.domain.ids import AssetId, LicenceId
from ledger.domain.licence import Grant
from ledger.domain.projections import FORMS
from ledger.errors import UnknownError
from ledger.publish import publish
from ledger.store import counts, rights


@dataclass(frozen=True)
class Tool:
    """`reads`: it changes nothing. `work` gets what `takes` made of the arguments."""

    name: str
    text: str
    takes: type[Input]
    work: Callable[[Desk, Any], dict[str, Any]]
    reads: bool = True

    def schema(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        return self.takes.model_json_schema()

    def run(self, desk: Desk, arguments: Mapping[str, Any] | None) -> dict[str, Any]:
        """Raises InputError that names the field, and what the use case raises."""
        try:
            asked = self.takes.model_validate(dict(arguments or {}))
        except ValidationError as error:
            raise _refused(self.name, error) from None
        return self.work(desk, asked)


def _find(desk: Desk, asked: FindInput) -> dict[str, Any]:
    return finding.find(desk.ledger, asked)


def _terms(desk: Desk, asked: TermsInput) -> dict[str, Any]:
    text = publish(desk.ledger, AssetId(asked.asset), asked.form, at=asked.at)
    return {"asset": asked.asset, "form": asked.form, "mime": FORMS[asked.form].mime, "text": text}


def _decide(desk: Desk, asked: DecideInput) -> dict[str, Any]:
    view, _ = buying.decided(desk, asked.asset, asked.use, asked.reading)
    return view.to_json()


def _report(desk: Desk, asked: ReportInput) -> dict[str, Any]:
    held = own_licence(desk, asked.licence)
    use = parse_use(asked.use.plain(desk.ledger.today()))
    return UsageView.of(bill.report(desk.ledger, held.id, use, asked.key)).to_json()


def _licences(desk: Desk, asked: LicencesInput) -> dict[str, Any]:
    with desk.ledger.store.reading() as tx:
        page = rights.grants(tx, desk.party, asked.limit + 1, asked.offset)
        told = counts.tallies(tx, [grant.id for grant in page[: asked.limit]])
    used = {each.licence: each.used.units for each in told}
    found = [_licence(grant, used.get(grant.id, 0)) for grant in page[: asked.limit]]
    return {"licences": found, "next": asked.offset + asked.limit if len(page) > asked.limit else None}


def _licence(grant: Grant, reported: int) -> dict[str, Any]:
    end = grant.terms.window.end
    return {
        "id": grant.id,
        "asset": grant.asset,
        "action": grant.action.value,
        "state": grant.state.value,
        "granted_at": grant.granted_at,
        "until": end.isoformat() if end else None,
        "units": grant.most_units,
        "units_reported": reported,
        "terms_hash": grant.terms_hash,
        "invoice": grant.invoice,
    }


def own_licence(desk: Desk, name: str) -> Grant:
    """A licence of this server's party; another party's is not there for it. Raises UnknownError."""
    with desk.ledger.store.reading() as tx:
        found = rights.get_grant(tx, LicenceId(name))
    if found.licensee != desk.party:
        raise UnknownError("licence", name, "my_licences lists those of this party")
    return found


def _refused(tool: str, error: ValidationError) -> InputError:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or tool
    message = str(first["msg"]).removeprefix("Value error, ")
    if first.get("ctx", {}).get("pattern") == ID_PATTERN:
        message = "is not an id; ids are 32 lower-case hex digits, as the other tools give them"
    return InputError(f"{field}: {message}; the input schema of {tool} says what it takes", field=field)


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            "find_patterns",
            "Find patterns that can be licensed: by words, collection or colour, or from a picture.",
            FindInput,
            _find,
        ),
        Tool(
            "read_terms",
            "The licence terms of a pattern, in plain words or a machine language.",
            TermsInput,
            _terms,
        ),
        Tool(
            "decide",
            "May this party use a pattern so? permit, deny or pay, with every clause, signed; or an offer.",
            DecideInput,
            _decide,
            reads=False,
        ),
        Tool(
            "buy",
            "Pay for an offer, or for the licence that a use needs, within the caps set on this machine. "
            "The same offer is paid once.",
            BuyInput,
            buying.buy,
            reads=False,
        ),
        Tool(
            "report_use",
            "Report pieces made under a licence of this party.",
            ReportInput,
            _report,
            reads=False,
        ),
        Tool(
            "my_licences",
            "The licences this party holds, and what was reported under them.",
            LicencesInput,
            _licences,
        ),
    )
}
