// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILicenceBook} from "../interfaces/ILicenceBook.sol";
import {Lineage} from "./Lineage.sol";
import {Numbers} from "./Numbers.sol";

/// @title Licences as values: their hash, what makes one sound, when one lies within another
library Licences {
    /// @notice Shuts out every licence of somebody else where territory, product and dates overlap.
    uint8 internal constant EXCLUSIVE = 1;
    /// @notice For every member of the collection instead of one asset.
    uint8 internal constant WHOLE = 2;
    /// @notice May be handed on by its licensee.
    uint8 internal constant TRANSFERABLE = 4;
    /// @notice Units past the run are counted and billed instead of refused.
    uint8 internal constant OVERAGE = 8;
    uint8 private constant KNOWN = 15;

    uint256 internal constant STANDING_BYTES = 0xa0;
    uint256 internal constant DEAL_BYTES = 0x180;

    error NoLicensee();
    error ExpiresInThePast(uint40 until);
    error DatesReversed(uint40 from, uint40 until);
    error NoTerritory();
    error NoProduct();
    error BadTraits(uint8 traits);
    /// @notice No tree of sublicences can be that deep.
    error TooDeep(uint8 depth);
    /// @notice `what` of the sublicence goes beyond its parent: "asset", "dates", "territory", "product", "traits",
    ///         "depth", "run" or "collection".
    error BeyondParent(bytes32 what);

    /// @notice Content hash: keccak256(abi.encode(standing, keccak256(abi.encode(deal)))). The deal enters by its own
    ///         hash, so that a check can do without the deal.
    /// @dev Over the calldata as it is. `NumbersOf.numbers` and `requireSound` read every field shorter than a word,
    ///      and reading one with anything in front of it reverts: so what was granted is what abi.encode makes of it.
    function hash(ILicenceBook.Licence calldata licence) internal pure returns (bytes32 content) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, add(licence, STANDING_BYTES), DEAL_BYTES)
            let dealHash := keccak256(scratch, DEAL_BYTES)
            calldatacopy(scratch, licence, STANDING_BYTES)
            mstore(add(scratch, STANDING_BYTES), dealHash)
            content := keccak256(scratch, add(STANDING_BYTES, 0x20))
        }
    }

    /// @notice The same with the deal's hash in place of the deal.
    function hash(ILicenceBook.Standing calldata standing, bytes32 dealHash) internal pure returns (bytes32 content) {
        assembly ("memory-safe") {
            let scratch := mload(0x40)
            calldatacopy(scratch, standing, STANDING_BYTES)
            mstore(add(scratch, STANDING_BYTES), dealHash)
            content := keccak256(scratch, add(STANDING_BYTES, 0x20))
        }
    }

    function has(ILicenceBook.Deal calldata deal, uint8 trait) internal pure returns (bool) {
        return deal.traits & trait != 0;
    }

    /// @notice Reverts unless the licence, whose short fields are `numbers`, says something that can hold at or after
    ///         `time`.
    function requireSound(ILicenceBook.Licence calldata licence, Numbers numbers, uint256 time) internal pure {
        (uint40 from, uint40 until) = (numbers.from(), numbers.until());
        if (licence.standing.licensee == address(0)) revert NoLicensee();
        if (until <= time) revert ExpiresInThePast(until);
        if (from >= until) revert DatesReversed(from, until);
        ILicenceBook.Deal calldata deal = licence.deal;
        if (deal.territories == 0) revert NoTerritory();
        if (deal.products == 0) revert NoProduct();
        if (numbers.depth() > Lineage.MOST) revert TooDeep(numbers.depth());
        uint8 traits = numbers.traits();
        if (traits > KNOWN) revert BadTraits(traits);
        if (traits & OVERAGE != 0 && numbers.run() == 0) revert BadTraits(traits);
        if (traits & WHOLE != 0 && namesAsset(deal)) revert BadTraits(traits);
    }

    /// @notice Reverts unless everything `child` gives, `parent` gave. Runs are drawn from the parent's count elsewhere.
    function requireWithin(ILicenceBook.Licence calldata child, ILicenceBook.Licence calldata parent) internal pure {
        (ILicenceBook.Deal calldata gives, ILicenceBook.Deal calldata has_) = (child.deal, parent.deal);
        if (gives.collectionId != has_.collectionId) revert BeyondParent("collection");
        if (child.standing.from < parent.standing.from || child.standing.until > parent.standing.until) {
            revert BeyondParent("dates");
        }
        if (gives.territories & ~has_.territories != 0) revert BeyondParent("territory");
        if (gives.products & ~has_.products != 0) revert BeyondParent("product");
        // An exclusive sublicence would need a book of its own among its siblings.
        if (gives.traits & ~has_.traits & ~OVERAGE != 0 || has(gives, EXCLUSIVE)) revert BeyondParent("traits");
        if (has(gives, OVERAGE) && has_.run != 0 && !has(has_, OVERAGE)) revert BeyondParent("traits");
        if (gives.depth >= has_.depth) revert BeyondParent("depth");
        if (gives.run == 0 && has_.run != 0) revert BeyondParent("run");
        if (!has(has_, WHOLE) && !sameAsset(gives, has_)) revert BeyondParent("asset");
    }

    function namesAsset(ILicenceBook.Deal calldata deal) internal pure returns (bool) {
        return deal.asset.assetId | deal.asset.markId != 0 || deal.asset.contentHash != 0;
    }

    function sameAsset(ILicenceBook.Deal calldata a, ILicenceBook.Deal calldata b) internal pure returns (bool) {
        return a.asset.assetId == b.asset.assetId && a.asset.contentHash == b.asset.contentHash
            && a.asset.markId == b.asset.markId;
    }
}
