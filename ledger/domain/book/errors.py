"""What the licence book refuses: one class, named by the contract's own error, so that both compare."""

from __future__ import annotations

from ledger.domain.errors import DomainError


class BookError(DomainError):
    """The book says no. `name` is the contract's custom error, `arguments` its values."""

    code = "book-refused"

    def __init__(self, name: str, *arguments: object) -> None:
        shown = ", ".join(str(argument) for argument in arguments)
        super().__init__(
            f"the licence book refuses: {name}({shown}); see docs/contracts.md for what to change"
        )
        self.name = name
        self.arguments = arguments
