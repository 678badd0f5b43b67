// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Hashes} from "@openzeppelin/contracts/utils/cryptography/Hashes.sol";
import {Licensing} from "./book/Licensing.sol";
import {ProductNumbers} from "./book/ProductNumbers.sol";
import {IPatternRegistry} from "./interfaces/IPatternRegistry.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {LicenceSlot} from "./libraries/LicenceSlot.sol";
import {Licences} from "./libraries/Licences.sol";
import {Lineage} from "./libraries/Lineage.sol";
import {Member, Members} from "./libraries/Members.sol";
import {Numbers, NumbersOf} from "./libraries/Numbers.sol";
import {Claim, Pages} from "./libraries/Pages.sol";
import {Question} from "./libraries/Question.sol";

/// @title Licences to use an asset of a registered collection, or all of it
/// @notice A collection's creator grants, a licensee whose terms allow it sublicenses. A licence that names an invoice
///         exists only once it is paid. No two licences contradict each other: what overlaps an exclusive licence of
///         somebody else is refused, and so is an exclusive licence that overlaps anything of somebody else.
/// @dev A licence's id is the hash of its collection (a sublicence's: of its parent) and its grantor's own key for it, so
///      that nobody can occupy another's id. One slot per licence, see `LicenceSlot`; one per page, see `Pages`. Nobody
///      owns this contract and nothing in it can change.
contract LicenceBook is Licensing, ProductNumbers {
    using LicenceSlot for uint256;
    using Licences for Licence;
    using Licences for Deal;
    using NumbersOf for Licence;
    using Members for bytes32;
    using Pages for uint256[];

    /// @dev A word in a struct, as `Slot`.
    struct PageHash {
        bytes32 hash;
    }

    /// @notice Hash of the page of an asset or a collection, 0 for an empty one. See `assetPageOf`.
    mapping(uint256 pageId => PageHash) public pages;

    /// @param numbers The short fields, see `Numbers`. A sublicence's parent is in its Sublicensed event.
    event LicenceGranted(
        bytes32 indexed licenceId,
        uint256 indexed assetId,
        address indexed licensee,
        bytes32 key,
        uint256 collectionId,
        bytes32 contentHash,
        bytes32 termsHash,
        uint256 territories,
        uint256 products,
        bytes32 invoiceId,
        uint256 numbers
    );
    /// @notice Where in its tree a sublicence stands; comes with its LicenceGranted.
    event Sublicensed(bytes32 indexed licenceId, bytes32 indexed root, bytes32 indexed parent, uint256 branches);
    /// @notice The page in full, three words a line.
    event PageWritten(uint256 indexed pageId, uint256[] words);
    event LicenceReleased(bytes32 indexed licenceId);

    error AlreadyGranted(bytes32 licenceId);
    error NotMember(uint256 collectionId, uint256 assetId);
    error NotAllMembers(uint256 collectionId);
    error InvoiceNotSettled(bytes32 invoiceId);
    error WrongLineage(bytes32 parent, bytes32 root, uint256 branches);
    error NotToBeReleased(bytes32 licenceId);

    constructor(IPatternRegistry registry_, IRoyaltyVault vault_) Licensing(registry_, vault_) {}

    /// @notice Grants a licence for a member of the sender's collection.
    /// @param key The creator's own reference for this licence.
    /// @param proof Merkle proof that the asset is in the collection.
    /// @param assetPage What is claimed of the asset so far.
    /// @param collectionPage What is claimed of the collection as a whole so far.
    /// @dev The compiler compares selectors in order, 22 gas each. By this name it is the fourth, not the twenty-first.
    function grantForAsset(
        bytes32 key,
        Licence calldata licence,
        bytes32[] calldata proof,
        uint256[] calldata assetPage,
        uint256[] calldata collectionPage
    ) external returns (bytes32 licenceId) {
        Deal calldata deal = licence.deal;
        Numbers numbers = licence.numbers();
        if (numbers.has(Licences.WHOLE)) revert Licences.BadTraits(numbers.traits());
        _requireMember(deal, _grantor(licence), proof);
        licenceId = _write(licenceIdOf(deal.collectionId, key), key, licence, numbers);
        PageHash storage whole = pages[deal.collectionId];
        uint256 pageId = assetPageOf(deal.collectionId, deal.asset.assetId);
        if (assetPage.length | collectionPage.length == 0) {
            PageHash storage own = pages[pageId];
            if (whole.hash != 0) revert Pages.StalePage(whole.hash);
            if (own.hash != 0) revert Pages.StalePage(own.hash);
            own.hash = _firstPage(licence, numbers);
            return licenceId;
        }
        Claim memory claim = _claimOf(licence, numbers);
        collectionPage.requireCurrent(whole.hash);
        collectionPage.requireFree(deal.collectionId, claim, block.timestamp);
        _claim(pageId, assetPage, claim);
    }

    /// @notice Grants a licence for the sender's whole collection. Takes every member with its page, however many.
    /// @param members All members, in the order that leads to the collection's root, see `Members`.
    /// @param collectionPage What is claimed of the collection as a whole so far.
    function grantWhole(
        bytes32 key,
        Licence calldata licence,
        Member[] calldata members,
        uint256[] calldata collectionPage
    ) external returns (bytes32 licenceId) {
        Deal calldata deal = licence.deal;
        uint256 collectionId = deal.collectionId;
        Numbers numbers = licence.numbers();
        if (!numbers.has(Licences.WHOLE)) revert Licences.BadTraits(numbers.traits());
        address creator = _grantor(licence);
        if (Members.rootOf(members).collectionIdOf(creator) != collectionId) revert NotAllMembers(collectionId);
        licenceId = _write(licenceIdOf(collectionId, key), key, licence, numbers);
        Claim memory claim = _claimOf(licence, numbers);
        for (uint256 i; i < members.length; ++i) {
            uint256 pageId = assetPageOf(collectionId, members[i].asset.assetId);
            members[i].page.requireCurrent(pages[pageId].hash);
            members[i].page.requireFree(pageId, claim, block.timestamp);
        }
        _claim(collectionId, collectionPage, claim);
    }

    /// @notice Gives a part of the sender's licence to somebody else. A run is drawn from the parent's.
    /// @param parentId The sender's licence, which must allow it.
    /// @param key The sender's own reference for the sublicence.
    /// @param licence Its root and branches must be what `lineageBelow` says.
    /// @param proof Merkle proof of its asset where the parent is for the whole collection and it is not, else empty.
    function sublicense(
        bytes32 parentId,
        Licence calldata parent,
        bytes32 key,
        Licence calldata licence,
        bytes32[] calldata proof
    ) external returns (bytes32 licenceId) {
        uint256 slot = _active(parentId, parent);
        _onlyFor(parent.standing.licensee);
        licence.requireWithin(parent);
        if (!licence.deal.has(Licences.WHOLE) && parent.deal.has(Licences.WHOLE)) {
            _requireMember(licence.deal, registry.creatorOf(licence.deal.collectionId), proof);
        }
        bytes32 root = _rootOf(parentId, parent);
        bool top = parent.standing.root == 0;
        if (slot.branchOf() == 0) slot = _openBranch(slot, root, top);
        _requireLineage(licence, parentId, root, parent.standing.branches | Lineage.bit(slot.branchOf()));
        _slots[parentId].word = _allot(slot, parentId, licence.deal.run);
        licenceId = _write(licenceIdOf(uint256(parentId), key), key, licence, licence.numbers());
        if (licence.deal.depth != 0) _slots[licenceId].word = _openBranch(_slots[licenceId].word, root, top);
        emit Sublicensed(licenceId, root, parentId, licence.standing.branches);
    }

    /// @notice Takes a revoked exclusive licence out of the book, so that others can be granted. Anybody may.
    /// @param page The page of its asset, or of its collection where it is for all of it.
    function release(bytes32 licenceId, Licence calldata licence, uint256[] calldata page) external {
        uint256 slot = _granted(licenceId, licence);
        Deal calldata deal = licence.deal;
        if (!slot.has(LicenceSlot.REVOKED) || slot.has(LicenceSlot.RELEASED) || !deal.has(Licences.EXCLUSIVE)) {
            revert NotToBeReleased(licenceId);
        }
        _slots[licenceId].word = slot | LicenceSlot.RELEASED;
        uint256 pageId = _pageOf(deal);
        page.requireCurrent(pages[pageId].hash);
        uint256[] memory next = page.remove(_claimOf(licence, licence.numbers()));
        pages[pageId].hash = Pages.hash(next);
        emit PageWritten(pageId, next);
        emit LicenceReleased(licenceId);
    }

    /// @notice Root and branches of the next sublicence of a licence.
    function lineageBelow(bytes32 licenceId, Licence calldata licence)
        external
        view
        returns (bytes32 root, uint256 branches)
    {
        root = _rootOf(licenceId, licence);
        uint8 branch = _granted(licenceId, licence).branchOf();
        if (branch == 0) (, branch) = Lineage.open(trees[root], root, licence.standing.root == 0);
        branches = licence.standing.branches | Lineage.bit(branch);
    }

    /// @notice Id of an asset's page. The page of a collection has the collection's id.
    function assetPageOf(uint256 collectionId, uint256 assetId) public pure returns (uint256) {
        return uint256(Hashes.efficientKeccak256(bytes32(collectionId), bytes32(assetId)));
    }

    /// @dev The creator for whom the sender grants a licence at the top of a tree.
    function _grantor(Licence calldata licence) private view returns (address creator) {
        Deal calldata deal = licence.deal;
        uint256 asked = Question.ask(address(registry), IPatternRegistry.creatorOf.selector, deal.collectionId);
        creator = address(uint160(asked));
        _onlyFor(creator);
        if (uint256(deal.parent | licence.standing.root) | licence.standing.branches != 0) revert WrongLineage(0, 0, 0);
        _requireNumbered(creator, deal.products);
    }

    /// @dev The first line of a page is in the event of its licence; every later state of it has an event of its own.
    function _claim(uint256 pageId, uint256[] calldata page, Claim memory claim) private {
        PageHash storage slot = pages[pageId];
        page.requireCurrent(slot.hash);
        page.requireFree(pageId, claim, block.timestamp);
        if (page.says(claim, block.timestamp)) return;
        uint256[] memory next = page.enter(claim, block.timestamp);
        slot.hash = Pages.hash(next);
        if (page.length != 0) emit PageWritten(pageId, next);
    }

    function _write(bytes32 licenceId, bytes32 key, Licence calldata licence, Numbers numbers)
        private
        returns (bytes32)
    {
        Slot storage slot = _slots[licenceId];
        if (slot.word != 0) revert AlreadyGranted(licenceId);
        licence.requireSound(numbers, block.timestamp);
        Deal calldata deal = licence.deal;
        if (deal.invoiceId != 0 && !_isSettled(deal.invoiceId)) revert InvoiceNotSettled(deal.invoiceId);
        slot.word = LicenceSlot.make(licence.hash(), numbers.run(), numbers.has(Licences.OVERAGE));
        emit LicenceGranted(
            licenceId,
            deal.asset.assetId,
            licence.standing.licensee,
            key,
            deal.collectionId,
            deal.asset.contentHash,
            deal.termsHash,
            deal.territories,
            deal.products,
            deal.invoiceId,
            Numbers.unwrap(numbers)
        );
        return licenceId;
    }

    function _isSettled(bytes32 invoiceId) private view returns (bool) {
        return Question.ask(address(vault), IRoyaltyVault.isSettled.selector, uint256(invoiceId)) != 0;
    }

    function _openBranch(uint256 slot, bytes32 root, bool top) private returns (uint256) {
        (uint256 tree, uint8 branch) = Lineage.open(trees[root], root, top);
        trees[root] = tree;
        return slot.withBranch(branch);
    }

    /// @dev The parent's slot after it gave `run` of its units away. Nothing is drawn where the parent has no limit.
    function _allot(uint256 slot, bytes32 parentId, uint40 run) private pure returns (uint256) {
        if (!slot.has(LicenceSlot.LIMITED)) return slot;
        if (slot.leftOf() < int256(uint256(run))) revert LicenceSlot.RunExceeded(parentId, slot.leftOf());
        (slot,) = slot.draw(parentId, run);
        return slot;
    }

    function _requireLineage(Licence calldata licence, bytes32 parent, bytes32 root, uint256 branches) private pure {
        Standing calldata standing = licence.standing;
        if (licence.deal.parent != parent || standing.root != root || standing.branches != branches) {
            revert WrongLineage(parent, root, branches);
        }
    }

    /// @dev What `registry.isMember` answers for a collection of this creator, without a second call.
    function _requireMember(Deal calldata deal, address creator, bytes32[] calldata proof) private pure {
        bytes32 root = Members.leafOf(deal.asset).rootFrom(proof);
        if (root.collectionIdOf(creator) != deal.collectionId) {
            revert NotMember(deal.collectionId, deal.asset.assetId);
        }
    }

    function _pageOf(Deal calldata deal) private pure returns (uint256) {
        return deal.has(Licences.WHOLE) ? deal.collectionId : assetPageOf(deal.collectionId, deal.asset.assetId);
    }

    /// @dev Hash of the page after this licence's claim was entered on an empty one, without a claim in memory.
    function _firstPage(Licence calldata licence, Numbers numbers) private view returns (bytes32) {
        (uint256 kind, uint256 from) = (Pages.EXCLUSIVE, numbers.from());
        if (!numbers.has(Licences.EXCLUSIVE)) {
            kind = Pages.PLAIN;
            if (from < block.timestamp) from = block.timestamp;
        }
        Deal calldata deal = licence.deal;
        return Pages.begin(deal.territories, deal.products, kind, from, numbers.until(), _holderOf(licence, numbers));
    }

    function _claimOf(Licence calldata licence, Numbers numbers) private pure returns (Claim memory claim) {
        (claim.territories, claim.products) = (licence.deal.territories, licence.deal.products);
        (claim.from, claim.until) = (numbers.from(), numbers.until());
        (claim.holder, claim.exclusive) = (_holderOf(licence, numbers), numbers.has(Licences.EXCLUSIVE));
    }

    /// @dev A licence that can be handed on is somebody else's for everybody.
    function _holderOf(Licence calldata licence, Numbers numbers) private pure returns (uint128) {
        return numbers.has(Licences.TRANSFERABLE) ? 0 : uint128(uint160(licence.standing.licensee));
    }
}
