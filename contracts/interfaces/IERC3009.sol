// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The part of ERC-3009 that a payee needs
/// @notice Only the payee itself may call it, so nobody can take an authorization out of the pool and spend it
///         outside the payee's own bookkeeping.
interface IERC3009 {
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external;
}
