"""Names of the ODRL 2.2 vocabulary (W3C Recommendation, 15 February 2018) that evaluation depends on."""

from __future__ import annotations

from enum import Enum

ODRL = "http://www.w3.org/ns/odrl/2/"
CC = "http://creativecommons.org/ns#"
XSD = "http://www.w3.org/2001/XMLSchema#"

# The profile that adds nothing (Information Model 3.4).
CORE_PROFILE = f"{ODRL}core"
DATE_TIME = f"{ODRL}dateTime"
EVENT = f"{ODRL}event"
POLICY_USAGE = f"{ODRL}policyUsage"

_IN_USE = """
    acceptTracking aggregate annotate anonymize archive attribute compensate concurrentUse delete derive
    digitize distribute ensureExclusivity execute grantUse include index inform install modify move nextPolicy
    obtainConsent play present print read reproduce reviewPolicy stream synchronize textToSpeech transform
    translate uninstall watermark
"""
_CC_IN_USE = """
    Attribution CommercialUse DerivativeWorks Distribution Notice Reproduction ShareAlike Sharing SourceCode
"""

# ODRL Vocabulary & Expression, "Actions for Rules": what each action is included in.
INCLUDED_IN = {
    **{f"{ODRL}{name}": f"{ODRL}use" for name in _IN_USE.split()},
    **{f"{CC}{name}": f"{ODRL}use" for name in _CC_IN_USE.split()},
    f"{ODRL}display": f"{ODRL}play",
    f"{ODRL}extract": f"{ODRL}reproduce",
    f"{ODRL}give": f"{ODRL}transfer",
    f"{ODRL}sell": f"{ODRL}transfer",
}

# Deprecated terms and the term each is an exact match of.
SAME_AS = {
    f"{ODRL}append": f"{ODRL}modify",
    f"{ODRL}appendTo": f"{ODRL}modify",
    f"{ODRL}attachPolicy": f"{CC}Notice",
    f"{ODRL}attachSource": f"{CC}SourceCode",
    f"{ODRL}commercialize": f"{CC}CommercialUse",
    f"{ODRL}copy": f"{ODRL}reproduce",
    f"{ODRL}export": f"{ODRL}transform",
    f"{ODRL}license": f"{ODRL}grantUse",
    f"{ODRL}pay": f"{ODRL}compensate",
    f"{ODRL}share": f"{CC}Sharing",
    f"{ODRL}shareAlike": f"{CC}ShareAlike",
    f"{ODRL}write": f"{ODRL}modify",
    f"{ODRL}writeTo": f"{ODRL}modify",
}


class Operator(Enum):
    """The twelve operators; the value is the local name in the ODRL namespace."""

    EQ = "eq"
    NEQ = "neq"
    LT = "lt"
    LTEQ = "lteq"
    GT = "gt"
    GTEQ = "gteq"
    IS_A = "isA"
    HAS_PART = "hasPart"
    IS_PART_OF = "isPartOf"
    IS_ALL_OF = "isAllOf"
    IS_ANY_OF = "isAnyOf"
    IS_NONE_OF = "isNoneOf"


class Operand(Enum):
    """How a logical constraint joins its constraints."""

    AND = "and"
    OR = "or"
    XONE = "xone"
    AND_SEQUENCE = "andSequence"


class Conflict(Enum):
    """What happens when a permission and a prohibition meet (Information Model 2.10)."""

    PERM = "perm"
    PROHIBIT = "prohibit"
    INVALID = "invalid"


class PolicyKind(Enum):
    """Subclasses of Policy. An offer and a request propose, they grant nothing."""

    POLICY = "Policy"
    SET = "Set"
    OFFER = "Offer"
    AGREEMENT = "Agreement"
    ASSERTION = "Assertion"
    PRIVACY = "Privacy"
    TICKET = "Ticket"
    REQUEST = "Request"

    @property
    def grants(self) -> bool:
        return self not in (PolicyKind.OFFER, PolicyKind.REQUEST)


def short(name: str) -> str:
    """A name as people write it: `odrl:count`, or the IRI itself."""
    return f"odrl:{name.removeprefix(ODRL)}" if name.startswith(ODRL) else name
