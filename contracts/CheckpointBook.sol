// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Where a book stands, said by whoever keeps it
/// @notice One event names the size and root of the keeper's log and the last page of their journal. Nothing before it can
///         be changed any more without being found. Nobody owns this contract and nothing in it can change.
contract CheckpointBook {
    /// @notice How large the keeper's log was when they last said so.
    mapping(address keeper => uint64 size) public sizes;

    /// @param size Leaves of the log.
    /// @param root Root of the log (RFC 6962).
    /// @param journal Name of the last page of the journal.
    event Anchored(address indexed keeper, uint64 size, bytes32 root, bytes32 journal);

    /// @notice A log only grows.
    error NotLarger(uint64 size);

    /// @notice Says where the sender's book stands.
    function anchor(uint64 size, bytes32 root, bytes32 journal) external {
        if (size <= sizes[msg.sender]) revert NotLarger(sizes[msg.sender]);
        sizes[msg.sender] = size;
        emit Anchored(msg.sender, size, root, journal);
    }
}
