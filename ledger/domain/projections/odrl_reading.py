"""An ODRL offer of ours, back to the terms it was written from.

It reads the form that `ledger.domain.odrl.to_odrl` writes, and no other: the terms that were found are
written again, and have to give the same offer. So nothing is read that the terms do not say, and nothing is
passed over. For policies of anybody's there is `ledger.rdf`, which evaluates them as they stand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ledger.domain.errors import DomainError, ProjectionError
from ledger.domain.odrl import PROFILE, UNMODIFIED, to_odrl
from ledger.domain.right_clauses import CLAUSE_OF
from ledger.domain.scope_text import EXCEPT
from ledger.domain.terms import Terms
from ledger.domain.terms_text import FORMAT, parse_terms
from ledger.domain.use import AI_USES, Action

_ONE_ENTRY = (Action.TRAIN_OTHER, Action.TRAIN_GENERATIVE, Action.MINE, Action.INFER)
_WORDS = {"product": "products", "industry": "industries", "channel": "channels", "colourway": "colourways"}


def read_odrl(policy: Mapping[str, Any]) -> Terms:
    """The terms of an offer that `to_odrl` wrote. Raises ProjectionError when it says anything else."""
    try:
        terms = parse_terms(_Offer(policy).terms())
        again = to_odrl(terms, _target(policy), policy["assigner"])
    except (AttributeError, LookupError, TypeError, ValueError, DomainError) as error:
        raise ProjectionError("policy", f"is no offer of profile {PROFILE}: {error}") from error
    if again != policy:
        changed = sorted(name for name in {*again, *policy} if again.get(name) != policy.get(name))
        raise ProjectionError(
            "policy", f"{', '.join(changed)} is not what these terms say; ask its owner for it again"
        )
    return terms


def _target(policy: Mapping[str, Any]) -> str:
    target: str = policy["permission"][0]["target"]
    return target


class _Offer:
    """The rules of an offer by their action, and what each says."""

    def __init__(self, policy: Mapping[str, Any]) -> None:
        self.policy = policy
        self.permitted = _by_action(policy["permission"])
        self.made = self.permitted["reproduce"]

    def terms(self) -> dict[str, Any]:
        """The terms as plain data, for `parse_terms`."""
        policy = self.policy
        return {
            "format": FORMAT,
            "name": policy["selvage:name"],
            "territory": self._territory(),
            "dates": self._dates(),
            **{clause: _right(self.made, f"selvage:{word}", "any") for word, clause in _WORDS.items()},
            "modification": self._modification(),
            "run": self._run(),
            "revenue": _money(_found(self.made, "selvage:revenue")) or "unlimited",
            "exclusive": _plain(policy["selvage:exclusive"]),
            "training": {_entry(action): self._ai(action) for action in _ONE_ENTRY},
            **{clause: self._making(action) for action, clause in CLAUSE_OF.items()},
            "sublicensing": self._sublicensing(),
            "price": _cost(self.made, "price"),
            "advance": _cost(self.made, "advance") or "none",
            "royalty": self._royalty(),
            **self._told(),
            "minimum_guarantee": policy.get("selvage:minimumGuarantee", "none"),
            "certification": self._certification(),
            "transfer": policy.get("selvage:transfer", "none"),
            "unlicensed_use": policy["selvage:unlicensedUse"],
            "resale": policy["selvage:resale"],
            "split": [
                {"payee": row["selvage:payee"], "share": row["selvage:share"]}
                for row in policy["selvage:split"]["@list"]
            ],
        }

    def _territory(self) -> Any:
        found = _found(self.made, "spatial")
        if found is None:
            return "worldwide"
        return {EXCEPT: found["rightOperand"]} if found["operator"] == "isNoneOf" else found["rightOperand"]

    def _dates(self) -> Any:
        ends = {"gteq": "start", "lteq": "end"}
        days = {
            ends[each["operator"]]: each["rightOperand"]["@value"]
            for each in self.made.get("constraint", [])
            if each["leftOperand"] == "dateTime"
        }
        return days or "open"

    def _modification(self) -> Any:
        given = _right(self.made, "selvage:modification", None)
        return "any" if given is None else [name for name in given if name != UNMODIFIED] or "none"

    def _run(self) -> Any:
        over = _duty(self.made, "overage")
        if over is not None:
            return {"units": over["constraint"][0]["rightOperand"], "overage": _money(_refined(over))}
        return _right(self.made, "count", "unlimited")

    def _ai(self, action: Action) -> Any:
        name = f"selvage:{action.value}"
        if name not in self.permitted:
            return "prohibited"
        fees = self.permitted[name].get("duty", [])
        return {"fee": _money(_refined(fees[0]))} if fees else "free"

    def _making(self, action: Action) -> Any:
        rule = self.permitted.get(f"selvage:{action.value}")
        if rule is None:
            return "none"
        if _duty(rule, "price"):
            return "included"
        rate, most = _cost(rule, f"{action.value}-royalty"), _right(rule, "selvage:generations", None)
        parts = {"fee": _cost(rule, f"{action.value}-fee") or 0, "per_generation": rate, "generations": most}
        return {name: part for name, part in parts.items() if part is not None}

    def _sublicensing(self) -> Any:
        rule = self.permitted.get("grantUse")
        return {"depth": _right(rule, "selvage:depth", None)} if rule else "none"

    def _royalty(self) -> Any:
        duty = _duty(self.made, "royalty")
        if duty is None:
            return "none"
        cost = _cost(self.made, "royalty")
        return cost if _refined(duty)["leftOperand"] == "selvage:schedule" else {"per_unit": cost}

    def _told(self) -> dict[str, Any]:
        shown, report = _duty(self.made, "attribution"), _duty(self.made, "reporting")
        text = {"text": _refined(shown)["rightOperand"]} if shown else "none"
        every: Any = "none"
        if report:
            parts = (_refined(report, i)["rightOperand"] for i in range(2))
            every = dict(zip(("every", "within_days"), parts, strict=True))
        return {"attribution": text, "reporting": every}

    def _certification(self) -> Any:
        by = self.policy.get("selvage:certifiedBy")
        return {"human": by} if by else "none"


def _by_action(rules: Any) -> dict[str, Any]:
    """Each rule under every action it names."""
    pairs = ((rule["action"], rule) for rule in rules)
    return {
        name: rule for actions, rule in pairs for name in ([actions] if isinstance(actions, str) else actions)
    }


def _entry(action: Action) -> str:
    (use,) = AI_USES[action]
    return use.value


def _found(rule: Mapping[str, Any], left: str) -> Any:
    return next((each for each in rule.get("constraint", []) if each["leftOperand"] == left), None)


def _right(rule: Mapping[str, Any], left: str, default: Any) -> Any:
    found = _found(rule, left)
    return default if found is None else found["rightOperand"]


def _duty(rule: Mapping[str, Any], name: str) -> Any:
    return next((each for each in rule.get("duty", []) if each["uid"].endswith(f"#{name}")), None)


def _refined(duty: Mapping[str, Any], index: int = 0) -> Any:
    return duty["action"][0]["refinement"][index]


def _cost(rule: Mapping[str, Any], name: str) -> Any:
    """What a duty asks for: an amount, or the schedule as the terms write it; None without the duty."""
    duty = _duty(rule, name)
    if duty is None:
        return None
    asked = _refined(duty)
    return asked["rightOperand"]["@value"] if asked["leftOperand"] == "selvage:schedule" else _money(asked)


def _money(asked: Any) -> str | None:
    if asked is None:
        return None
    return f"{asked['rightOperand']['@value']} {asked['unit'].rsplit(':', 1)[1]}"


def _plain(value: Any) -> Any:
    return value["@value"] if isinstance(value, Mapping) else value
