// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A record as one slot: 248 bits of its hash and 8 bits of state
/// @notice The record itself travels as calldata and is checked against the hash. Finding a second record with the
///         same 248 bits takes about 2^124 hashes, as it takes 2^128 with the full 256.
library SlotHash {
    uint256 private constant STATE_MASK = 0xff;

    function pack(bytes32 hash, uint8 state) internal pure returns (bytes32) {
        return bytes32((uint256(hash) & ~STATE_MASK) | state);
    }

    function stateOf(bytes32 slot) internal pure returns (uint8) {
        return uint8(uint256(slot) & STATE_MASK);
    }

    function matches(bytes32 slot, bytes32 hash) internal pure returns (bool) {
        return uint256(slot ^ hash) & ~STATE_MASK == 0;
    }
}
