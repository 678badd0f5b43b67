// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Licensing} from "../../contracts/book/Licensing.sol";
import {Operators} from "../../contracts/book/Operators.sol";
import {ProductNumbers} from "../../contracts/book/ProductNumbers.sol";
import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {LicenceBook} from "../../contracts/LicenceBook.sol";
import {RoyaltyVault} from "../../contracts/RoyaltyVault.sol";
import {LicenceSlot} from "../../contracts/libraries/LicenceSlot.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {Member} from "../../contracts/libraries/Members.sol";
import {Pages} from "../../contracts/libraries/Pages.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {BookBase} from "./BookBase.sol";

contract LicenceBookTest is BookBase {
    bytes32 private constant KEY = bytes32(uint256(0x4e));
    bytes32 private constant OTHER = bytes32(uint256(0x4f));

    function setUp() public {
        vm.warp(1000);
        open(address(this));
    }

    function refuses(bytes memory reason, ILicenceBook.Licence memory made) private {
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
            book.grant(key, made, proofFor(assetId), pages[pageId], pages[collectionId]);
        }
    }

    function conflict(uint256 pageId, uint256 until) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Pages.ExclusivityConflict.selector, pageId, 0, until);
    }

    function test_grantsOnce() public {
        bytes32 id = grant(KEY, plain(1, ANN));
        eq(id, book.licenceIdOf(collectionId, KEY));
        eq(state(id), uint256(ILicenceBook.State.Granted));
        yes(book.isActive(id, plain(1, ANN)));
        yes(book.isStanding(id, plain(1, ANN).standing, keccak256(abi.encode(plain(1, ANN).deal))));
        yes(!book.isActive(id, plain(1, BEN)));
        yes(!book.isActive(id, plain(2, ANN)));
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.AlreadyGranted.selector, id));
        this.grantAgain(KEY, plain(1, ANN));
    }

    function test_keepsTheHashThatAbiEncodeMakes() public {
        ILicenceBook.Licence memory made = plain(1, ANN);
        (made.deal.run, made.deal.depth, made.standing.from) = (7, 3, 900);
        bytes32 id = grant(KEY, made);
        (,,, bytes24 content) = book.recordOf(id);
        yes(content == bytes24(keccak256(abi.encode(made.standing, keccak256(abi.encode(made.deal))))));
    }

    function test_onlyTheCreatorAndTheirOperatorsGrantAndRevoke() public {
        bytes memory refusal = abi.encodeWithSelector(Operators.NotAllowed.selector, address(this));
        uint256[] memory empty;
        bytes32[] memory proof = proofFor(1);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        book.grant(KEY, plain(1, ANN), proof, empty, empty);
        book.setOperator(STRANGER, true);
        vm.prank(STRANGER);
        bytes32 id = book.grant(KEY, plain(1, ANN), proof, empty, empty);
        book.setOperator(STRANGER, false);
        vm.prank(STRANGER);
        vm.expectRevert(refusal);
        book.revoke(id, plain(1, ANN), none);
    }

    function test_needsAMemberALicenseeAScopeAndDates() public {
        ILicenceBook.Licence memory wrong = plain(3, ANN);
        refuses(abi.encodeWithSelector(LicenceBook.NotMember.selector, collectionId, 3), wrong);
        refuses(abi.encodeWithSelector(Licences.NoLicensee.selector), plain(1, address(0)));
        wrong = plain(1, ANN);
        wrong.standing.until = 1000;
        refuses(abi.encodeWithSelector(Licences.ExpiresInThePast.selector, 1000), wrong);
        (wrong.standing.from, wrong.standing.until) = (2000, 2000);
        refuses(abi.encodeWithSelector(Licences.DatesReversed.selector, 2000, 2000), wrong);
        wrong = plain(1, ANN);
        wrong.deal.territories = 0;
        refuses(abi.encodeWithSelector(Licences.NoTerritory.selector), wrong);
        wrong = plain(1, ANN);
        wrong.deal.products = 0;
        refuses(abi.encodeWithSelector(Licences.NoProduct.selector), wrong);
        wrong = plain(1, ANN);
        wrong.deal.traits = Licences.OVERAGE;
        refuses(abi.encodeWithSelector(Licences.BadTraits.selector, Licences.OVERAGE), wrong);
        wrong.deal.traits = 16;
        refuses(abi.encodeWithSelector(Licences.BadTraits.selector, 16), wrong);
        wrong = plain(1, ANN);
        wrong.deal.depth = 248;
        refuses(abi.encodeWithSelector(Licences.TooDeep.selector, 248), wrong);
        wrong = plain(1, ANN);
        wrong.standing.branches = 256;
        refuses(abi.encodeWithSelector(LicenceBook.WrongLineage.selector, 0, 0, 0), wrong);
    }

    function test_dirtyCalldataIsRefused() public {
        ILicenceBook.Licence memory made = plain(1, ANN);
        uint256[] memory empty;
        bytes memory call = abi.encodeCall(book.grant, (KEY, made, proofFor(1), empty, empty));
        // Words: key, then root, branches, licensee, from, until, collection, asset (3), terms, territories, products,
        // run, depth, traits. The first byte of each short one is made 1.
        uint8[7] memory short = [3, 4, 5, 9, 13, 14, 15];
        for (uint256 i; i < short.length; ++i) {
            call[4 + 32 * uint256(short[i])] = 0x01;
            (bool done,) = address(book).call(call);
            yes(!done);
            call[4 + 32 * uint256(short[i])] = 0;
        }
        (bool clean,) = address(book).call(call);
        yes(clean);
    }

    function test_expires() public {
        ILicenceBook.Licence memory made = plain(1, ANN);
        (made.standing.from, made.standing.until) = (1010, 1020);
        bytes32 id = grant(KEY, made);
        yes(!book.isActive(id, made));
        vm.warp(1010);
        yes(book.isActive(id, made));
        vm.warp(1019);
        yes(book.isActive(id, made));
        vm.warp(1020);
        yes(!book.isActive(id, made));
    }

    function test_revokesOnceAndForGood() public {
        bytes32 id = book.licenceIdOf(collectionId, KEY);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotGranted.selector, id));
        book.revoke(id, plain(1, ANN), none);
        grant(KEY, plain(1, ANN));
        vm.expectRevert(abi.encodeWithSelector(Licensing.LicenceMismatch.selector, id));
        book.revoke(id, plain(1, BEN), none);
        book.revoke(id, plain(1, ANN), none);
        yes(!book.isActive(id, plain(1, ANN)));
        eq(state(id), uint256(ILicenceBook.State.Revoked));
        vm.expectRevert(abi.encodeWithSelector(Licensing.AlreadyRevoked.selector, id));
        book.resume(id, plain(1, ANN), none);
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.AlreadyGranted.selector, id));
        this.grantAgain(KEY, plain(1, ANN));
    }

    function test_suspendsAndResumes() public {
        bytes32 id = grant(KEY, plain(1, ANN));
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotSuspended.selector, id));
        book.resume(id, plain(1, ANN), none);
        book.suspend(id, plain(1, ANN), none);
        yes(!book.isActive(id, plain(1, ANN)));
        eq(state(id), uint256(ILicenceBook.State.Suspended));
        vm.expectRevert(abi.encodeWithSelector(Licensing.AlreadySuspended.selector, id));
        book.suspend(id, plain(1, ANN), none);
        book.resume(id, plain(1, ANN), none);
        yes(book.isActive(id, plain(1, ANN)));
    }

    function test_anInvoiceMustBeSettledFirst() public {
        Split.Shares memory split = threeWays(address(1), address(2), address(3));
        bytes32 invoiceId = vault.issue(KEY, address(this), 10, address(0), 0, hashOf(split));
        ILicenceBook.Licence memory made = plain(1, ANN);
        made.deal.invoiceId = invoiceId;
        refuses(abi.encodeWithSelector(LicenceBook.InvoiceNotSettled.selector, invoiceId), made);
        vm.deal(address(this), 10);
        RoyaltyVault.Invoice memory invoice =
            RoyaltyVault.Invoice(address(this), address(this), 10, address(0), 0, hashOf(split));
        vault.settle{value: 10}(invoiceId, invoice, split);
        yes(book.isActive(grant(KEY, made), made));
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
        book.grant(KEY, whole(ANN, 0), proof, empty, empty);
    }

    function test_aStalePageIsRefused() public {
        grant(KEY, plain(1, ANN));
        uint256 pageId = pageOf(plain(1, ANN));
        uint256[] memory empty;
        bytes memory refusal = abi.encodeWithSelector(Pages.StalePage.selector, book.pages(pageId));
        bytes32[] memory proof = proofFor(1);
        vm.expectRevert(refusal);
        book.grant(OTHER, exclusive(1, BEN), proof, empty, empty);
        uint256[] memory forged = new uint256[](3);
        (forged[0], forged[1], forged[2]) = (1, 1, pages[pageId][2]);
        vm.expectRevert(refusal);
        book.grant(OTHER, exclusive(1, BEN), proof, forged, empty);
        vm.expectRevert(abi.encodeWithSelector(Pages.StalePage.selector, 0));
        book.grant(OTHER, plain(1, BEN), proof, pages[pageId], forged);
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

    function test_countsUnitsUpToTheRun() public {
        ILicenceBook.Licence memory made = plain(1, ANN);
        made.deal.run = 10;
        bytes32 id = grant(KEY, made);
        vm.prank(ANN);
        book.report(id, made, 4, 10);
        book.report(id, made, 5, 6);
        yes(left(id) == 1);
        vm.expectRevert(abi.encodeWithSelector(LicenceSlot.RunExceeded.selector, id, 1));
        book.report(id, made, 2, 1);
        vm.expectRevert(abi.encodeWithSelector(Licensing.StaleReport.selector, id, 1));
        book.report(id, made, 1, 6);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NothingToReport.selector, id));
        book.report(id, made, 0, 1);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(Operators.NotAllowed.selector, address(this)));
        book.report(id, made, 1, 1);
        vm.prank(ANN);
        book.setOperator(STRANGER, true);
        vm.prank(STRANGER);
        book.report(id, made, 1, 1);
        yes(left(id) == 0);
    }

    event UnitsReported(bytes32 indexed licenceId, uint256 units, int256 left, uint256 overage);

    function test_billsOverageWhereTheTermsSaySo() public {
        ILicenceBook.Licence memory made = plain(1, ANN);
        (made.deal.run, made.deal.traits) = (10, Licences.OVERAGE);
        bytes32 id = grant(KEY, made);
        vm.expectEmit(address(book));
        emit UnitsReported(id, 12, -2, 2);
        book.report(id, made, 12, 10);
        vm.expectEmit(address(book));
        emit UnitsReported(id, 3, -5, 3);
        book.report(id, made, 3, -2);
        ILicenceBook.Licence memory free = plain(2, ANN);
        bytes32 other = grant(OTHER, free);
        vm.expectEmit(address(book));
        emit UnitsReported(other, 3, -3, 0);
        book.report(other, free, 3, 0);
    }

    function test_aBatchIsCountedAsAWholeOrNotAtAll() public {
        ILicenceBook.Licence memory made = plain(1, ANN);
        made.deal.run = 10;
        (bytes32 first, bytes32 second) = (grant(KEY, made), grant(OTHER, made));
        Licensing.Report[] memory batch = new Licensing.Report[](3);
        batch[0] = Licensing.Report(KEY, 4, 10);
        batch[1] = Licensing.Report(OTHER, 5, 10);
        batch[2] = Licensing.Report(KEY, 7, 6);
        vm.expectRevert(abi.encodeWithSelector(LicenceSlot.RunExceeded.selector, first, 6));
        book.reportBatch(collectionId, batch);
        yes(left(first) == 10);
        batch[2].units = 6;
        book.reportBatch(collectionId, batch);
        yes(left(first) == 0 && left(second) == 5);
        batch[0].key = bytes32("nobody");
        vm.expectRevert(
            abi.encodeWithSelector(Licensing.NotGranted.selector, book.licenceIdOf(collectionId, batch[0].key))
        );
        book.reportBatch(collectionId, batch);
        vm.prank(ANN);
        vm.expectRevert(abi.encodeWithSelector(Operators.NotAllowed.selector, address(this)));
        book.reportBatch(collectionId, batch);
    }

    function test_isHandedOnWhereItsTermsAllow() public {
        ILicenceBook.Licence memory made = plain(1, ANN);
        bytes32 fixed_ = grant(KEY, made);
        vm.prank(ANN);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotTransferable.selector, fixed_));
        book.transfer(fixed_, made, BEN);
        made.deal.traits = Licences.TRANSFERABLE;
        bytes32 id = grant(OTHER, made);
        vm.expectRevert(abi.encodeWithSelector(Operators.NotAllowed.selector, ANN));
        book.transfer(id, made, BEN);
        vm.prank(ANN);
        vm.expectRevert(abi.encodeWithSelector(Licences.NoLicensee.selector));
        book.transfer(id, made, address(0));
        vm.prank(ANN);
        book.transfer(id, made, BEN);
        yes(!book.isActive(id, made));
        ILicenceBook.Licence memory after_ = plain(1, BEN);
        after_.deal.traits = Licences.TRANSFERABLE;
        yes(book.isActive(id, after_));
        book.suspend(id, after_, none);
        vm.prank(BEN);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotActive.selector, id));
        book.transfer(id, after_, ANN);
    }

    function test_numbersProducts() public {
        bytes32[] memory words = new bytes32[](2);
        (words[0], words[1]) = (keccak256("wallpaper"), keccak256("fabric"));
        eq(book.productBit(address(this), words[1]), 0);
        ILicenceBook.Licence memory made = plain(1, ANN);
        made.deal.products = 2;
        refuses(abi.encodeWithSelector(ProductNumbers.UnknownProducts.selector, 2), made);
        book.numberProducts(words);
        eq(book.productBit(address(this), words[0]), 1);
        eq(book.productBit(address(this), words[1]), 2);
        eq(book.productBit(STRANGER, words[1]), 0);
        vm.expectRevert(abi.encodeWithSelector(ProductNumbers.AlreadyNumbered.selector, words[0]));
        book.numberProducts(words);
        grant(KEY, made);
        words = new bytes32[](253);
        for (uint256 i; i < 253; ++i) words[i] = bytes32(i + 1);
        book.numberProducts(words);
        eq(book.productBit(address(this), keccak256("one too many")), 1 << 255);
        words = new bytes32[](1);
        vm.expectRevert(abi.encodeWithSelector(ProductNumbers.NoNumbersLeft.selector, 0));
        book.numberProducts(words);
        made.deal.products = 1 << 255;
        grant(OTHER, made);
    }
}
