// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPatternRegistry} from "./interfaces/IPatternRegistry.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {SlotHash} from "./libraries/SlotHash.sol";

/// @title Licences to use an asset of a registered collection
/// @notice A collection's creator grants and revokes. A licence that names an invoice exists only once it is paid.
/// @dev A licence's id is the hash of its collection and the creator's own key for it, so that nobody can occupy
///      another's id. One slot per licence: the hash of its content and its state.
contract LicenceBook {
    using SlotHash for bytes32;

    /// @param collectionId The registered collection.
    /// @param asset The member it is about.
    /// @param licensee Who may use it.
    /// @param termsHash Hash of the terms as agreed.
    /// @param expires First second at which it no longer holds; 0 for no end.
    /// @param invoiceId The invoice that pays for it, 0 for none.
    struct Licence {
        uint256 collectionId;
        IPatternRegistry.Asset asset;
        address licensee;
        bytes32 termsHash;
        uint40 expires;
        bytes32 invoiceId;
    }

    enum State {
        None,
        Granted,
        Revoked
    }

    IPatternRegistry public immutable registry;
    IRoyaltyVault public immutable vault;

    mapping(bytes32 licenceId => bytes32 slot) private _slots;

    event LicenceGranted(
        bytes32 indexed licenceId,
        uint256 indexed collectionId,
        address indexed licensee,
        IPatternRegistry.Asset asset,
        bytes32 termsHash,
        uint40 expires,
        bytes32 invoiceId,
        bytes32 key
    );
    event LicenceRevoked(bytes32 indexed licenceId, uint256 indexed collectionId);

    error AlreadyGranted(bytes32 licenceId);
    error NotGranted(bytes32 licenceId);
    error AlreadyRevoked(bytes32 licenceId);
    error NotCreator(address creator);
    error NotMember(uint256 collectionId, uint256 assetId);
    error InvoiceNotSettled(bytes32 invoiceId);
    error NoLicensee();
    error ExpiresInThePast(uint40 expires);
    error LicenceMismatch(bytes32 licenceId);

    constructor(IPatternRegistry registry_, IRoyaltyVault vault_) {
        (registry, vault) = (registry_, vault_);
    }

    /// @notice Grants a licence for a member of the sender's collection.
    /// @param key The creator's own reference for this licence.
    /// @param proof Merkle proof that the asset is in the collection.
    function grant(bytes32 key, Licence calldata licence_, bytes32[] calldata proof)
        external
        returns (bytes32 licenceId)
    {
        uint256 collectionId = licence_.collectionId;
        licenceId = licenceIdOf(collectionId, key);
        if (_slots[licenceId] != 0) revert AlreadyGranted(licenceId);
        _onlyCreator(collectionId);
        if (licence_.licensee == address(0)) revert NoLicensee();
        if (_isPast(licence_.expires)) revert ExpiresInThePast(licence_.expires);
        if (!registry.isMember(collectionId, licence_.asset, proof)) {
            revert NotMember(collectionId, licence_.asset.assetId);
        }
        if (licence_.invoiceId != 0 && !vault.isSettled(licence_.invoiceId)) {
            revert InvoiceNotSettled(licence_.invoiceId);
        }
        _slots[licenceId] = keccak256(abi.encode(licence_)).pack(uint8(State.Granted));
        emit LicenceGranted(
            licenceId,
            collectionId,
            licence_.licensee,
            licence_.asset,
            licence_.termsHash,
            licence_.expires,
            licence_.invoiceId,
            key
        );
    }

    /// @notice Ends a licence of the sender's collection for good.
    function revoke(bytes32 key, Licence calldata licence_) external {
        bytes32 licenceId = licenceIdOf(licence_.collectionId, key);
        bytes32 slot = _slots[licenceId];
        State state = State(slot.stateOf());
        _onlyCreator(licence_.collectionId);
        if (state == State.None) revert NotGranted(licenceId);
        if (state == State.Revoked) revert AlreadyRevoked(licenceId);
        bytes32 content = keccak256(abi.encode(licence_));
        if (!slot.matches(content)) revert LicenceMismatch(licenceId);
        _slots[licenceId] = content.pack(uint8(State.Revoked));
        emit LicenceRevoked(licenceId, licence_.collectionId);
    }

    /// @notice State of a licence and the first 31 bytes of the hash of its content.
    function licence(bytes32 licenceId) external view returns (State state, bytes31 contentHash) {
        bytes32 slot = _slots[licenceId];
        return (State(slot.stateOf()), bytes31(slot));
    }

    /// @notice Whether this very licence was granted, is not revoked and has not expired.
    function isValid(bytes32 licenceId, Licence calldata licence_) external view returns (bool) {
        bytes32 slot = _slots[licenceId];
        return slot.stateOf() == uint8(State.Granted) && slot.matches(keccak256(abi.encode(licence_)))
            && !_isPast(licence_.expires);
    }

    /// @notice Id of the licence that the collection's creator calls `key`, granted or not.
    function licenceIdOf(uint256 collectionId, bytes32 key) public pure returns (bytes32) {
        return keccak256(abi.encode(collectionId, key));
    }

    function _onlyCreator(uint256 collectionId) private view {
        address creator = registry.creatorOf(collectionId);
        if (msg.sender != creator) revert NotCreator(creator);
    }

    function _isPast(uint40 expires) private view returns (bool) {
        return expires != 0 && expires <= block.timestamp;
    }
}
