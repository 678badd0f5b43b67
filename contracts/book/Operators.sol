// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Acting for somebody else, as ERC-721 has it for owners
/// @notice Creators let a desk grant for them, licensees let a token contract hand their licences on.
abstract contract Operators {
    mapping(address principal => mapping(address operator => bool)) public isOperator;

    event OperatorSet(address indexed principal, address indexed operator, bool allowed);

    /// @notice Only `principal`, or an operator of theirs, may do this.
    error NotAllowed(address principal);

    /// @notice Lets `operator` act for the sender, or no longer.
    function setOperator(address operator, bool allowed) external {
        isOperator[msg.sender][operator] = allowed;
        emit OperatorSet(msg.sender, operator, allowed);
    }

    function _actsFor(address principal) internal view returns (bool) {
        return msg.sender == principal || isOperator[principal][msg.sender];
    }

    function _onlyFor(address principal) internal view {
        if (!_actsFor(principal)) revert NotAllowed(principal);
    }
}
