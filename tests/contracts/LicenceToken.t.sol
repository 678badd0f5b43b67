// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC721Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {Licensing} from "../../contracts/book/Licensing.sol";
import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {LicenceToken} from "../../contracts/LicenceToken.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {BookBase} from "./BookBase.sol";

contract LicenceTokenTest is BookBase {
    LicenceToken private token;
    ILicenceBook.Licence private mine;
    ILicenceBook.Licence private wrapped;
    bytes32 private id;

    function setUp() public {
        open(address(this));
        token = new LicenceToken(book);
        ILicenceBook.Licence memory made = plain(1, ANN);
        made.deal.traits = Licences.TRANSFERABLE;
        (id, mine) = (grant(bytes32(uint256(1)), made), made);
        made.standing.licensee = address(token);
        wrapped = made;
        vm.prank(ANN);
        book.setOperator(address(token), true);
    }

    function test_wrapsMovesAndUnwraps() public {
        vm.prank(ANN);
        uint256 tokenId = token.wrap(id, mine);
        eq(tokenId, uint256(id));
        yes(token.isActiveFor(ANN, id, wrapped) && !book.isActive(id, mine));
        vm.prank(ANN);
        token.transferFrom(ANN, BEN, tokenId);
        yes(token.isActiveFor(BEN, id, wrapped) && !token.isActiveFor(ANN, id, wrapped));
        bytes memory refusal = abi.encodeWithSelector(IERC721Errors.ERC721InsufficientApproval.selector, ANN, tokenId);
        vm.prank(ANN);
        vm.expectRevert(refusal);
        token.unwrap(id, wrapped, ANN);
        vm.prank(BEN);
        token.unwrap(id, wrapped, BEN);
        ILicenceBook.Licence memory after_ = mine;
        after_.standing.licensee = BEN;
        yes(book.isActive(id, after_) && !token.isActiveFor(BEN, id, wrapped));
        yes(!token.isActiveFor(address(0), id, wrapped));
    }

    function test_onlyTheLicenseeWrapsWhatIsTheirs() public {
        vm.expectRevert(abi.encodeWithSelector(LicenceToken.NotLicensee.selector, ANN));
        token.wrap(id, mine);
        ILicenceBook.Licence memory forged = mine;
        forged.standing.licensee = BEN;
        vm.prank(BEN);
        vm.expectRevert(abi.encodeWithSelector(Licensing.LicenceMismatch.selector, id));
        token.wrap(id, forged);
        bytes32 fixed_ = grant(bytes32(uint256(2)), plain(1, ANN));
        vm.prank(ANN);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotTransferable.selector, fixed_));
        token.wrap(fixed_, plain(1, ANN));
    }

    function test_aSuspendedLicenceIsNobodysToUse() public {
        vm.prank(ANN);
        token.wrap(id, mine);
        book.suspend(id, wrapped, none);
        yes(!token.isActiveFor(ANN, id, wrapped));
        vm.prank(ANN);
        vm.expectRevert(abi.encodeWithSelector(Licensing.NotActive.selector, id));
        token.unwrap(id, wrapped, ANN);
        eq(token.ownerOf(uint256(id)), ANN);
    }
}
