// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {LicenceBook} from "../../contracts/LicenceBook.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {Member} from "../../contracts/libraries/Members.sol";
import {Pages} from "../../contracts/libraries/Pages.sol";
import {GrantBase} from "./GrantBase.sol";

/// @dev Who shuts out whom, on the pages of assets and of whole collections.
contract LicenceExclusivityTest is GrantBase {
    function conflict(uint256 pageId, uint256 until) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Pages.ExclusivityConflict.selector, pageId, 0, until);
    }

    function test_anExclusiveLicenceShutsOthersOut() public {
        ILicenceBook.Licence memory first = exclusive(1, ANN);
        (first.deal.territories, first.standing.until) = (6, 5000);
        grant(KEY, first);
        uint256 page = pageOf(first);
        refuses(conflict(page, 5000), plain(1, BEN));
        refuses(conflict(page, 5000), exclusive(1, BEN));
        ILicenceBook.Licence memory elsewhere = exclusive(1, BEN);
        elsewhere.deal.territories = 1;
        grant(bytes32("elsewhere"), elsewhere);
        ILicenceBook.Licence memory later = plain(1, BEN);
        later.standing.from = 5000;
        later.deal.territories = 2;
        grant(bytes32("later"), later);
        grant(bytes32("another asset"), exclusive(2, BEN));
        ILicenceBook.Licence memory own = plain(1, ANN);
        own.deal.territories = 4;
        grant(bytes32("own"), own);
    }

    function test_anExclusiveLicenceNeedsAFreeField() public {
        ILicenceBook.Licence memory first = plain(1, ANN);
        first.standing.until = 5000;
        grant(KEY, first);
        refuses(conflict(pageOf(first), 5000), exclusive(1, BEN));
        grant(bytes32("own"), exclusive(1, ANN));
        vm.warp(5000);
        refuses(abi.encodeWithSelector(Pages.ExclusivityConflict.selector, pageOf(first), 1, NO_END), exclusive(1, BEN));
    }

    function test_whatCanBeHandedOnIsSomebodyElsesForEverybody() public {
        ILicenceBook.Licence memory made = plain(1, ANN);
        made.deal.traits = Licences.TRANSFERABLE;
        grant(KEY, made);
        refuses(conflict(pageOf(made), NO_END), exclusive(1, ANN));
    }

    function test_aWholeCollectionMeetsItsMembersAndTheyIt() public {
        grant(KEY, plain(2, ANN));
        refuses(conflict(pageOf(plain(2, ANN)), NO_END), whole(BEN, Licences.EXCLUSIVE));
        grant(bytes32("open"), whole(BEN, 0));
        refuses(conflict(collectionId, NO_END), exclusive(1, ANN));
        grant(bytes32("ann"), plain(1, ANN));
    }

    function test_anExclusiveWholeCollectionShutsMembersOut() public {
        grant(KEY, whole(ANN, Licences.EXCLUSIVE));
        refuses(conflict(collectionId, NO_END), plain(1, BEN));
        grant(bytes32("ann"), plain(1, ANN));
    }

    function test_aWholeCollectionTakesEveryMember() public {
        Member[] memory one = new Member[](1);
        one[0] = members()[0];
        uint256[] memory empty;
        bytes memory refusal = abi.encodeWithSelector(LicenceBook.NotAllMembers.selector, collectionId);
        vm.expectRevert(refusal);
        book.grantWhole(KEY, whole(ANN, 0), one, empty);
        vm.expectRevert(refusal);
        book.grantWhole(KEY, whole(ANN, 0), new Member[](0), empty);
        ILicenceBook.Licence memory wrong = whole(ANN, 0);
        wrong.deal.asset = asset(1);
        refuses(abi.encodeWithSelector(Licences.BadTraits.selector, Licences.WHOLE), wrong);
        Member[] memory both = members();
        bytes32[] memory proof = proofFor(1);
        vm.expectRevert(abi.encodeWithSelector(Licences.BadTraits.selector, 0));
        book.grantWhole(KEY, plain(1, ANN), both, empty);
        vm.expectRevert(abi.encodeWithSelector(Licences.BadTraits.selector, Licences.WHOLE));
        book.grantForAsset(KEY, whole(ANN, 0), proof, empty, empty);
    }

    function test_aStalePageIsRefused() public {
        grant(KEY, plain(1, ANN));
        uint256 pageId = pageOf(plain(1, ANN));
        uint256[] memory empty;
        bytes memory refusal = abi.encodeWithSelector(Pages.StalePage.selector, book.pages(pageId));
        bytes32[] memory proof = proofFor(1);
        vm.expectRevert(refusal);
        book.grantForAsset(OTHER, exclusive(1, BEN), proof, empty, empty);
        uint256[] memory forged = new uint256[](3);
        (forged[0], forged[1], forged[2]) = (1, 1, pages[pageId][2]);
        vm.expectRevert(refusal);
        book.grantForAsset(OTHER, exclusive(1, BEN), proof, forged, empty);
        vm.expectRevert(abi.encodeWithSelector(Pages.StalePage.selector, 0));
        book.grantForAsset(OTHER, plain(1, BEN), proof, pages[pageId], forged);
    }

    function test_nothingIsBegunBesideACollectionThatIsLicensed() public {
        grant(KEY, whole(ANN, 0));
        bytes memory refusal = abi.encodeWithSelector(Pages.StalePage.selector, book.pages(collectionId));
        bytes32[] memory proof = proofFor(1);
        uint256[] memory empty;
        vm.expectRevert(refusal);
        book.grantForAsset(OTHER, plain(1, BEN), proof, empty, empty);
        book.grantForAsset(OTHER, plain(1, BEN), proof, empty, pages[collectionId]);
    }

    function test_aRevokedExclusiveLicenceIsReleased() public {
        bytes32 id = grant(KEY, exclusive(1, ANN));
        uint256 pageId = pageOf(exclusive(1, ANN));
        bytes memory notYet = abi.encodeWithSelector(LicenceBook.NotToBeReleased.selector, id);
        vm.expectRevert(notYet);
        book.release(id, exclusive(1, ANN), pages[pageId]);
        book.revoke(id, exclusive(1, ANN), none);
        refuses(conflict(pageId, NO_END), plain(1, BEN));
        vm.prank(STRANGER);
        book.release(id, exclusive(1, ANN), pages[pageId]);
        pages[pageId] = rule.remove(pages[pageId], claimOf(exclusive(1, ANN)));
        grant(OTHER, exclusive(1, BEN));
        vm.expectRevert(notYet);
        book.release(id, exclusive(1, ANN), pages[pageId]);
    }
}
