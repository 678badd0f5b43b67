// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {Lineage} from "../../contracts/libraries/Lineage.sol";
import {TreeBase} from "./TreeBase.sol";

/// @dev The branches of a tree are few: who uses them up must not hinder others.
contract LicenceBranchesTest is TreeBase {
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
