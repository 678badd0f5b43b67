// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {ILicenceBook} from "../interfaces/ILicenceBook.sol";
import {IPatternRegistry} from "../interfaces/IPatternRegistry.sol";
import {IRoyaltyVault} from "../interfaces/IRoyaltyVault.sol";
import {LicenceSlot} from "../libraries/LicenceSlot.sol";
import {Licences} from "../libraries/Licences.sol";
import {Lineage} from "../libraries/Lineage.sol";
import {Operators} from "./Operators.sol";

/// @title What becomes of a licence once it is granted
/// @notice Suspended and taken up again, revoked, handed on, counted. Each is one or two writes, however many
///         sublicences hang below.
abstract contract Licensing is ILicenceBook, Operators {
    using LicenceSlot for uint256;
    using Licences for Licence;
    using Licences for Deal;

    /// @notice Units made under one licence.
    /// @param key The creator's reference of the licence.
    /// @param units How many more.
    /// @param left The units left that the reporter counts from: a report that was counted is not counted again.
    struct Report {
        bytes32 key;
        uint40 units;
        int256 left;
    }

    IPatternRegistry public immutable registry;
    IRoyaltyVault public immutable vault;

    /// @dev A word in a struct, so that what is read and then written is looked up once.
    struct Slot {
        uint256 word;
    }

    mapping(bytes32 licenceId => Slot) internal _slots;

    /// @notice Branches of a tree of sublicences, by the licence at its top. See `Lineage`.
    mapping(bytes32 root => uint256 tree) public trees;

    event LicenceSuspended(bytes32 indexed licenceId, bool byCreator);
    /// @notice This suspension is lifted; the licence is out of force while there is another, see `suspendedBy`.
    event LicenceResumed(bytes32 indexed licenceId, bool byCreator);
    event LicenceRevoked(bytes32 indexed licenceId, uint256 indexed collectionId);
    event LicenceTransferred(bytes32 indexed licenceId, address indexed from, address indexed to);
    event SublicencesEnded(bytes32 indexed licenceId);
    /// @notice `overage` of the units lie past the run; `left` is below zero by all that do.
    event UnitsReported(bytes32 indexed licenceId, uint256 units, int256 left, uint256 overage);

    error NotGranted(bytes32 licenceId);
    error AlreadyRevoked(bytes32 licenceId);
    error AlreadySuspended(bytes32 licenceId);
    error NotSuspended(bytes32 licenceId);
    error LicenceMismatch(bytes32 licenceId);
    error NotActive(bytes32 licenceId);
    error NotTransferable(bytes32 licenceId);
    error NoSublicences(bytes32 licenceId);
    error NotTheParent(bytes32 parentId);
    error StaleReport(bytes32 licenceId, int256 left);
    error NothingToReport(bytes32 licenceId);

    constructor(IPatternRegistry registry_, IRoyaltyVault vault_) {
        (registry, vault) = (registry_, vault_);
    }

    /// @notice Puts a licence out of force, and with it all below it, until `resume` by the same side: what the
    ///         creator suspended, the sublicensor cannot put back in force, nor the other way round.
    /// @param parents Empty where the collection's creator asks; the parent where a sublicence's sublicensor asks.
    function suspend(bytes32 licenceId, Licence calldata licence, Licence[] calldata parents) external {
        uint256 slot = _revocable(licenceId, licence, parents);
        uint256 flag = _flagOf(parents);
        if (slot.has(flag)) revert AlreadySuspended(licenceId);
        _slots[licenceId].word = slot | flag;
        _cut(licenceId, licence, slot);
        emit LicenceSuspended(licenceId, parents.length == 0);
    }

    /// @notice Lifts a suspension. The licence is back in force when there is no other.
    /// @param parents As for `suspend`.
    function resume(bytes32 licenceId, Licence calldata licence, Licence[] calldata parents) external {
        uint256 slot = _revocable(licenceId, licence, parents);
        uint256 flag = _flagOf(parents);
        if (!slot.has(flag)) revert NotSuspended(licenceId);
        slot &= ~flag;
        _slots[licenceId].word = slot;
        if (slot.branchOf() != 0 && !slot.has(LicenceSlot.ANY_SUSPENSION)) {
            trees[_rootOf(licenceId, licence)] &= ~Lineage.bit(slot.branchOf());
        }
        emit LicenceResumed(licenceId, parents.length == 0);
    }

    /// @notice Ends a licence, and all below it, for good.
    /// @param parents As for `suspend`.
    function revoke(bytes32 licenceId, Licence calldata licence, Licence[] calldata parents) external {
        uint256 slot = _revocable(licenceId, licence, parents);
        _slots[licenceId].word = slot | LicenceSlot.REVOKED;
        _cut(licenceId, licence, slot);
        emit LicenceRevoked(licenceId, licence.deal.collectionId);
    }

    /// @notice Ends everything below a licence of the sender's; new sublicences can be given afterwards.
    function endSublicences(bytes32 licenceId, Licence calldata licence) external {
        uint256 slot = _granted(licenceId, licence);
        _onlyFor(licence.standing.licensee);
        if (slot.branchOf() == 0) revert NoSublicences(licenceId);
        _cut(licenceId, licence, slot);
        _slots[licenceId].word = slot.withBranch(0);
        emit SublicencesEnded(licenceId);
    }

    /// @inheritdoc ILicenceBook
    function transfer(bytes32 licenceId, Licence calldata licence, address to) external {
        uint256 slot = _active(licenceId, licence);
        _onlyFor(licence.standing.licensee);
        if (!licence.deal.has(Licences.TRANSFERABLE)) revert NotTransferable(licenceId);
        if (to == address(0)) revert Licences.NoLicensee();
        Standing memory after_ = licence.standing;
        after_.licensee = to;
        _slots[licenceId].word = slot.withContent(keccak256(abi.encode(after_, keccak256(abi.encode(licence.deal)))));
        emit LicenceTransferred(licenceId, licence.standing.licensee, to);
    }

    /// @notice Counts units of many licences of one collection, all or none. By the collection's creator.
    function reportBatch(uint256 collectionId, Report[] calldata reports) external {
        _onlyFor(registry.creatorOf(collectionId));
        for (uint256 i; i < reports.length; ++i) {
            Report calldata each = reports[i];
            bytes32 licenceId = licenceIdOf(collectionId, each.key);
            uint256 slot = _slots[licenceId].word;
            if (slot == 0) revert NotGranted(licenceId);
            _count(licenceId, slot, each.units, each.left);
        }
    }

    /// @notice Counts units of one licence or sublicence. By its licensee or the collection's creator. Units are counted
    ///         whatever the state of the licence: what was made before its end is reported after it.
    function report(bytes32 licenceId, Licence calldata licence, uint40 units, int256 left) external {
        uint256 slot = _granted(licenceId, licence);
        if (msg.sender != licence.standing.licensee) {
            address creator = registry.creatorOf(licence.deal.collectionId);
            if (msg.sender != creator && !isOperator[licence.standing.licensee][msg.sender]) _onlyFor(creator);
        }
        _count(licenceId, slot, units, left);
    }

    /// @inheritdoc ILicenceBook
    function isActive(bytes32 licenceId, Licence calldata licence) external view returns (bool) {
        return _holds(licenceId, licence.standing, licence.hash());
    }

    /// @notice The same with the hash of the deal in place of the deal: all that a check needs.
    function isStanding(bytes32 licenceId, Standing calldata standing, bytes32 dealHash) external view returns (bool) {
        return _holds(licenceId, standing, Licences.hash(standing, dealHash));
    }

    /// @notice What the book keeps of a licence. `left` is below zero for units past the run, or made without a run;
    ///         `contentHash` are the first 24 bytes of the hash of its content.
    function recordOf(bytes32 licenceId)
        external
        view
        returns (State state, int256 left, uint8 branch, bytes24 contentHash)
    {
        uint256 slot = _slots[licenceId].word;
        if (slot != 0) (state, left) = (_stateOf(slot), slot.leftOf());
        return (state, left, slot.branchOf(), slot.contentOf());
    }

    /// @notice Who has suspended a licence; both may have.
    function suspendedBy(bytes32 licenceId) external view returns (bool creator, bool sublicensor) {
        uint256 slot = _slots[licenceId].word;
        return (slot.has(LicenceSlot.SUSPENDED), slot.has(LicenceSlot.WITHHELD));
    }

    /// @notice Id of the licence that its grantor calls `key`, granted or not.
    /// @param scope The collection's id, or the parent's id for a sublicence.
    function licenceIdOf(uint256 scope, bytes32 key) public pure returns (bytes32) {
        return Hashes.efficientKeccak256(bytes32(scope), key);
    }

    function _count(bytes32 licenceId, uint256 slot, uint40 units, int256 left) private {
        if (units == 0) revert NothingToReport(licenceId);
        if (slot.leftOf() != left) revert StaleReport(licenceId, slot.leftOf());
        (uint256 next, uint256 over) = slot.draw(licenceId, units);
        _slots[licenceId].word = next;
        emit UnitsReported(licenceId, units, next.leftOf(), over);
    }

    /// @dev The slot of a licence that was granted with this content.
    function _granted(bytes32 licenceId, Licence calldata licence) internal view returns (uint256 slot) {
        slot = _slots[licenceId].word;
        if (slot == 0) revert NotGranted(licenceId);
        if (!slot.matches(licence.hash())) revert LicenceMismatch(licenceId);
    }

    /// @dev The same for one that holds, or will hold.
    function _active(bytes32 licenceId, Licence calldata licence) internal view returns (uint256 slot) {
        slot = _granted(licenceId, licence);
        if (!_unbroken(slot, licence.standing)) revert NotActive(licenceId);
    }

    /// @dev The same for one whose grantor is asking and that is not revoked.
    function _revocable(bytes32 licenceId, Licence calldata licence, Licence[] calldata parents)
        private
        view
        returns (uint256 slot)
    {
        slot = _granted(licenceId, licence);
        bytes32 parentId = licence.deal.parent;
        if (parents.length == 0) {
            _onlyFor(registry.creatorOf(licence.deal.collectionId));
        } else {
            if (parentId == 0) revert NotTheParent(parentId);
            _granted(parentId, parents[0]);
            _onlyFor(parents[0].standing.licensee);
        }
        if (slot.has(LicenceSlot.REVOKED)) revert AlreadyRevoked(licenceId);
    }

    /// @dev The suspension of whoever asks: a sublicensor brings the parent, the creator nothing.
    function _flagOf(Licence[] calldata parents) private pure returns (uint256) {
        return parents.length == 0 ? LicenceSlot.SUSPENDED : LicenceSlot.WITHHELD;
    }

    function _cut(bytes32 licenceId, Licence calldata licence, uint256 slot) private {
        if (slot.branchOf() != 0) trees[_rootOf(licenceId, licence)] |= Lineage.bit(slot.branchOf());
    }

    function _rootOf(bytes32 licenceId, Licence calldata licence) internal pure returns (bytes32) {
        return licence.standing.root == 0 ? licenceId : licence.standing.root;
    }

    function _holds(bytes32 licenceId, Standing calldata standing, bytes32 content) private view returns (bool) {
        uint256 slot = _slots[licenceId].word;
        return slot != 0 && slot.matches(content) && standing.from <= block.timestamp && _unbroken(slot, standing);
    }

    /// @dev Not over, not revoked, not suspended, and nothing above it either.
    function _unbroken(uint256 slot, Standing calldata standing) private view returns (bool) {
        if (slot & (LicenceSlot.REVOKED | LicenceSlot.ANY_SUSPENSION) != 0) return false;
        if (standing.until <= block.timestamp) return false;
        return standing.root == 0 || trees[standing.root] & standing.branches == 0;
    }

    function _stateOf(uint256 slot) private pure returns (State) {
        if (slot.has(LicenceSlot.REVOKED)) return State.Revoked;
        return slot.has(LicenceSlot.ANY_SUSPENSION) ? State.Suspended : State.Granted;
    }
}
