"""What can go wrong between us and a chain.

ChainError
|- ChainUnavailableError    nobody answers, or not in time: retry later
|- WrongChainError          another chain id than expected
|- ChainResetError          the chain forgot our contracts, or is another chain with the same id
|- DevnetError              the embedded devnet cannot be started
|- NotDeployedError         our contracts are not on this chain yet
|- DeploymentError          the record of our deployment cannot be read
|- FaucetError              this chain hands out no test money
|- InsufficientFundsError   the sender cannot pay
|- ContractRevertError      a contract refused; `name` and `args` of its custom error
|- TransactionError         the node refused or lost a transaction
|- ReceiptError             a proof of a receipt that does not hold
|- MessageError             a value that does not fit its on-chain type
|- SignerError              whoever holds a key elsewhere signed something else
|- KeyFileError             a key file is missing, altered or readable by others
`- CompileError             the Solidity sources do not compile
"""

from __future__ import annotations


class ChainError(Exception):
    """Base of this package. `code` is stable; the message says what to do next."""

    code: str = "chain"


class ChainUnavailableError(ChainError):
    code = "chain-unavailable"


class WrongChainError(ChainError):
    code = "wrong-chain"


class ChainResetError(ChainError):
    code = "chain-reset"


class DevnetError(ChainError):
    code = "devnet"


class NotDeployedError(ChainError):
    code = "not-deployed"


class DeploymentError(ChainError):
    code = "deployment-unreadable"


class FaucetError(ChainError):
    code = "no-faucet"


class InsufficientFundsError(ChainError):
    code = "insufficient-funds"


class TransactionError(ChainError):
    code = "transaction-refused"


class MessageError(ChainError):
    """A field has no exact representation in its on-chain type; `field` names it."""

    code = "bad-message"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class ReceiptError(ChainError):
    """A proof of a receipt does not hold, or is none; `field` names the part of it."""

    code = "bad-receipt"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}; ask for the proof again")
        self.field = field


class SignerError(ChainError):
    code = "signer"


class KeyFileError(ChainError):
    code = "key-file"


class CompileError(ChainError):
    code = "compile"


class ContractRevertError(ChainError):
    """A contract refused. `name` is its custom error (or "Error", "Panic"), `arguments` its values."""

    code = "contract-revert"

    def __init__(self, name: str, arguments: tuple[object, ...] = (), doing: str = "the call") -> None:
        shown = ", ".join(str(a) for a in arguments)
        super().__init__(f"the contract refused {doing}: {name}({shown})")
        self.name = name
        self.arguments = arguments


class RpcError(ChainError):
    """The node answered with a JSON-RPC error; `data` is what it added, such as a contract's revert data."""

    code = "rpc-error"

    def __init__(self, message: str, data: object = None) -> None:
        super().__init__(message)
        self.data = data
