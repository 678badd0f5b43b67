"""Rights beside making and showing, duties and exclusivity in plain data, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.domain.errors import TermsError
from ledger.domain.fields import Field, required
from ledger.domain.ids import parse_party
from ledger.domain.money_text import format_money, read_money
from ledger.domain.scope_text import (
    members,
    read_colourways,
    read_products,
    read_territory,
    read_window,
    write_territory,
    write_window,
    write_words,
)
from ledger.domain.terms_rights import (
    MAX_ATTRIBUTION,
    MAX_DAYS_TO_REPORT,
    AiTerms,
    AnyModification,
    Attribution,
    AttributionTerms,
    Certification,
    Every,
    Exclusive,
    Exclusivity,
    Free,
    HumanCertified,
    Included,
    MakingRight,
    Modification,
    Modifications,
    NoAttribution,
    NoModification,
    NonExclusive,
    NoReporting,
    NoSublicensing,
    NotTransferable,
    Paid,
    PerEntry,
    Priced,
    Prohibited,
    Reporting,
    ReportingTerms,
    SublicenceTerms,
    Sublicensing,
    Training,
    Transferable,
    TransferTerms,
    Uncertified,
    Withheld,
)
from ledger.domain.use import MAX_DEPTH, MAX_UNITS, AiUse
from ledger.domain.words import MODIFICATIONS

NONE, ANY, INCLUDED = "none", "any", "included"
FREE, WITH_CONSENT = "free", "with-consent"
_ENTRIES = {f"{prefix}{use.value}": use for use in AiUse for prefix in ("", "cawg.")}
_SIDES = ("territory", "products", "dates", "colourways")


def read_training(field: Field, currency: str) -> Training:
    """`prohibited`, `free`, `{fee: ...}`, or one of these for each CAWG entry; what is left out is not."""
    if not isinstance(field.value, Mapping) or not field.value.keys() & _ENTRIES.keys():
        return _ai_terms(field, currency)
    parts = field.mapping(_ENTRIES, "{ai_training: free, data_mining: free}")
    said: dict[AiUse, AiTerms] = {}
    for name, part in parts.items():
        if _ENTRIES[name] in said:
            part.refuse("is named twice; keep one")
        said[_ENTRIES[name]] = _ai_terms(part, currency)
    each = {use.value: said.get(use, Prohibited()) for use in AiUse}
    return each[AiUse.TRAINING] if len(set(each.values())) == 1 else PerEntry(**each)


def write_training(training: Training) -> Any:
    match training:
        case PerEntry():
            return {use.value: write_training(training.of(use)) for use in AiUse}
        case Paid(fee):
            return {"fee": format_money(fee)}
    return "free" if isinstance(training, Free) else "prohibited"


def read_making(field: Field, currency: str) -> MakingRight:
    """`none`, `included`, or `{fee: ..., per_generation: ..., generations: ...}`."""
    if isinstance(field.value, str):
        return Included() if field.one_of({NONE, INCLUDED}) == INCLUDED else Withheld()
    parts = field.mapping({"fee", "per_generation", "generations"}, "none, included, or {fee: 400.00 TUSD}")
    fee = read_money(required(parts, "fee", field, "give the fee of such a licence; 0 is possible"), currency)
    rate = read_money(parts["per_generation"], currency) if "per_generation" in parts else None
    most = parts["generations"].whole(1, MAX_UNITS) if "generations" in parts else None
    try:
        return Priced(fee, rate, most)
    except TermsError as e:
        raise field.error(field.child(e.field, None).path, e.problem) from e


def write_making(right: MakingRight) -> Any:
    if not isinstance(right, Priced):
        return INCLUDED if isinstance(right, Included) else NONE
    rate = {"per_generation": format_money(right.per_generation)} if right.per_generation else {}
    most = {"generations": right.generations} if right.generations else {}
    return {"fee": format_money(right.fee), **rate, **most}


def read_modification(field: Field) -> Modification:
    """`none`, `any`, one modification or a list of them."""
    if field.value in (NONE, ANY):
        return AnyModification() if field.value == ANY else NoModification()
    found = members(field, len(MODIFICATIONS))
    for whole in (NONE, ANY):
        if any(member.value == whole for member in found):
            field.refuse(f"{whole} and a list contradict each other; say {whole}, or list modifications")
    return Modifications(frozenset(member.one_of(MODIFICATIONS) for member in found))


def write_modification(modification: Modification) -> Any:
    if isinstance(modification, Modifications):
        return sorted(modification.names)
    return ANY if isinstance(modification, AnyModification) else NONE


def read_sublicensing(field: Field) -> SublicenceTerms:
    """`none`, or `{depth: 1}`."""
    if isinstance(field.value, str):
        field.one_of({NONE})
        return NoSublicensing()
    parts = field.mapping({"depth"}, "none, or {depth: 1}")
    depth = required(parts, "depth", field, "say how many levels down, such as 1")
    return Sublicensing(depth.whole(1, MAX_DEPTH))


def write_sublicensing(terms: SublicenceTerms) -> Any:
    return {"depth": terms.depth} if isinstance(terms, Sublicensing) else NONE


def read_transfer(field: Field) -> TransferTerms:
    """`none`, `with-consent` or `free`."""
    word = field.one_of({NONE, WITH_CONSENT, FREE})
    return NotTransferable() if word == NONE else Transferable(consent=word == WITH_CONSENT)


def write_transfer(terms: TransferTerms) -> str:
    if isinstance(terms, NotTransferable):
        return NONE
    return WITH_CONSENT if terms.consent else FREE


def read_attribution(field: Field) -> AttributionTerms:
    """`none`, or `{text: ...}`."""
    if isinstance(field.value, str):
        if field.value != NONE:
            field.refuse("is not known; write none, or {text: 'Pattern: Ann for Studio'}")
        return NoAttribution()
    parts = field.mapping({"text"}, "none, or {text: 'Pattern: Ann for Studio'}")
    text = required(parts, "text", field, "give the text that has to stand with every use")
    return Attribution(text.text(MAX_ATTRIBUTION))


def write_attribution(terms: AttributionTerms) -> Any:
    return {"text": terms.text} if isinstance(terms, Attribution) else NONE


def read_reporting(field: Field) -> ReportingTerms:
    """`none`, `month`, `quarter`, `half-year`, `year`, or `{every: quarter, within_days: 30}`."""
    periods = [every.value for every in Every]
    if isinstance(field.value, str):
        word = field.one_of({NONE, *periods})
        return NoReporting() if word == NONE else Reporting(Every(word))
    parts = field.mapping({"every", "within_days"}, "none, or {every: quarter, within_days: 30}")
    every = Every(required(parts, "every", field, "say month, quarter, half-year or year").one_of(periods))
    if "within_days" not in parts:
        return Reporting(every)
    return Reporting(every, parts["within_days"].whole(0, MAX_DAYS_TO_REPORT))


def write_reporting(terms: ReportingTerms) -> Any:
    if isinstance(terms, NoReporting):
        return NONE
    return {"every": terms.every.value, "within_days": terms.within_days}


def read_exclusivity(field: Field) -> Exclusivity:
    """`true`, `false`, or where: `{territory: ..., products: ..., dates: ..., colourways: ...}`."""
    if not isinstance(field.value, Mapping):
        return Exclusive() if field.flag() else NonExclusive()
    parts = field.mapping(_SIDES)
    if not parts:
        field.refuse("names no side; write true for all that the licence gives, or name one of the sides")
    return Exclusive(
        read_territory(parts["territory"]) if "territory" in parts else None,
        read_products(parts["products"]) if "products" in parts else None,
        read_window(parts["dates"]) if "dates" in parts else None,
        read_colourways(parts["colourways"]) if "colourways" in parts else None,
    )


def write_exclusivity(exclusive: Exclusivity) -> Any:
    if isinstance(exclusive, NonExclusive):
        return False
    sides = {
        "territory": exclusive.territory and write_territory(exclusive.territory),
        "products": exclusive.products and write_words(exclusive.products),
        "dates": exclusive.window and write_window(exclusive.window),
        "colourways": exclusive.colourways and write_words(exclusive.colourways),
    }
    return {name: side for name, side in sides.items() if side is not None} or True


def read_certification(field: Field) -> Certification:
    """`none`, or `{human: party}`: who certifies that a person made the creative choices."""
    if isinstance(field.value, str):
        field.one_of({NONE})
        return Uncertified()
    parts = field.mapping({"human"}, "none, or {human: ann}")
    by = required(parts, "human", field, "name the party that certifies it")
    return HumanCertified(by.build(lambda: parse_party(by.path, by.text())))


def write_certification(certification: Certification) -> Any:
    return {"human": certification.by} if isinstance(certification, HumanCertified) else NONE


def _ai_terms(field: Field, currency: str) -> AiTerms:
    if isinstance(field.value, str):
        words: dict[str, AiTerms] = {"prohibited": Prohibited(), "free": Free()}
        return words[field.one_of(words)]
    parts = field.mapping({"fee", "use"}, "prohibited, free, or {fee: 500.00 TUSD}")
    use = parts["use"].one_of({"prohibited", "free", "paid"}) if "use" in parts else "paid"
    if use != "paid":
        contradiction = "and a fee contradict each other" if "fee" in parts else "has no fields"
        field.refuse(f"{use} {contradiction}; write training: {use}")
    fee = required(parts, "fee", field, "give the fee of a training licence such as 500.00 TUSD")
    return fee.build(lambda: Paid(read_money(fee, currency)), fee.path)
