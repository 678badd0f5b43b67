"""Strict values for the ABI: the encoders we use accept short bytes and numeric text, we do not."""

from __future__ import annotations

from typing import Any

from ledger.chain.errors import MessageError


def keccak(data: bytes) -> bytes:
    """Keccak-256, 32 bytes."""
    from eth_utils.crypto import keccak as digest

    return bytes(digest(primitive=data))


def encode(*values: tuple[str, Any]) -> bytes:
    """`abi.encode` of (type, value) pairs. Scalars must be exact, see the checks below."""
    from eth_abi.abi import encode as abi_encode

    for index, (kind, value) in enumerate(values):
        check(f"value {index}", kind, value)
    return bytes(abi_encode([kind for kind, _ in values], [value for _, value in values]))


def check(field: str, kind: str, value: Any) -> None:
    """MessageError unless `value` is exactly representable as the Solidity type `kind`."""
    if kind.endswith("[]"):
        for index, item in enumerate(value):
            check(f"{field}[{index}]", kind[:-2], item)
    elif kind == "bytes32":
        to_bytes32(field, value)
    elif kind == "address":
        to_address(field, value)
    elif kind.startswith("uint"):
        to_uint(field, value, int(kind[4:]))


def to_uint(field: str, value: Any, bits: int) -> int:
    if type(value) is not int or not 0 <= value < 1 << bits:
        raise MessageError(field, f"{value!r} is not a whole number of 0 to 2^{bits} - 1")
    return value


def to_bytes32(field: str, value: Any) -> bytes:
    if not isinstance(value, bytes) or len(value) != 32:
        raise MessageError(field, f"{value!r} is not 32 bytes")
    return value


def to_address(field: str, value: Any) -> str:
    """`value` if it is an EIP-55 checksummed address."""
    from eth_utils.address import is_checksum_address

    if not isinstance(value, str) or not is_checksum_address(value):
        raise MessageError(field, f"{value!r} is not a checksummed (EIP-55) address of 0x and 40 hex digits")
    return value


def to_hex(value: bytes) -> str:
    return "0x" + bytes(value).hex()


def from_hex(field: str, text: Any, size: int) -> bytes:
    """`size` bytes from 0x-prefixed hex, else MessageError."""
    try:
        data = bytes.fromhex(text.removeprefix("0x")) if isinstance(text, str) else b""
    except ValueError:
        data = b""
    if len(data) != size or not text.startswith("0x"):
        raise MessageError(field, f"{text!r} is not 0x and {2 * size} hex digits")
    return data
