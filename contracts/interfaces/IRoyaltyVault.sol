// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What other contracts ask the vault
interface IRoyaltyVault {
    /// @return Whether the invoice has been paid in full.
    function isSettled(bytes32 id) external view returns (bool);
}
