// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Everything the book keeps of one licence, in one slot
/// @notice From the top: 192 bits of the content hash, 8 bits branch, 48 bits units left, 8 bits flags. Finding two
///         contents with the same 192 bits takes about 2^96 hashes.
/// @dev Units left begin at the run (0 without a run) and are kept with 2^47 added: below zero they count what was made
///      past the run, or everything that was made where there is no run.
library LicenceSlot {
    uint256 internal constant GRANTED = 1;
    uint256 internal constant REVOKED = 2;
    /// @notice By the collection's creator.
    uint256 internal constant SUSPENDED = 4;
    /// @notice There is a run.
    uint256 internal constant LIMITED = 8;
    /// @notice There is a run, and nothing may go past it.
    uint256 internal constant BOUNDED = 16;
    /// @notice Its exclusive right was taken out of the book after it was revoked.
    uint256 internal constant RELEASED = 32;
    /// @notice By the licensee of its parent. Each of the two lifts only their own.
    uint256 internal constant WITHHELD = 64;
    /// @notice Out of force for now, whoever asked for it.
    uint256 internal constant ANY_SUSPENSION = SUSPENDED | WITHHELD;

    int256 private constant BIAS = 1 << 47;
    uint256 private constant LEFT_AT = 8;
    uint256 private constant LEFT_MASK = (1 << 48) - 1;
    uint256 private constant BRANCH_AT = 56;
    uint256 private constant BRANCH_MASK = 0xff;
    uint256 private constant CONTENT_AT = 64;
    uint256 private constant REST_MASK = (1 << CONTENT_AT) - 1;

    /// @notice Only `left` of the run are left.
    error RunExceeded(bytes32 licenceId, int256 left);
    error TooManyUnits(uint256 units);

    /// @notice The slot of a licence just granted.
    function make(bytes32 content, uint40 run, bool overage) internal pure returns (uint256) {
        uint256 flags = run == 0 ? GRANTED : overage ? GRANTED | LIMITED : GRANTED | LIMITED | BOUNDED;
        return uint256(content) >> CONTENT_AT << CONTENT_AT | ((1 << 47) | uint256(run)) << LEFT_AT | flags;
    }

    function matches(uint256 slot, bytes32 content) internal pure returns (bool) {
        return slot >> CONTENT_AT == uint256(content) >> CONTENT_AT;
    }

    function has(uint256 slot, uint256 flag) internal pure returns (bool) {
        return slot & flag != 0;
    }

    function leftOf(uint256 slot) internal pure returns (int256) {
        return int256(slot >> LEFT_AT & LEFT_MASK) - BIAS;
    }

    function branchOf(uint256 slot) internal pure returns (uint8) {
        return uint8(slot >> BRANCH_AT & BRANCH_MASK);
    }

    function contentOf(uint256 slot) internal pure returns (bytes24) {
        return bytes24(bytes32(slot));
    }

    function withContent(uint256 slot, bytes32 content) internal pure returns (uint256) {
        return slot & REST_MASK | uint256(content) >> CONTENT_AT << CONTENT_AT;
    }

    function withBranch(uint256 slot, uint8 branch) internal pure returns (uint256) {
        return slot & ~(BRANCH_MASK << BRANCH_AT) | uint256(branch) << BRANCH_AT;
    }

    /// @notice The slot after `units` were made, and how many of them lie past the run.
    function draw(uint256 slot, bytes32 licenceId, uint40 units) internal pure returns (uint256 next, uint256 over) {
        int256 before = leftOf(slot);
        int256 now_ = before - int256(uint256(units));
        if (now_ < 0 && has(slot, BOUNDED)) revert RunExceeded(licenceId, before);
        if (now_ < -BIAS) revert TooManyUnits(units);
        if (now_ < 0 && has(slot, LIMITED)) over = uint256(before > 0 ? -now_ : before - now_);
        next = slot & ~(LEFT_MASK << LEFT_AT) | uint256(now_ + BIAS) << LEFT_AT;
    }
}
