// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {LicenceBook} from "../../contracts/LicenceBook.sol";
import {PatternRegistry} from "../../contracts/PatternRegistry.sol";
import {RoyaltyVault} from "../../contracts/RoyaltyVault.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {Base} from "./Base.sol";

contract LicenceBookTest is Base {
    PatternRegistry private registry;
    RoyaltyVault private vault;
    LicenceBook private book;
    uint256 private collectionId;
    bytes32[] private proof;

    address private constant LICENSEE = address(0x11);
    address private constant STRANGER = address(0x57);
    bytes32 private constant KEY = bytes32(uint256(0x4e));

    function setUp() public {
        registry = new PatternRegistry();
        vault = new RoyaltyVault();
        book = new LicenceBook(registry, vault);
        bytes32 sibling = registry.leafOf(asset(2));
        bytes32 root = pairRoot(registry.leafOf(asset(1)), sibling);
        collectionId = registry.registerCollection(root, 2, 0, address(0), 0, "");
        proof = proofOf(sibling);
    }

    function licence(uint40 expires, bytes32 invoiceId) private view returns (LicenceBook.Licence memory) {
        return LicenceBook.Licence(collectionId, asset(1), LICENSEE, bytes32(uint256(5)), expires, invoiceId);
    }

    function state(bytes32 id) private view returns (uint256) {
        (LicenceBook.State now_,) = book.licence(id);
        return uint256(now_);
    }

    function test_grantsOnce() public {
        bytes32 id = book.grant(KEY, licence(0, 0), proof);
        eq(id, book.licenceIdOf(collectionId, KEY));
        eq(state(id), uint256(LicenceBook.State.Granted));
        yes(book.isValid(id, licence(0, 0)));
        yes(!book.isValid(id, licence(1, 0)));
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.AlreadyGranted.selector, id));
        book.grant(KEY, licence(0, 0), proof);
    }

    function test_onlyTheCreatorGrantsAndRevokes() public {
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.NotCreator.selector, address(this)));
        book.grant(KEY, licence(0, 0), proof);
        book.grant(KEY, licence(0, 0), proof);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.NotCreator.selector, address(this)));
        book.revoke(KEY, licence(0, 0));
    }

    function test_needsAMemberALicenseeAndAFutureEnd() public {
        LicenceBook.Licence memory wrong = licence(0, 0);
        wrong.asset = asset(3);
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.NotMember.selector, collectionId, 3));
        book.grant(KEY, wrong, proof);
        wrong = licence(0, 0);
        wrong.licensee = address(0);
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.NoLicensee.selector));
        book.grant(KEY, wrong, proof);
        vm.warp(1000);
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.ExpiresInThePast.selector, 1000));
        book.grant(KEY, licence(1000, 0), proof);
    }

    function test_expires() public {
        vm.warp(1000);
        bytes32 id = book.grant(KEY, licence(1001, 0), proof);
        yes(book.isValid(id, licence(1001, 0)));
        vm.warp(1001);
        yes(!book.isValid(id, licence(1001, 0)));
    }

    function test_revokesOnceAndForGood() public {
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.NotGranted.selector, book.licenceIdOf(collectionId, KEY)));
        book.revoke(KEY, licence(0, 0));
        bytes32 id = book.grant(KEY, licence(0, 0), proof);
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.LicenceMismatch.selector, id));
        book.revoke(KEY, licence(7, 0));
        book.revoke(KEY, licence(0, 0));
        yes(!book.isValid(id, licence(0, 0)));
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.AlreadyRevoked.selector, id));
        book.revoke(KEY, licence(0, 0));
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.AlreadyGranted.selector, id));
        book.grant(KEY, licence(0, 0), proof);
    }

    function test_anInvoiceMustBeSettledFirst() public {
        Split.Shares memory split = threeWays(address(1), address(2), address(3));
        bytes32 invoiceId = vault.issue(KEY, address(this), 10, address(0), 0, hashOf(split));
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.InvoiceNotSettled.selector, invoiceId));
        book.grant(KEY, licence(0, invoiceId), proof);
        vm.deal(address(this), 10);
        RoyaltyVault.Invoice memory invoice =
            RoyaltyVault.Invoice(address(this), address(this), 10, address(0), 0, hashOf(split));
        vault.settle{value: 10}(invoiceId, invoice, split);
        yes(book.isValid(book.grant(KEY, licence(0, invoiceId), proof), licence(0, invoiceId)));
    }
}
