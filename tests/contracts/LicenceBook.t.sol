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
import {Split} from "../../contracts/libraries/Split.sol";
import {GrantBase} from "./GrantBase.sol";

contract LicenceBookTest is GrantBase {
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
        book.grantForAsset(KEY, plain(1, ANN), proof, empty, empty);
        book.setOperator(STRANGER, true);
        vm.prank(STRANGER);
        bytes32 id = book.grantForAsset(KEY, plain(1, ANN), proof, empty, empty);
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
        bytes memory call = abi.encodeCall(book.grantForAsset, (KEY, made, proofFor(1), empty, empty));
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
