// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LicenceBook} from "../../contracts/LicenceBook.sol";
import {PatternRegistry} from "../../contracts/PatternRegistry.sol";
import {RoyaltyVault} from "../../contracts/RoyaltyVault.sol";
import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {Member} from "../../contracts/libraries/Members.sol";
import {Claim, Pages} from "../../contracts/libraries/Pages.sol";
import {Base} from "./Base.sol";

/// @dev The page rule, callable.
contract PageRule {
    using Pages for uint256[];

    function requireFree(uint256[] calldata page, Claim calldata claim, uint256 time) external pure {
        page.requireFree(0, claim, time);
    }

    function enter(uint256[] calldata page, Claim calldata claim, uint256 time) external pure returns (uint256[] memory) {
        return page.says(claim, time) ? page : page.enter(claim, time);
    }

    function remove(uint256[] calldata page, Claim calldata claim) external pure returns (uint256[] memory) {
        return page.remove(claim);
    }
}

/// @dev A book over a collection of two assets, and the pages as whoever reads the events would know them.
abstract contract BookBase is Base {
    PatternRegistry internal registry;
    RoyaltyVault internal vault;
    LicenceBook internal book;
    PageRule internal rule;
    uint256 internal collectionId;
    mapping(uint256 pageId => uint256[]) internal pages;

    address internal constant ANN = address(0xa1);
    address internal constant BEN = address(0xb1);
    address internal constant STRANGER = address(0x57);
    uint40 internal constant NO_END = type(uint40).max;
    uint256 internal constant ALL = type(uint256).max;
    ILicenceBook.Licence[] internal none;

    function open(address creator) internal {
        (registry, vault, rule) = (new PatternRegistry(), new RoyaltyVault(), new PageRule());
        book = new LicenceBook(registry, vault);
        bytes32 root = pairRoot(registry.leafOf(asset(1)), registry.leafOf(asset(2)));
        if (creator != address(this)) vm.prank(creator);
        collectionId = registry.registerCollection(root, 2, 0, address(0), 0, "");
    }

    /// @dev Worldwide, any product, from now on and without end.
    function plain(uint256 assetId, address licensee) internal view returns (ILicenceBook.Licence memory made) {
        made.standing = ILicenceBook.Standing(0, 0, licensee, 0, NO_END);
        made.deal.collectionId = collectionId;
        made.deal.asset = asset(assetId);
        (made.deal.termsHash, made.deal.territories, made.deal.products) = (bytes32(uint256(5)), ALL, ALL);
    }

    function exclusive(uint256 assetId, address licensee) internal view returns (ILicenceBook.Licence memory made) {
        made = plain(assetId, licensee);
        made.deal.traits = Licences.EXCLUSIVE;
    }

    function whole(address licensee, uint8 traits) internal view returns (ILicenceBook.Licence memory made) {
        made = plain(0, licensee);
        made.deal.asset = asset(0);
        made.deal.asset.contentHash = 0;
        (made.deal.asset.markId, made.deal.traits) = (0, Licences.WHOLE | traits);
    }

    function proofFor(uint256 assetId) internal view returns (bytes32[] memory) {
        return proofOf(registry.leafOf(asset(assetId == 1 ? 2 : 1)));
    }

    function grant(bytes32 key, ILicenceBook.Licence memory made) internal returns (bytes32 id) {
        uint256 pageId = pageOf(made);
        if (made.deal.traits & Licences.WHOLE == 0) {
            id = book.grantForAsset(key, made, proofFor(made.deal.asset.assetId), pages[pageId], pages[collectionId]);
        } else {
            id = book.grantWhole(key, made, members(), pages[collectionId]);
        }
        pages[pageId] = rule.enter(pages[pageId], claimOf(made), block.timestamp);
    }

    function members() internal view returns (Member[] memory all) {
        all = new Member[](2);
        for (uint256 i; i < 2; ++i) all[i] = Member(asset(i + 1), pages[book.assetPageOf(collectionId, i + 1)]);
    }

    function pageOf(ILicenceBook.Licence memory made) internal view returns (uint256) {
        if (made.deal.traits & Licences.WHOLE != 0) return collectionId;
        return book.assetPageOf(collectionId, made.deal.asset.assetId);
    }

    function claimOf(ILicenceBook.Licence memory made) internal pure returns (Claim memory) {
        uint128 holder = uint128(uint160(made.standing.licensee));
        if (made.deal.traits & Licences.TRANSFERABLE != 0) holder = 0;
        return Claim(
            made.deal.territories,
            made.deal.products,
            made.standing.from,
            made.standing.until,
            holder,
            made.deal.traits & Licences.EXCLUSIVE != 0
        );
    }

    function only(ILicenceBook.Licence memory parent) internal pure returns (ILicenceBook.Licence[] memory list) {
        list = new ILicenceBook.Licence[](1);
        list[0] = parent;
    }

    function state(bytes32 id) internal view returns (uint256) {
        (ILicenceBook.State now_,,,) = book.recordOf(id);
        return uint256(now_);
    }

    function left(bytes32 id) internal view returns (int256 left_) {
        (, left_,,) = book.recordOf(id);
    }
}
