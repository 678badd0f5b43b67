// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {CheckpointBook} from "../../contracts/CheckpointBook.sol";
import {Base} from "./Base.sol";

contract CheckpointBookTest is Base {
    event Anchored(address indexed keeper, uint64 size, bytes32 root, bytes32 journal);

    CheckpointBook private book = new CheckpointBook();

    function test_saysWhereABookStands() public {
        vm.expectEmit(address(book));
        emit Anchored(address(this), 7, "root", "page");
        book.anchor(7, "root", "page");
        if (book.sizes(address(this)) != 7 || book.sizes(address(1)) != 0) revert();
    }

    function testFuzz_aLogOnlyGrows(uint64 first, uint64 second) public {
        vm.assume(first != 0);
        book.anchor(first, "root", "page");
        if (second <= first) vm.expectRevert(abi.encodeWithSelector(CheckpointBook.NotLarger.selector, first));
        book.anchor(second, "other", "page");
    }
}
