// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Dealing an amount in proportion to basis points, without losing a unit
/// @notice Hamilton's method: everyone gets the floor of their exact share, then the units left over go one each to
///         the largest remainders, ties to the lower index. The ledger's `Money.allocate` is the same rule;
///         tests/vectors/split.json holds both to it.
library Split {
    uint256 internal constant WHOLE = 10_000;
    uint256 internal constant MAX_PAYEES = 50;

    /// @notice `payees` of them for `shares` shares.
    error SplitLengths(uint256 payees, uint256 shares);
    /// @notice The shares add up to `total` instead of 10,000 basis points.
    error SplitTotal(uint256 total);
    /// @notice The payee at `index` is the zero address.
    error SplitPayee(uint256 index);

    /// @param payees Who shares.
    /// @param bps Their basis points, in the same order; the order decides ties.
    struct Shares {
        address[] payees;
        uint16[] bps;
    }

    /// @notice What an invoice commits to.
    function hash(Shares calldata split) internal pure returns (bytes32) {
        return keccak256(abi.encode(split.payees, split.bps));
    }

    /// @notice Reverts unless the split can be paid.
    function check(Shares calldata split) internal pure {
        uint256 count = split.payees.length;
        if (count != split.bps.length || count == 0 || count > MAX_PAYEES) {
            revert SplitLengths(count, split.bps.length);
        }
        uint256 total;
        for (uint256 i; i < count; ++i) {
            if (split.payees[i] == address(0)) revert SplitPayee(i);
            total += split.bps[i];
        }
        if (total != WHOLE) revert SplitTotal(total);
    }

    /// @notice Shares of `amount`, which add up to exactly `amount`.
    /// @param amount At most 2^128 - 1, so that no product overflows.
    /// @param bps Basis points that add up to 10,000, see `check`.
    function allocate(uint128 amount, uint16[] calldata bps) internal pure returns (uint256[] memory shares) {
        uint256 count = bps.length;
        shares = new uint256[](count);
        uint256[] memory remainders = new uint256[](count);
        uint256 left = amount;
        for (uint256 i; i < count; ++i) {
            uint256 exact = uint256(amount) * bps[i];
            shares[i] = exact / WHOLE;
            remainders[i] = exact % WHOLE;
            left -= shares[i];
        }
        // left * WHOLE is the sum of the remainders and each is below WHOLE: more than `left` of them are not zero,
        // so zeroing one that has been served can never serve it twice.
        for (; left > 0; --left) {
            uint256 next = _largest(remainders);
            remainders[next] = 0;
            ++shares[next];
        }
    }

    function _largest(uint256[] memory values) private pure returns (uint256 index) {
        for (uint256 i = 1; i < values.length; ++i) {
            if (values[i] > values[index]) index = i;
        }
    }
}
