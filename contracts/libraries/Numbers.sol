// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILicenceBook} from "../interfaces/ILicenceBook.sol";

/// @notice The fields of a licence shorter than a word, in one: from the top 56 bits of zero, 40 bits from, 40 bits until,
///         40 bits run, 64 bits mark id, 8 bits depth, 8 bits traits.
type Numbers is uint256;

using NumbersOf for Numbers global;

/// @title The short fields of a licence, read once
/// @notice Solidity checks a short field of calldata every time it is read. A grant needs most of them several times.
library NumbersOf {
    uint256 private constant FROM_AT = 160;
    uint256 private constant UNTIL_AT = 120;
    uint256 private constant RUN_AT = 80;
    uint256 private constant MARK_AT = 16;
    uint256 private constant DEPTH_AT = 8;

    /// @dev Reverts on anything in front of a field, as reading that field does: one test for all of them.
    function numbers(ILicenceBook.Licence calldata licence) internal pure returns (Numbers packed) {
        assembly ("memory-safe") {
            let start := calldataload(add(licence, 0x60))
            let end := calldataload(add(licence, 0x80))
            let mark := calldataload(add(licence, 0x100))
            let pieces := calldataload(add(licence, 0x180))
            let levels := calldataload(add(licence, 0x1a0))
            let traitBits := calldataload(add(licence, 0x1c0))
            if or(or(shr(40, or(or(start, end), pieces)), shr(64, mark)), shr(8, or(levels, traitBits))) { revert(0, 0) }
            packed := or(or(shl(FROM_AT, start), shl(UNTIL_AT, end)), or(shl(RUN_AT, pieces), shl(MARK_AT, mark)))
            packed := or(packed, or(shl(DEPTH_AT, levels), traitBits))
        }
    }

    function from(Numbers self) internal pure returns (uint40) {
        return uint40(Numbers.unwrap(self) >> FROM_AT);
    }

    function until(Numbers self) internal pure returns (uint40) {
        return uint40(Numbers.unwrap(self) >> UNTIL_AT);
    }

    function run(Numbers self) internal pure returns (uint40) {
        return uint40(Numbers.unwrap(self) >> RUN_AT);
    }

    function markId(Numbers self) internal pure returns (uint64) {
        return uint64(Numbers.unwrap(self) >> MARK_AT);
    }

    function depth(Numbers self) internal pure returns (uint8) {
        return uint8(Numbers.unwrap(self) >> DEPTH_AT);
    }

    function traits(Numbers self) internal pure returns (uint8) {
        return uint8(Numbers.unwrap(self));
    }

    function has(Numbers self, uint8 trait) internal pure returns (bool) {
        return Numbers.unwrap(self) & trait != 0;
    }
}
