// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Licensing} from "../../contracts/book/Licensing.sol";
import {Operators} from "../../contracts/book/Operators.sol";
import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {LicenceBook} from "../../contracts/LicenceBook.sol";
import {LicenceSlot} from "../../contracts/libraries/LicenceSlot.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {Lineage} from "../../contracts/libraries/Lineage.sol";
import {BookBase} from "./BookBase.sol";

contract LicenceTreeTest is BookBase {
    bytes32 private constant KEY = bytes32(uint256(1));
    bytes32 private top;
    ILicenceBook.Licence private parent;

    function setUp() public {
        vm.warp(1000);
        open(address(this));
        ILicenceBook.Licence memory made = plain(1, ANN);
        (made.deal.depth, made.deal.run, made.standing.until) = (200, 100, 9000);
        made.deal.territories = 15;
        (top, parent) = (grant(KEY, made), made);
    }

    /// @dev What `above` gives on, one level less deep, and a tenth of its run.
    function below(bytes32 aboveId, ILicenceBook.Licence memory above, address licensee)
        private
        view
        returns (ILicenceBook.Licence memory made)
    {
        made = copy(above);
        made.standing.licensee = licensee;
        (made.deal.depth, made.deal.parent) = (above.deal.depth - 1, aboveId);
        made.deal.run = above.deal.run / 10;
        (made.standing.root, made.standing.branches) = book.lineageBelow(aboveId, above);
    }

    function copy(ILicenceBook.Licence memory a) private pure returns (ILicenceBook.Licence memory) {
        return abi.decode(abi.encode(a), (ILicenceBook.Licence));
    }

    function give(bytes32 aboveId, ILicenceBook.Licence memory above, ILicenceBook.Licence memory made, uint256 key)
        private
        returns (bytes32)
    {
        vm.prank(above.standing.licensee);
        return book.sublicense(aboveId, above, bytes32(key), made, new bytes32[](0));
    }

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

    function test_theBranchOfATreeIsFull() public {
        TreeRule rule_ = new TreeRule();
        (uint256 next, uint8 branch) = rule_.open(246, top, true);
        eq(next, 247);
        eq(branch, 247);
        eq(Lineage.bit(247), 1 << 254);
        vm.expectRevert(abi.encodeWithSelector(Lineage.TreeIsFull.selector, top));
        rule_.open(247, top, true);
        vm.expectRevert(abi.encodeWithSelector(Lineage.TreeIsFull.selector, top));
        rule_.open(231, top, false);
    }

    /// @dev One licensee gives and ends sublicences until the tree has no branch left for them.
    function test_whoFillsTheTreeHindersNobody() public {
        parent.deal.run = 0;
        top = grant(bytes32(uint256(7)), parent);
        ILicenceBook.Licence memory given = below(top, parent, BEN);
        bytes32 givenId = give(top, parent, given, 1);
        ILicenceBook.Licence memory next = below(givenId, given, STRANGER);
        uint256[4] memory before = gasOfOthers(givenId, given, next, 100);
        before = gasOfOthers(givenId, given, next, 200); // again, when every slot is warm
        yes(this.fill() > 200 && book.trees(top) & 0xff == 231);
        uint256[4] memory later = gasOfOthers(givenId, given, next, 300);
        for (uint256 i; i < 4; ++i) yes(later[i] <= before[i] + 300);
        // Those at the top of the tree have branches of their own to begin anew with.
        for (uint256 i; i < 8; ++i) {
            vm.prank(ANN);
            book.endSublicences(top, parent);
            give(top, parent, below(top, parent, BEN), 10 + i);
        }
        eq(book.trees(top) & 0xff, 247);
    }

    /// @dev In a call of its own, so that its memory costs nobody gas.
    function fill() external returns (uint256 opened) {
        ILicenceBook.Licence memory attacker = below(top, parent, address(0xbad));
        bytes32 id = give(top, parent, attacker, 2);
        ILicenceBook.Licence memory puppet = below(id, attacker, STRANGER);
        puppet.deal.depth = 0;
        for (;; ++opened) {
            vm.prank(address(0xbad));
            book.endSublicences(id, attacker);
            try book.lineageBelow(id, attacker) returns (bytes32, uint256 branches) {
                puppet.standing.branches = branches;
            } catch {
                break;
            }
            vm.prank(address(0xbad));
            book.sublicense(id, attacker, bytes32(opened), puppet, new bytes32[](0));
        }
    }

    /// @dev What a sublicence, a check, a report and a licence of another design cost those beside the attacker.
    function gasOfOthers(
        bytes32 givenId,
        ILicenceBook.Licence memory given,
        ILicenceBook.Licence memory next,
        uint256 key
    ) private returns (uint256[4] memory used) {
        ILicenceBook.Licence memory leaf = below(top, parent, STRANGER);
        leaf.deal.depth = 0;
        give(top, parent, leaf, key);
        used[0] = gasOfGiving(givenId, given, next, key);
        used[1] = gasOfChecking(givenId, given);
        used[2] = gasOfReporting(givenId, given);
        used[3] = gasOfGranting(key);
    }

    function gasOfGiving(bytes32 id, ILicenceBook.Licence memory from, ILicenceBook.Licence memory made, uint256 key)
        private
        returns (uint256 used)
    {
        ILicenceBook.Licence memory leaf = copy(made);
        leaf.deal.depth = 0;
        used = gasleft();
        give(id, from, leaf, key);
        used -= gasleft();
    }

    function gasOfChecking(bytes32 id, ILicenceBook.Licence memory made) private view returns (uint256 used) {
        used = gasleft();
        yes(book.isActive(id, made));
        used -= gasleft();
    }

    function gasOfReporting(bytes32 id, ILicenceBook.Licence memory made) private returns (uint256 used) {
        int256 before = left(id);
        used = gasleft();
        book.report(id, made, 1, before);
        used -= gasleft();
    }

    function gasOfGranting(uint256 key) private returns (uint256 used) {
        ILicenceBook.Licence memory made = plain(2, STRANGER);
        used = gasleft();
        grant(bytes32(key), made);
        used -= gasleft();
    }
}

contract TreeRule {
    function open(uint256 tree, bytes32 root, bool top) external pure returns (uint256, uint8) {
        return Lineage.open(tree, root, top);
    }
}
