// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What other contracts ask the registry
interface IPatternRegistry {
    /// @notice One member of a collection.
    /// @param assetId The asset's number, unique for its creator.
    /// @param contentHash SHA-256 of the signed file.
    /// @param markId The number its watermark carries.
    struct Asset {
        uint256 assetId;
        bytes32 contentHash;
        uint64 markId;
    }

    /// @return Who registered the collection; the zero address if nobody did.
    function creatorOf(uint256 collectionId) external view returns (address);

    /// @return Whether `asset` is in the Merkle tree that the collection registered.
    function isMember(uint256 collectionId, Asset calldata asset, bytes32[] calldata proof)
        external
        view
        returns (bool);
}
