// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {BookBase} from "./BookBase.sol";

/// @dev A book whose creator is the test, and licences that it is expected to refuse.
abstract contract GrantBase is BookBase {
    bytes32 internal constant KEY = bytes32(uint256(0x4e));
    bytes32 internal constant OTHER = bytes32(uint256(0x4f));

    function setUp() public {
        vm.warp(1000);
        open(address(this));
    }

    function refuses(bytes memory reason, ILicenceBook.Licence memory made) internal {
        vm.expectRevert(reason);
        this.grantAgain(OTHER, made);
    }

    /// @dev A call of its own, so that what is expected to revert is all of it.
    function grantAgain(bytes32 key, ILicenceBook.Licence memory made) external {
        uint256 pageId = pageOf(made);
        if (made.deal.traits & Licences.WHOLE != 0) {
            book.grantWhole(key, made, members(), pages[collectionId]);
        } else {
            uint256 assetId = made.deal.asset.assetId;
            book.grantForAsset(key, made, proofFor(assetId), pages[pageId], pages[collectionId]);
        }
    }
}
