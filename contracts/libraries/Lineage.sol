// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A tree of sublicences in one word
/// @notice A licence that is sublicensed opens a branch, and everything below it carries that branch's bit. One word per
///         tree tells which branches are cut: a licence hangs on a cut branch when its bits and the word share one,
///         however deep it is. Cutting a branch, or mending it, is one write.
/// @dev The low byte counts the branches opened, bit 8 + n is branch n of 1..247. A branch that its licensee gave up is
///      cut for good, the next sublicence opens a new one: the branch is the epoch of a licence's sublicences.
///      A sublicence that may be sublicensed has its branch from the day it is given, and the last branches are for the
///      licence at the top: whoever opens all others keeps from nobody what they were given.
library Lineage {
    uint256 internal constant MOST = 247;
    /// @notice Branches that only the licence at the top of a tree opens.
    uint256 internal constant RESERVED = 16;
    uint256 private constant COUNT_MASK = 0xff;

    /// @notice This tree has as many branches as it can have, or as this licensee may open.
    error TreeIsFull(bytes32 root);

    function bit(uint8 branch) internal pure returns (uint256) {
        return branch == 0 ? 0 : 1 << (7 + uint256(branch));
    }

    /// @notice Opens the next branch of a tree, for the licence at its top or for one below it.
    function open(uint256 tree, bytes32 root, bool top) internal pure returns (uint256 next, uint8 branch) {
        uint256 count = tree & COUNT_MASK;
        if (count >= (top ? MOST : MOST - RESERVED)) revert TreeIsFull(root);
        return (tree + 1, uint8(count + 1));
    }
}
