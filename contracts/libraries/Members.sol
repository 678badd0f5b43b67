// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {IPatternRegistry} from "../interfaces/IPatternRegistry.sol";

/// @notice A member of a collection with its page, see `Pages`.
struct Member {
    IPatternRegistry.Asset asset;
    uint256[] page;
}

/// @title All members of a collection at once
/// @notice The registry's own rules for ids, done here to save a call, and the root of a whole tree: who brings leaves
///         that lead to it has brought every member.
/// @dev The tree is the one `ledger/domain/merkle.py` makes: sorted leaves, pairs hashed in order of value, an odd node
///      moves up a layer as it is.
library Members {
    /// @notice Leaf of an asset, as `PatternRegistry.leafOf`.
    /// @dev Over the calldata as it is. Bits in front of the mark id make another leaf, of no asset that can be granted.
    function leafOf(IPatternRegistry.Asset calldata asset) internal pure returns (bytes32 leaf) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, asset, 0x60)
            mstore(0, keccak256(scratch, 0x60))
            leaf := keccak256(0, 0x20)
        }
    }

    /// @notice Id of a collection, as `PatternRegistry.collectionIdOf`.
    function collectionIdOf(bytes32 root, address creator) internal pure returns (uint256) {
        return uint256(Hashes.efficientKeccak256(bytes32(uint256(uint160(creator))), root));
    }

    /// @notice Root that a proof leads to from a leaf; pairs are hashed in order of value.
    function rootFrom(bytes32 leaf, bytes32[] calldata proof) internal pure returns (bytes32 node) {
        node = leaf;
        assembly ("memory-safe") {
            let place := proof.offset
            let end := add(place, shl(5, proof.length))
            if and(proof.length, 1) {
                let sibling := calldataload(place)
                let at := shl(5, gt(node, sibling))
                mstore(at, node)
                mstore(xor(at, 0x20), sibling)
                node := keccak256(0, 0x40)
                place := add(place, 0x20)
            }
            if lt(place, end) {
                for {} 1 {} {
                    let sibling := calldataload(place)
                    let at := shl(5, gt(node, sibling))
                    mstore(at, node)
                    mstore(xor(at, 0x20), sibling)
                    node := keccak256(0, 0x40)
                    sibling := calldataload(add(place, 0x20))
                    at := shl(5, gt(node, sibling))
                    mstore(at, node)
                    mstore(xor(at, 0x20), sibling)
                    node := keccak256(0, 0x40)
                    place := add(place, 0x40)
                    if iszero(lt(place, end)) { break }
                }
            }
        }
    }

    /// @notice Root of the tree of exactly these members; 0 for none.
    function rootOf(Member[] calldata members) internal pure returns (bytes32) {
        uint256 count = members.length;
        if (count == 0) return 0;
        bytes32[] memory layer = new bytes32[](count);
        for (uint256 i; i < count; ++i) layer[i] = leafOf(members[i].asset);
        for (; count > 1; count = (count + 1) / 2) {
            for (uint256 i; i < count / 2; ++i) {
                layer[i] = Hashes.commutativeKeccak256(layer[2 * i], layer[2 * i + 1]);
            }
            if (count % 2 == 1) layer[count / 2] = layer[count - 1];
        }
        return layer[0];
    }
}
