// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPatternRegistry} from "./IPatternRegistry.sol";
import {IRoyaltyVault} from "./IRoyaltyVault.sol";

/// @title What other contracts ask the licence book
interface ILicenceBook {
    /// @notice The part of a licence that a check has to know.
    /// @param root The licence at the top of its tree; 0 for a licence that is the top itself.
    /// @param branches The branches of that tree it hangs on, see `Lineage`.
    /// @param licensee Who may use it.
    /// @param from First second at which it holds.
    /// @param until First second at which it no longer holds; 2^40 - 1 for no end.
    struct Standing {
        bytes32 root;
        uint256 branches;
        address licensee;
        uint40 from;
        uint40 until;
    }

    /// @notice The rest of a licence.
    /// @param collectionId The registered collection.
    /// @param asset The member it is about; all zero for the whole collection.
    /// @param termsHash Hash of the terms as agreed.
    /// @param territories Bit i for the i-th territory, all bits for worldwide.
    /// @param products Bit i for the creator's product number i, all bits for any product. See `ProductNumbers`.
    /// @param run Units it gives; 0 for no limit.
    /// @param depth How many levels of sublicences may hang below it.
    /// @param traits Sum of the traits in `Licences`.
    /// @param parent The licence it is a sublicence of, 0 for none.
    /// @param invoiceId The invoice that pays for it, 0 for none.
    struct Deal {
        uint256 collectionId;
        IPatternRegistry.Asset asset;
        bytes32 termsHash;
        uint256 territories;
        uint256 products;
        uint40 run;
        uint8 depth;
        uint8 traits;
        bytes32 parent;
        bytes32 invoiceId;
    }

    /// @notice A licence. It travels as calldata; the book keeps its hash.
    struct Licence {
        Standing standing;
        Deal deal;
    }

    enum State {
        None,
        Granted,
        Revoked,
        Suspended
    }

    /// @return The registry whose creators grant here.
    function registry() external view returns (IPatternRegistry);

    /// @return The vault whose invoices must be settled.
    function vault() external view returns (IRoyaltyVault);

    /// @notice Grants a licence of an asset. See `LicenceBook`.
    function grantForAsset(
        bytes32 key,
        Licence calldata licence,
        bytes32[] calldata proof,
        uint256[] calldata assetPage,
        uint256[] calldata collectionPage
    ) external returns (bytes32 licenceId);

    /// @notice Hands a transferable licence on. See `LicenceBook`.
    function transfer(bytes32 licenceId, Licence calldata licence, address to) external;

    /// @return Whether this very licence holds now.
    function isActive(bytes32 licenceId, Licence calldata licence) external view returns (bool);
}
