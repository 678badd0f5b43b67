"""The chain: contracts, the embedded devnet, keys. The only importer of web3, eth-account and solcx.

    chain = Chain.open("devnet:", folder)            # or an http(s) or ws(s) URL of any EVM node
    manager = load_or_create_account(keys, "manager")
    chain.fund(manager.address, 10**18)              # devnets only
    chain.deploy(manager)
    tx = chain.register_collection(manager, root=root, size=12, terms_hash=terms)

Every call is idempotent: done twice, it returns the transaction that did it first.
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

# Below eth-account, py_ecc sets the limit of recursion to 100,000, at which JSON that is nested deep enough
# overruns the stack: a request could end the process. It does so once, when it is imported.
_limit = sys.getrecursionlimit()
import_module("py_ecc")
sys.setrecursionlimit(_limit)

if TYPE_CHECKING:
    from ledger.chain.client import Chain as Chain
    from ledger.chain.devnet import Devnet as Devnet
    from ledger.chain.digests import DigestAccount as DigestAccount
    from ledger.chain.encoding import keccak as keccak
    from ledger.chain.errors import ChainError as ChainError
    from ledger.chain.errors import ChainResetError as ChainResetError
    from ledger.chain.errors import ChainUnavailableError as ChainUnavailableError
    from ledger.chain.errors import CompileError as CompileError
    from ledger.chain.errors import ContractRevertError as ContractRevertError
    from ledger.chain.errors import DeploymentError as DeploymentError
    from ledger.chain.errors import DevnetError as DevnetError
    from ledger.chain.errors import FaucetError as FaucetError
    from ledger.chain.errors import InsufficientFundsError as InsufficientFundsError
    from ledger.chain.errors import KeyFileError as KeyFileError
    from ledger.chain.errors import MessageError as MessageError
    from ledger.chain.errors import NotDeployedError as NotDeployedError
    from ledger.chain.errors import ReceiptError as ReceiptError
    from ledger.chain.errors import RpcError as RpcError
    from ledger.chain.errors import SignerError as SignerError
    from ledger.chain.errors import TransactionError as TransactionError
    from ledger.chain.errors import WrongChainError as WrongChainError
    from ledger.chain.fees import FeePolicy as FeePolicy
    from ledger.chain.keys import load_or_create_account as load_or_create_account
    from ledger.chain.licences import NO_INVOICE as NO_INVOICE
    from ledger.chain.licences import NO_LICENCE as NO_LICENCE
    from ledger.chain.licences import Licence as Licence
    from ledger.chain.licences import LicenceRecord as LicenceRecord
    from ledger.chain.licences import LicenceState as LicenceState
    from ledger.chain.node import open_devnet as open_devnet
    from ledger.chain.order_text import order_from_dict as order_from_dict
    from ledger.chain.order_text import order_to_dict as order_to_dict
    from ledger.chain.orders import Order as Order
    from ledger.chain.orders import SignedOrder as SignedOrder
    from ledger.chain.outside import outside_account as outside_account
    from ledger.chain.transfers import Transfer as Transfer
    from ledger.chain.transfers import till_account as till_account
    from ledger.chain.types import NATIVE as NATIVE
    from ledger.chain.types import Authorization as Authorization
    from ledger.chain.types import Collection as Collection
    from ledger.chain.types import Deployment as Deployment
    from ledger.chain.types import Invoice as Invoice
    from ledger.chain.types import InvoiceState as InvoiceState
    from ledger.chain.types import Leaf as Leaf
    from ledger.chain.types import Split as Split
    from ledger.chain.types import Tx as Tx
    from ledger.chain.types import collection_id as collection_id
    from ledger.chain.types import token_id as token_id
    from ledger.chain.unit_calls import UnitReport as UnitReport

_HOMES = {
    "client": ("Chain",),
    "devnet": ("Devnet",),
    "digests": ("DigestAccount",),
    "node": ("open_devnet",),
    "encoding": ("keccak",),
    "fees": ("FeePolicy",),
    "keys": ("load_or_create_account",),
    "licences": ("NO_INVOICE", "NO_LICENCE", "Licence", "LicenceRecord", "LicenceState"),
    "order_text": ("order_from_dict", "order_to_dict"),
    "orders": ("Order", "SignedOrder"),
    "outside": ("outside_account",),
    "transfers": ("Transfer", "till_account"),
    "unit_calls": ("UnitReport",),
    "types": (
        *("NATIVE", "Authorization", "Collection", "Deployment", "Invoice", "InvoiceState"),
        *("Leaf", "Split", "Tx", "collection_id", "token_id"),
    ),
    "errors": (
        *("ChainError", "ChainResetError", "ChainUnavailableError", "CompileError", "ContractRevertError"),
        *("DeploymentError", "DevnetError", "FaucetError", "InsufficientFundsError", "KeyFileError"),
        *("MessageError", "NotDeployedError", "RpcError", "SignerError", "TransactionError"),
        *("ReceiptError", "WrongChainError"),
    ),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'ledger.chain' has no attribute {name!r}")
    return getattr(import_module(f"ledger.chain.{_HOME_OF[name]}"), name)
