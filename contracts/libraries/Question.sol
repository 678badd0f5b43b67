// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A question of one word to a contract that is known, answered by one word
/// @notice As Solidity's own call, without the memory it takes for a question and an answer that need none.
library Question {
    /// @notice Calls `whom` with `selector` and `about`, to read only. Reverts where that reverts or answers no word.
    function ask(address whom, bytes4 selector, uint256 about) internal view returns (uint256 answer) {
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, about)
            if iszero(and(gt(returndatasize(), 0x1f), staticcall(gas(), whom, 0, 0x24, 0, 0x20))) { revert(0, 0) }
            answer := mload(0)
        }
    }
}
