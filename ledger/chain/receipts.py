"""That a transaction succeeded and said what it said, shown by the header of its block alone.

The header names the root of the receipts of its block, and is named by its hash. So whoever trusts the hash
of a block (their own node, an explorer, a newspaper) needs no word of ours for what a contract said in it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ledger.chain.encoding import keccak, to_hex
from ledger.chain.errors import ReceiptError, RpcError, TransactionError
from ledger.chain.session import Session
from ledger.chain.trie import Trie, decode_rlp, proven

HEADER_FIELDS = (
    *("parentHash", "sha3Uncles", "miner", "stateRoot", "transactionsRoot", "receiptsRoot", "logsBloom"),
    *("difficulty", "number", "gasLimit", "gasUsed", "timestamp", "extraData", "mixHash", "nonce"),
    *("baseFeePerGas", "withdrawalsRoot", "blobGasUsed", "excessBlobGas", "parentBeaconBlockRoot"),
    "requestsHash",
)
_NUMBERS = frozenset(
    {"difficulty", "number", "gasLimit", "gasUsed", "timestamp", "baseFeePerGas", "blobGasUsed"}
    | {"excessBlobGas"}
)
RECEIPTS_ROOT, NUMBER, TIMESTAMP = (HEADER_FIELDS.index(n) for n in ("receiptsRoot", "number", "timestamp"))
MAX_HEADER_BYTES = 4096
SUCCEEDED = b"\x01"
MAX_INDEX = 2**20


@dataclass(frozen=True)
class ReceiptProof:
    """The receipt at `index` of the block with this `header`: `nodes` lead to it in its trie of receipts."""

    header: bytes
    index: int
    nodes: tuple[bytes, ...]


@dataclass(frozen=True)
class ProvenReceipt:
    """What a proof shows: block, its time in Unix seconds, and the logs in the shape a node gives them."""

    block: int
    block_hash: str
    timestamp: int
    logs: tuple[Mapping[str, Any], ...]


class ReceiptCalls(Session):
    """Asks for what proves a receipt."""

    def ask(self, method: str, *params: Any) -> Any:
        """The answer to one JSON-RPC call. RpcError, ChainUnavailableError."""
        return self._node.rpc(method, *params)

    def prove_receipt(self, transaction: str) -> ReceiptProof:
        """The proof of a mined transaction. TransactionError where it is not mined, or the node's receipts
        do not make the root that its header names."""
        receipt = self._node.rpc("eth_getTransactionReceipt", transaction)
        if receipt is None:
            raise TransactionError(f"transaction {transaction} is not mined; wait for it")
        block = self._node.rpc("eth_getBlockByNumber", receipt["blockNumber"], False)
        header, index = encode_header(block), int(receipt["transactionIndex"], 16)
        trie = Trie({_key(at): encode_receipt(each) for at, each in enumerate(self._receipts(block))})
        if to_hex(keccak(header)) != block["hash"] or to_hex(trie.root) != block["receiptsRoot"]:
            raise TransactionError(
                f"block {int(block['number'], 16)} has a header or receipts of a kind not known here; "
                "export without the chain"
            )
        return ReceiptProof(header, index, trie.prove(_key(index)))

    def _receipts(self, block: Mapping[str, Any]) -> list[Any]:
        try:
            return list(self._node.rpc("eth_getBlockReceipts", block["number"]))
        except RpcError:  # a node that does not know the method
            return [self._node.rpc("eth_getTransactionReceipt", each) for each in block["transactions"]]


def read_receipt(proof: ReceiptProof) -> ProvenReceipt:
    """What the proof shows. ReceiptError where it does not hold, or the transaction failed."""
    if len(proof.header) > MAX_HEADER_BYTES or not 0 <= proof.index < MAX_INDEX:
        raise ReceiptError("header", f"is larger than {MAX_HEADER_BYTES} bytes, or the index is none")
    fields = decode_rlp("header", proof.header)
    least = HEADER_FIELDS.index("nonce") + 1
    if not isinstance(fields, list) or len(fields) < least or not all(isinstance(f, bytes) for f in fields):
        raise ReceiptError("header", "is not that of a block")
    value = proven(fields[RECEIPTS_ROOT], _key(proof.index), proof.nodes)
    number, timestamp = (int.from_bytes(fields[at], "big") for at in (NUMBER, TIMESTAMP))
    return ProvenReceipt(number, to_hex(keccak(proof.header)), timestamp, _logs(value))


def encode_header(block: Mapping[str, Any]) -> bytes:
    """RLP of the header that a node's answer to `eth_getBlockByNumber` describes."""
    import rlp

    there = [name for name in HEADER_FIELDS if block.get(name) is not None]
    return bytes(rlp.encode([_value(block[name], number=name in _NUMBERS) for name in there]))


def encode_receipt(receipt: Mapping[str, Any]) -> bytes:
    """A receipt as it stands in the trie of its block (EIP-2718; EIP-658 for its status)."""
    import rlp

    logs = [
        [_value(log["address"]), [_value(topic) for topic in log["topics"]], _value(log["data"])]
        for log in receipt["logs"]
    ]
    status = _value(receipt["status"], number=True)
    used = _value(receipt["cumulativeGasUsed"], number=True)
    kind = _value(receipt.get("type", "0x0"), number=True)
    return kind + bytes(rlp.encode([status, used, _value(receipt["logsBloom"]), logs]))


def _logs(value: bytes) -> tuple[Mapping[str, Any], ...]:
    typed = value[:1] < b"\x80"  # a legacy receipt begins with the head of a list
    fields = decode_rlp("receipt", value[1:] if typed else value)
    if not isinstance(fields, list) or len(fields) != 4 or fields[0] != SUCCEEDED:
        raise ReceiptError("receipt", "is none, or that of a transaction that failed")
    return tuple(_log(each) for each in _list(fields[3]))


def _log(item: Any) -> Mapping[str, Any]:
    parts = _list(item)
    if len(parts) != 3 or not isinstance(parts[0], bytes) or not isinstance(parts[2], bytes):
        raise ReceiptError("receipt", "has a log that is none")
    topics = [to_hex(topic) for topic in _list(parts[1]) if isinstance(topic, bytes)]
    return {"address": to_hex(parts[0]), "topics": topics, "data": to_hex(parts[2])}


def _list(item: Any) -> Sequence[Any]:
    if not isinstance(item, list):
        raise ReceiptError("receipt", "has something else where a list has to be")
    return item


def _key(index: int) -> bytes:
    import rlp

    return bytes(rlp.encode(index))


def _value(text: str, *, number: bool = False) -> bytes:
    digits = text[2:]
    data = bytes.fromhex(digits.zfill(len(digits) + len(digits) % 2))
    return data.lstrip(b"\x00") if number else data
