"""What a client of a licence server asks for: one `<license>` element of RSL 1.0, read (sections 3.4 to 3.7).

Usages are read down to those that have a meaning here, each as the actions that all have to be permitted. A
use that is permitted and prohibited is not asked for (section 3.1.1). Payment, reporting and legal text bind
nobody here: what a licence costs is said by its terms.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element, ParseError, fromstring

from ledger.domain.countries import CODES, country_problem
from ledger.domain.errors import ProjectionError
from ledger.domain.projections.markup import add, written
from ledger.domain.projections.rsl import NAMESPACE
from ledger.domain.territories import GROUPS
from ledger.domain.use import Action

MAX_LICENCE = 8192  # characters
# Searching and indexing look at the picture by machine, which is mining it; an index that feeds a model is
# input of it as well.
ACTIONS = {
    "ai-train": frozenset({Action.TRAIN}),
    "ai-input": frozenset({Action.INFER}),
    "ai-index": frozenset({Action.MINE, Action.INFER}),
    "search": frozenset({Action.MINE}),
}
_WIDER = {"ai-all": frozenset({"ai-train", "ai-input", "ai-index"}), "all": frozenset(ACTIONS)}
_KNOWN = frozenset({"permits", "prohibits", "payment", "reporting", "legal"})
_EU = "EU"  # the one group that RSL knows (appendix A)


@dataclass(frozen=True)
class Wanted:
    """The `usages` of ACTIONS that are asked for, in `countries`; neither is empty."""

    usages: frozenset[str]
    countries: frozenset[str]

    @property
    def actions(self) -> frozenset[Action]:
        return frozenset[Action]().union(*(ACTIONS[usage] for usage in self.usages))


def read_licence(text: str) -> Wanted:
    """What a `<license>` element asks for. Raises ProjectionError (license)."""
    root = _element(text)
    said = {
        (tag, kind): _said(root, tag, kind) for tag in ("permits", "prohibits") for kind in ("usage", "geo")
    }
    usages = _usages(said["permits", "usage"]) - _usages(said["prohibits", "usage"])
    if not usages:
        raise _refused("it permits no usage; say what is wanted in permits, such as ai-train")
    permitted = said["permits", "geo"]
    countries = CODES if permitted is None else _countries(permitted)
    countries -= _countries(said["prohibits", "geo"])
    if not countries:
        raise _refused("it permits no country; name one in permits of the type geo")
    return Wanted(usages, countries)


def write_licence(wanted: Wanted, payment: str) -> str:
    """The `<license>` element of what was given; `payment` is its type, such as free."""
    root = Element("license", {"xmlns": NAMESPACE})
    add(root, "permits", " ".join(sorted(wanted.usages)), {"type": "usage"})
    others = CODES - wanted.countries
    if len(others) < len(wanted.countries):
        if others:
            add(root, "prohibits", " ".join(sorted(others)), {"type": "geo"})
    else:
        add(root, "permits", " ".join(sorted(wanted.countries)), {"type": "geo"})
    add(root, "payment", attributes={"type": payment})
    return written(root)


def _element(text: str) -> Element:
    if len(text) > MAX_LICENCE:
        raise _refused(f"it is over {MAX_LICENCE} characters; send one <license> element")
    if "<!" in text:
        raise _refused("document types, entities and comments are not read; leave them out")
    try:
        root = fromstring(text)  # noqa: S314 -- nothing is declared in it, and expat fetches nothing
    except (ParseError, ValueError) as error:
        raise _refused("it is no well-formed XML; send a <license> element as in /license.xml") from error
    if _name(root) != "license":
        raise _refused("it is no <license> element; send one as in /license.xml")
    return root


def _said(root: Element, tag: str, kind: str) -> list[str] | None:
    """The words of the one `tag` of this type; None where there is none."""
    unknown = sorted({_name(each) for each in root} - _KNOWN - {""})
    if unknown:
        raise _refused(f"RSL 1.0 has no element {unknown[0][:40]!r} in a license")
    found = [each for each in root if _name(each) == tag and each.get("type") == kind]
    if len(found) > 1:
        raise _refused(f"it has several {tag} of the type {kind}; write one, its words parted by spaces")
    return (found[0].text or "").split() if found else None


def _name(element: Element) -> str:
    """The name in the namespace of RSL, or in none; empty for what is of another."""
    space, _, name = element.tag.rpartition("}")
    return name if space in ("", f"{{{NAMESPACE}") else ""


def _usages(words: list[str] | None) -> frozenset[str]:
    known = {**_WIDER, **{usage: frozenset({usage}) for usage in ACTIONS}}
    for word in words or ():
        if word not in known:
            raise _refused(f"the usage {word[:40]!r} is not known here; use one of {sorted(known)}")
    return frozenset[str]().union(*(known[word] for word in words or ()))


def _countries(words: list[str] | None) -> frozenset[str]:
    found: set[str] = set()
    for word in words or ():
        if word == _EU:
            found |= GROUPS[_EU]
        elif problem := country_problem(word):
            raise _refused(problem)
        else:
            found.add(word)
    return frozenset(found)


def _refused(problem: str) -> ProjectionError:
    return ProjectionError("license", problem)
