// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {BookBase} from "./BookBase.sol";

/// @dev A licence that may be given on, and those below it.
abstract contract TreeBase is BookBase {
    bytes32 internal constant KEY = bytes32(uint256(1));
    bytes32 internal top;
    ILicenceBook.Licence internal parent;

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
        internal
        view
        returns (ILicenceBook.Licence memory made)
    {
        made = copy(above);
        made.standing.licensee = licensee;
        (made.deal.depth, made.deal.parent) = (above.deal.depth - 1, aboveId);
        made.deal.run = above.deal.run / 10;
        (made.standing.root, made.standing.branches) = book.lineageBelow(aboveId, above);
    }

    function copy(ILicenceBook.Licence memory a) internal pure returns (ILicenceBook.Licence memory) {
        return abi.decode(abi.encode(a), (ILicenceBook.Licence));
    }

    function give(bytes32 aboveId, ILicenceBook.Licence memory above, ILicenceBook.Licence memory made, uint256 key)
        internal
        returns (bytes32)
    {
        vm.prank(above.standing.licensee);
        return book.sublicense(aboveId, above, bytes32(key), made, new bytes32[](0));
    }
}
