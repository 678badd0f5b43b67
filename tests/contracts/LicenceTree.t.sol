// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Licensing} from "../../contracts/book/Licensing.sol";
import {Operators} from "../../contracts/book/Operators.sol";
import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {LicenceBook} from "../../contracts/LicenceBook.sol";
import {LicenceSlot} from "../../contracts/libraries/LicenceSlot.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {TreeBase} from "./TreeBase.sol";

contract LicenceTreeTest is TreeBase {
    function refuses(bytes memory reason, ILicenceBook.Licence memory made) private {
        vm.prank(ANN);
        vm.expectRevert(reason);
        book.sublicense(top, parent, KEY, made, new bytes32[](0));
    }

    function beyond(bytes32 what) private pure returns (bytes memory) {
        return abi.encodeWithSelector(Licences.BeyondParent.selector, what);
    }

    function test_staysWithinItsParent() public {
        ILicenceBook.Licence memory fits = below(top, parent, BEN);
        ILicenceBook.Licence memory wrong = copy(fits);
        wrong.deal.collectionId = 9;
        refuses(beyond("collection"), wrong);
        wrong = copy(fits);
        wrong.standing.until = 9001;
        refuses(beyond("dates"), wrong);
        wrong = copy(fits);
        wrong.deal.territories = 16;
        refuses(beyond("territory"), wrong);
        wrong = copy(fits);
        wrong.deal.traits = Licences.TRANSFERABLE;
        refuses(beyond("traits"), wrong);
        wrong.deal.traits = Licences.EXCLUSIVE;
        refuses(beyond("traits"), wrong);
        wrong.deal.traits = Licences.OVERAGE;
        refuses(beyond("traits"), wrong);
        wrong = copy(fits);
        wrong.deal.depth = 200;
        refuses(beyond("depth"), wrong);
        wrong = copy(fits);
        wrong.deal.run = 0;
        refuses(beyond("run"), wrong);
        wrong = copy(fits);
        wrong.deal.asset = asset(2);
        refuses(beyond("asset"), wrong);
        wrong = copy(fits);
        wrong.standing.branches = 512;
        refuses(abi.encodeWithSelector(LicenceBook.WrongLineage.selector, top, top, 256), wrong);
        wrong = copy(fits);
        wrong.deal.run = 101;
        refuses(abi.encodeWithSelector(LicenceSlot.RunExceeded.selector, top, 100), wrong);
        vm.prank(BEN);
        vm.expectRevert(abi.encodeWithSelector(Operators.NotAllowed.selector, ANN));
        book.sublicense(top, parent, KEY, fits, new bytes32[](0));
        give(top, parent, fits, 1);
    }

    function test_drawsItsRunFromTheParents() public {
        ILicenceBook.Licence memory made = below(top, parent, BEN);
        made.deal.run = 60;
        bytes32 id = give(top, parent, made, 1);
        yes(left(top) == 40 && left(id) == 60);
        vm.prank(BEN);
        book.report(id, made, 60, 60);
        vm.expectRevert(abi.encodeWithSelector(LicenceSlot.RunExceeded.selector, top, 40));
        book.report(top, parent, 41, 40);
        made = below(top, parent, BEN);
        made.deal.run = 41;
        vm.expectRevert(abi.encodeWithSelector(LicenceSlot.RunExceeded.selector, top, 40));
        this.giveAgain(made);
    }

    function giveAgain(ILicenceBook.Licence memory made) external {
        give(top, parent, made, 9);
    }

    function test_aMemberOfAWholeCollection() public {
        ILicenceBook.Licence memory all = whole(ANN, 0);
        all.deal.depth = 2;
        bytes32 id = grant(bytes32(uint256(2)), all);
        ILicenceBook.Licence memory made = copy(all);
        (made.deal.asset, made.deal.traits) = (asset(2), 0);
        (made.deal.depth, made.deal.parent, made.standing.licensee) = (0, id, BEN);
        (made.standing.root, made.standing.branches) = book.lineageBelow(id, all);
        vm.prank(ANN);
        vm.expectRevert(abi.encodeWithSelector(LicenceBook.NotMember.selector, collectionId, 2));
        book.sublicense(id, all, KEY, made, new bytes32[](0));
        bytes32[] memory proof = proofFor(2);
        vm.prank(ANN);
        yes(book.isActive(book.sublicense(id, all, KEY, made, proof), made));
    }

    function test_endsWithWhateverIsAbove() public {
        bytes32 id = top;
        ILicenceBook.Licence memory made = parent;
        made.deal.run = 0;
        (made, id) = (copy(made), grant(bytes32(uint256(7)), made));
        (bytes32 rootId, ILicenceBook.Licence memory root) = (id, copy(made));
        (bytes32 midId, ILicenceBook.Licence memory mid) = (id, made);
        for (uint256 level = 1; level <= 60; ++level) {
            ILicenceBook.Licence memory next = below(id, made, level % 2 == 0 ? ANN : BEN);
            (id, made) = (give(id, made, next, level), next);
            if (level == 30) (midId, mid) = (id, made);
        }
        yes(book.isActive(id, made));
        book.suspend(rootId, root, none);
        yes(!book.isActive(id, made) && !book.isActive(midId, mid));
        book.suspend(midId, mid, none);
        book.resume(rootId, root, none);
        yes(!book.isActive(id, made) && !book.isActive(midId, mid) && book.isActive(rootId, root));
        book.resume(midId, mid, none);
        yes(book.isActive(id, made));
        book.revoke(midId, mid, none);
        yes(!book.isActive(id, made) && book.isActive(rootId, root));
        ILicenceBook.Licence memory late = below(id, made, ANN);
        vm.prank(made.standing.licensee);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotActive.selector, id));
        book.sublicense(id, made, KEY, late, new bytes32[](0));
    }

    function test_theSublicensorSuspendsAndRevokes() public {
        ILicenceBook.Licence memory made = below(top, parent, BEN);
        bytes32 id = give(top, parent, made, 1);
        vm.prank(STRANGER);
        vm.expectRevert(abi.encodeWithSelector(Operators.NotAllowed.selector, ANN));
        book.suspend(id, made, only(parent));
        vm.prank(BEN);
        vm.expectRevert(abi.encodeWithSelector(Operators.NotAllowed.selector, address(this)));
        book.revoke(id, made, none);
        vm.prank(ANN);
        book.suspend(id, made, only(parent));
        yes(!book.isActive(id, made));
        vm.prank(ANN);
        book.revoke(id, made, only(parent));
        eq(state(id), uint256(ILicenceBook.State.Revoked));
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotTheParent.selector, 0));
        book.revoke(top, parent, only(made));
        vm.expectRevert(abi.encodeWithSelector(Licensing.LicenceMismatch.selector, top));
        book.revoke(id, made, only(made));
    }

    function test_eachLiftsOnlyTheirOwnSuspension() public {
        ILicenceBook.Licence memory made = below(top, parent, BEN);
        bytes32 id = give(top, parent, made, 1);
        ILicenceBook.Licence memory deep = below(id, made, STRANGER);
        bytes32 deepId = give(id, made, deep, 1);
        book.suspend(id, made, none);
        vm.prank(ANN);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotSuspended.selector, id));
        book.resume(id, made, only(parent));
        vm.prank(ANN);
        book.suspend(id, made, only(parent));
        vm.expectRevert(abi.encodeWithSelector(Licensing.AlreadySuspended.selector, id));
        book.suspend(id, made, none);
        vm.prank(ANN);
        book.resume(id, made, only(parent));
        yes(!book.isActive(id, made) && !book.isActive(deepId, deep));
        eq(state(id), uint256(ILicenceBook.State.Suspended));
        vm.prank(ANN);
        book.suspend(id, made, only(parent));
        book.resume(id, made, none);
        (bool creator, bool sublicensor) = book.suspendedBy(id);
        yes(!creator && sublicensor && !book.isActive(deepId, deep));
        vm.prank(ANN);
        book.resume(id, made, only(parent));
        yes(book.isActive(id, made) && book.isActive(deepId, deep));
    }

    function test_endsAllSublicencesAtOnceAndBeginsAnew() public {
        vm.prank(ANN);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NoSublicences.selector, top));
        book.endSublicences(top, parent);
        ILicenceBook.Licence memory old = below(top, parent, BEN);
        bytes32 oldId = give(top, parent, old, 1);
        ILicenceBook.Licence memory deep = below(oldId, old, STRANGER);
        bytes32 deepId = give(oldId, old, deep, 1);
        vm.expectRevert(abi.encodeWithSelector(Operators.NotAllowed.selector, ANN));
        book.endSublicences(top, parent);
        vm.prank(ANN);
        book.endSublicences(top, parent);
        yes(!book.isActive(oldId, old) && !book.isActive(deepId, deep) && book.isActive(top, parent));
        ILicenceBook.Licence memory fresh = below(top, parent, BEN);
        bytes32 freshId = give(top, parent, fresh, 2);
        yes(book.isActive(freshId, fresh) && !book.isActive(oldId, old));
        book.suspend(top, parent, none);
        book.resume(top, parent, none);
        yes(book.isActive(freshId, fresh) && !book.isActive(oldId, old));
    }

    function testFuzz_neverBeyondItsParent(uint256 territories, uint256 products, uint40 from, uint40 until, uint40 run)
        public
    {
        ILicenceBook.Licence memory made = below(top, parent, BEN);
        (made.deal.territories, made.deal.products, made.deal.run) = (territories, products, run);
        (made.standing.from, made.standing.until) = (from, until);
        bool within = territories != 0 && territories <= 15 && products != 0 && from < until && until > 1000
            && until <= 9000 && run != 0 && run <= 100;
        vm.prank(ANN);
        try book.sublicense(top, parent, KEY, made, new bytes32[](0)) {
            yes(within);
        } catch {
            yes(!within);
        }
    }
}
