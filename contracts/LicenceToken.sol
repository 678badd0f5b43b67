// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {ILicenceBook} from "./interfaces/ILicenceBook.sol";

/// @title Licences as tokens, for those who want one
/// @notice The licensee of a transferable licence hands it to this contract and holds an ERC-721 token for it: whoever
///         has the token can take the licence back as their own. Granting a licence needs no token.
/// @dev The holder lets this contract act for them in the book (`setOperator`). Nobody owns this contract; a licence in
///      it can only go to its token's owner. While it is here it cannot be sublicensed.
contract LicenceToken is ERC721 {
    ILicenceBook public immutable book;

    event Wrapped(bytes32 indexed licenceId, address indexed holder);
    event Unwrapped(bytes32 indexed licenceId, address indexed holder);

    error NotLicensee(address licensee);

    constructor(ILicenceBook book_) ERC721("Selvage Licence", "SLVL") {
        book = book_;
    }

    /// @notice Turns a transferable licence of the sender's into a token; its id is the licence's id.
    function wrap(bytes32 licenceId, ILicenceBook.Licence calldata licence) external returns (uint256 tokenId) {
        address holder = licence.standing.licensee;
        if (msg.sender != holder) revert NotLicensee(holder);
        tokenId = uint256(licenceId);
        _mint(holder, tokenId);
        emit Wrapped(licenceId, holder);
        book.transfer(licenceId, licence, address(this));
    }

    /// @notice Turns a token back into a licence of `to`. By its owner or whoever the owner approved.
    /// @param licence The licence as it stands here, this contract its licensee.
    function unwrap(bytes32 licenceId, ILicenceBook.Licence calldata licence, address to) external {
        uint256 tokenId = uint256(licenceId);
        _checkAuthorized(_ownerOf(tokenId), msg.sender, tokenId);
        _burn(tokenId);
        emit Unwrapped(licenceId, to);
        book.transfer(licenceId, licence, to);
    }

    /// @notice Whether this very licence is here, holds now, and is `holder`'s by its token.
    function isActiveFor(address holder, bytes32 licenceId, ILicenceBook.Licence calldata licence)
        external
        view
        returns (bool)
    {
        bool here = licence.standing.licensee == address(this) && _ownerOf(uint256(licenceId)) == holder;
        return here && holder != address(0) && book.isActive(licenceId, licence);
    }
}
