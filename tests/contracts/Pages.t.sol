// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Claim, Pages} from "../../contracts/libraries/Pages.sol";
import {Base} from "./Base.sol";
import {PageRule} from "./BookBase.sol";

contract PagesTest is Base {
    PageRule private rule;

    function setUp() public {
        rule = new PageRule();
    }

    /// @dev The same file holds ledger/domain/book/pages.py to the same pages. A case is a claim at a time: until when
    ///      it is refused (0: it is not), and the page after it was entered.
    function test_vectors() public view {
        string memory json = vm.readFile("tests/vectors/pages.json");
        uint256 count;
        for (string memory row = "$[0]"; vm.keyExistsJson(json, row); row = rowPath(++count)) {
            uint256[] memory page = vm.parseJsonUintArray(json, string.concat(row, ".page"));
            uint256[] memory words = vm.parseJsonUintArray(json, string.concat(row, ".claim"));
            uint256[] memory told = vm.parseJsonUintArray(json, string.concat(row, ".refused"));
            Claim memory claim =
                Claim(words[0], words[1], words[2], words[3], uint128(words[4]), words[5] == 1);
            uint256 time = vm.parseJsonUint(json, string.concat(row, ".now"));
            refusedAs(page, claim, time, told);
            same(rule.enter(page, claim, time), vm.parseJsonUintArray(json, string.concat(row, ".after")));
        }
        yes(count > 50);
    }

    function refusedAs(uint256[] memory page, Claim memory claim, uint256 time, uint256[] memory told) private view {
        try rule.requireFree(page, claim, time) {
            eq(told.length, 0);
        } catch (bytes memory reason) {
            eq(
                keccak256(reason),
                keccak256(abi.encodeWithSelector(Pages.ExclusivityConflict.selector, 0, told[0], told[1]))
            );
        }
    }

    function same(uint256[] memory got, uint256[] memory wanted) private pure {
        eq(got.length, wanted.length);
        for (uint256 i; i < got.length; ++i) eq(got[i], wanted[i]);
    }

    function test_onlyWhatIsOnThePageIsRemoved() public {
        Claim memory claim = Claim(1, 1, 0, 50, 7, true);
        uint256[] memory page = rule.enter(rule.enter(new uint256[](0), claim, 10), claim, 10);
        eq(page.length, 6);
        page = rule.remove(page, claim);
        eq(page.length, 3);
        page = rule.remove(page, claim);
        eq(page.length, 0);
        vm.expectRevert(abi.encodeWithSelector(Pages.NotOnPage.selector));
        rule.remove(page, claim);
    }

    function test_aPageHasSoManyExclusiveLines() public {
        uint256[] memory page;
        for (uint256 i; i < 64; ++i) page = rule.enter(page, Claim(1 << i, 1, 0, 50, 7, true), 10);
        Claim memory claim = Claim(1 << 64, 1, 0, 50, 7, true);
        vm.expectRevert(abi.encodeWithSelector(Pages.PageIsFull.selector));
        rule.enter(page, claim, 10);
        eq(rule.enter(page, claim, 50).length, 3);
    }

    function rowPath(uint256 index) private pure returns (string memory) {
        return string.concat("$[", vm.toString(index), "]");
    }
}
