"""What a policy, a request or a state of the world cannot say.

FieldError
└── PolicyError           something in an ODRL expression cannot be interpreted
    ├── CycleError        a chain that comes back to where it began: inheritFrom, partOf, includedIn
    └── TooLargeError     an answer would take longer than anybody should wait
"""

from __future__ import annotations

from ledger.domain.errors import FieldError


class PolicyError(FieldError):
    code = "bad-policy"


class CycleError(PolicyError):
    code = "cyclic-policy"


class TooLargeError(PolicyError):
    code = "policy-too-large"
