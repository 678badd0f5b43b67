"""Terms as an XMP packet: rights (XMP, Dublin Core), IPTC Extension and PLUS, for the file itself.

`plus:DataMining` has one value of the PLUS vocabulary for all AI uses together. What it has no value for
is "prohibited, see other constraints", and `plus:OtherConstraints` says it for each. The ODRL offer
stands in the IPTC's encoded rights expression: linked where it has an address, embedded where not. The
terms hash is a `dc:relation` of the picture.
"""

from __future__ import annotations

import json
from xml.etree.ElementTree import Element

from ledger.domain.odrl import TERMS_URI, to_odrl
from ledger.domain.projections.ai import Standing, conditions, standing
from ledger.domain.projections.markup import add, written
from ledger.domain.projections.subject import Subject
from ledger.domain.projections.summary import first_words
from ledger.domain.terms import Attribution, Terms
from ledger.domain.terms_text import terms_hash
from ledger.domain.use import AiUse

NAMESPACES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "dc": "http://purl.org/dc/elements/1.1/",
    "xmpRights": "http://ns.adobe.com/xap/1.0/rights/",
    "photoshop": "http://ns.adobe.com/photoshop/1.0/",
    "Iptc4xmpExt": "http://iptc.org/std/Iptc4xmpExt/2008-02-29/",
    "plus": "http://ns.useplus.org/ldf/xmp/1.0/",
}
VOCABULARY = "http://ns.useplus.org/ldf/vocab/"
ODRL_LANGUAGE = "http://www.w3.org/ns/odrl/2/"
SEE_CONSTRAINTS = "DMI-PROHIBITED-SEECONSTRAINT"
_TRAINING = frozenset({AiUse.TRAINING, AiUse.GENERATIVE})
# What is closed, where all the rest is open.
_VALUES = {
    frozenset[AiUse](): "DMI-ALLOWED",
    frozenset({AiUse.GENERATIVE}): "DMI-PROHIBITED-GENAIMLTRAINING",
    _TRAINING: "DMI-PROHIBITED-AIMLTRAINING",
    frozenset(AiUse): "DMI-PROHIBITED",
}


def to_xmp(terms: Terms, subject: Subject, source: str = "") -> str:
    """The packet, read-only. `source` is the digital source type (IPTC), by its address."""
    meta = Element("x:xmpmeta", {"xmlns:x": "adobe:ns:meta/"})
    rdf = add(meta, "rdf:RDF", attributes={f"xmlns:{name}": iri for name, iri in NAMESPACES.items()})
    about = add(rdf, "rdf:Description", attributes={"rdf:about": ""})
    _rights(about, terms, subject)
    _people(about, terms, subject)
    if source:
        add(about, "Iptc4xmpExt:DigitalSourceType", source)
    _mining(about, terms, subject)
    _expression(about, terms, subject)
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>'
    return f'{begin}\n{written(meta)}\n<?xpacket end="r"?>\n'


def data_mining(terms: Terms) -> str:
    """The value of `plus:DataMining`, without the address of its vocabulary."""
    each = {use: standing(terms, {use}) for use in AiUse}
    if Standing.ON_TERMS in each.values():
        return SEE_CONSTRAINTS
    closed = frozenset(use for use, found in each.items() if found is Standing.CLOSED)
    return _VALUES.get(closed, SEE_CONSTRAINTS)


def _rights(about: Element, terms: Terms, subject: Subject) -> None:
    add(about, "xmpRights:Marked", "True")
    _language(about, "xmpRights:UsageTerms", first_words(terms))
    if subject.licences:
        add(about, "xmpRights:WebStatement", subject.licences)
    if subject.creator:
        _language(about, "dc:rights", f"© {subject.creator}")
    if subject.title:
        _language(about, "dc:title", subject.title)
    add(_list(about, "dc:relation", "rdf:Bag"), "rdf:li", f"{TERMS_URI}{terms_hash(terms)}")


def _people(about: Element, terms: Terms, subject: Subject) -> None:
    if isinstance(terms.attribution, Attribution):
        add(about, "photoshop:Credit", terms.attribution.text)
    required = "CR-CAI" if isinstance(terms.attribution, Attribution) else "CR-NRQ"
    add(about, "plus:CreditLineRequired", f"{VOCABULARY}{required}")
    if not subject.creator:
        return
    add(_list(about, "dc:creator", "rdf:Seq"), "rdf:li", subject.creator)
    owner = _struct(_list(about, "plus:CopyrightOwner", "rdf:Seq"))
    add(owner, "plus:CopyrightOwnerName", subject.creator)
    licensor = _struct(_list(about, "plus:Licensor", "rdf:Seq"))
    add(licensor, "plus:LicensorName", subject.creator)
    if subject.licences:
        add(licensor, "plus:LicensorURL", subject.licences)


def _mining(about: Element, terms: Terms, subject: Subject) -> None:
    value = data_mining(terms)
    add(about, "plus:DataMining", f"{VOCABULARY}{value}")
    if value == SEE_CONSTRAINTS:
        _language(about, "plus:OtherConstraints", " | ".join(_said(terms, use, subject) for use in AiUse))


def _said(terms: Terms, use: AiUse, subject: Subject) -> str:
    found = standing(terms, {use})
    told = {Standing.OPEN: "allowed", Standing.CLOSED: "prohibited"}
    return f"{use.value}: {told.get(found) or conditions(terms, {use}, subject)}"


def _expression(about: Element, terms: Terms, subject: Subject) -> None:
    kind = "Linked" if subject.policy else "Embd"
    own = "LinkedRightsExpr" if subject.policy else "EncRightsExpr"
    offer = subject.policy or json.dumps(to_odrl(terms, subject.uri, subject.owner), ensure_ascii=False)
    found = _struct(_list(about, f"Iptc4xmpExt:{kind}EncRightsExpr", "rdf:Bag"))
    add(found, f"Iptc4xmpExt:{own}", offer)
    add(found, "Iptc4xmpExt:RightsExprEncType", "application/ld+json")
    add(found, "Iptc4xmpExt:RightsExprLangId", ODRL_LANGUAGE)


def _list(parent: Element, tag: str, kind: str) -> Element:
    return add(add(parent, tag), kind)


def _struct(parent: Element) -> Element:
    return add(parent, "rdf:li", attributes={"rdf:parseType": "Resource"})


def _language(parent: Element, tag: str, text: str) -> None:
    add(_list(parent, tag, "rdf:Alt"), "rdf:li", text, {"xml:lang": "x-default"})
