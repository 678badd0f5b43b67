// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {ERC721} from "@openzeppelin/contracts/token/ERC721/ERC721.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {IPatternRegistry} from "./interfaces/IPatternRegistry.sol";

/// @title Collections of surface patterns, each registered by one Merkle root
/// @notice Registering costs the same for one asset and for a million. An asset becomes an ERC-721 token when somebody
///         proves that it belongs to a registered collection, and goes to the collection's creator.
/// @dev Ids are scoped by who makes them: a collection's id is the hash of its creator and root, a token's id the hash
///      of creator and asset. So both are known before they exist, the same content cannot be registered twice, nobody
///      can occupy another's id by sending first, and the root needs no storage of its own: a proof leads to a root,
///      and that root with the creator must lead to the id. Nobody owns this contract and nothing in it can change.
contract PatternRegistry is ERC721, IERC2981, IPatternRegistry {
    uint256 private constant WHOLE_BPS = 10_000;

    /// @dev Two slots; `royaltyReceiver` is a third only where it is not the creator.
    struct Entry {
        address creator;
        uint32 size;
        uint16 royaltyBps;
        uint32 termsVersion;
        bool royaltyElsewhere;
        bytes32 termsHash;
        address royaltyReceiver;
    }

    /// @notice A collection as registered.
    struct Collection {
        address creator;
        uint32 size;
        address royaltyReceiver;
        uint16 royaltyBps;
        bytes32 termsHash;
        uint32 termsVersion;
    }

    mapping(uint256 collectionId => Entry) private _entries;

    /// @notice The collection of a claimed token; 0 for a token that was never claimed.
    mapping(uint256 tokenId => uint256 collectionId) public collectionOf;

    event CollectionRegistered(
        uint256 indexed collectionId,
        address indexed creator,
        bytes32 root,
        uint32 size,
        bytes32 termsHash,
        address royaltyReceiver,
        uint16 royaltyBps,
        string uri
    );
    event TermsPublished(uint256 indexed collectionId, uint32 version, bytes32 termsHash);
    event AssetClaimed(
        uint256 indexed collectionId,
        uint256 indexed tokenId,
        uint256 indexed assetId,
        bytes32 contentHash,
        uint64 markId
    );

    error AlreadyRegistered(uint256 collectionId);
    error AlreadyClaimed(uint256 tokenId);
    error UnknownCollection(uint256 collectionId);
    error NotCreator(address creator);
    error NotMember(uint256 collectionId, uint256 assetId);
    error EmptyRoot();
    error EmptyCollection();
    error RoyaltyTooHigh(uint16 bps);

    constructor() ERC721("Selvage Pattern", "SLVG") {}

    /// @notice Registers a collection of the sender.
    /// @param root Root of OpenZeppelin's StandardMerkleTree over (uint256 assetId, bytes32 contentHash,
    ///        uint64 markId).
    /// @param size Number of assets in the tree, as the creator states it.
    /// @param termsHash Hash of the licence terms on offer.
    /// @param royaltyReceiver Who gets ERC-2981 royalties; the zero address stands for the creator.
    /// @param royaltyBps Royalty in basis points of a sale.
    /// @param uri Where the collection is described; only in the event.
    function registerCollection(
        bytes32 root,
        uint32 size,
        bytes32 termsHash,
        address royaltyReceiver,
        uint16 royaltyBps,
        string calldata uri
    ) external returns (uint256 collectionId) {
        if (root == 0) revert EmptyRoot();
        if (size == 0) revert EmptyCollection();
        if (royaltyBps > WHOLE_BPS) revert RoyaltyTooHigh(royaltyBps);
        collectionId = collectionIdOf(msg.sender, root);
        Entry storage entry = _entries[collectionId];
        if (entry.creator != address(0)) revert AlreadyRegistered(collectionId);

        bool elsewhere = royaltyReceiver != address(0) && royaltyReceiver != msg.sender;
        (entry.creator, entry.size, entry.royaltyBps) = (msg.sender, size, royaltyBps);
        (entry.termsVersion, entry.royaltyElsewhere) = (1, elsewhere);
        entry.termsHash = termsHash;
        if (elsewhere) entry.royaltyReceiver = royaltyReceiver;

        address receiver = elsewhere ? royaltyReceiver : msg.sender;
        emit CollectionRegistered(collectionId, msg.sender, root, size, termsHash, receiver, royaltyBps, uri);
    }

    /// @notice Replaces the terms on offer. Licences granted before keep the terms they were granted under.
    function publishTerms(uint256 collectionId, bytes32 termsHash) external {
        Entry storage entry = _known(collectionId);
        if (msg.sender != entry.creator) revert NotCreator(entry.creator);
        entry.termsHash = termsHash;
        emit TermsPublished(collectionId, ++entry.termsVersion, termsHash);
    }

    /// @notice Mints the token of a collection's member to the collection's creator. Anybody may pay for it.
    function claim(uint256 collectionId, Asset calldata asset, bytes32[] calldata proof)
        external
        returns (uint256 tokenId)
    {
        if (!isMember(collectionId, asset, proof)) revert NotMember(collectionId, asset.assetId);
        address creator = _entries[collectionId].creator;
        tokenId = tokenIdOf(creator, asset.assetId);
        if (collectionOf[tokenId] != 0) revert AlreadyClaimed(tokenId);
        collectionOf[tokenId] = collectionId;
        _mint(creator, tokenId);
        emit AssetClaimed(collectionId, tokenId, asset.assetId, asset.contentHash, asset.markId);
    }

    /// @inheritdoc IPatternRegistry
    function isMember(uint256 collectionId, Asset calldata asset, bytes32[] calldata proof)
        public
        view
        returns (bool)
    {
        address creator = _entries[collectionId].creator;
        if (creator == address(0)) return false;
        bytes32 root = MerkleProof.processProofCalldata(proof, leafOf(asset));
        return collectionIdOf(creator, root) == collectionId;
    }

    /// @inheritdoc IPatternRegistry
    function creatorOf(uint256 collectionId) external view returns (address) {
        return _entries[collectionId].creator;
    }

    /// @notice The collection as registered, with the latest terms; reverts if it is not registered.
    function collection(uint256 collectionId) external view returns (Collection memory) {
        Entry storage entry = _known(collectionId);
        return Collection({
            creator: entry.creator,
            size: entry.size,
            royaltyReceiver: _receiverOf(entry),
            royaltyBps: entry.royaltyBps,
            termsHash: entry.termsHash,
            termsVersion: entry.termsVersion
        });
    }

    /// @notice ERC-2981: the royalty of the token's collection; nothing for a token that was never claimed.
    function royaltyInfo(uint256 tokenId, uint256 salePrice) external view returns (address, uint256) {
        Entry storage entry = _entries[collectionOf[tokenId]];
        if (entry.creator == address(0)) return (address(0), 0);
        return (_receiverOf(entry), _portion(salePrice, entry.royaltyBps));
    }

    /// @notice Id of the collection with this root, registered or not.
    function collectionIdOf(address creator, bytes32 root) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(creator, root)));
    }

    /// @notice Id of the token of an asset, claimed or not.
    function tokenIdOf(address creator, uint256 assetId) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(creator, assetId)));
    }

    /// @notice Leaf of an asset: hashed twice, so that no inner node of a tree can pass for a leaf.
    function leafOf(Asset calldata asset) public pure returns (bytes32) {
        return keccak256(bytes.concat(keccak256(abi.encode(asset.assetId, asset.contentHash, asset.markId))));
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) public view override(ERC721, IERC165) returns (bool) {
        return interfaceId == type(IERC2981).interfaceId || super.supportsInterface(interfaceId);
    }

    function _known(uint256 collectionId) private view returns (Entry storage entry) {
        entry = _entries[collectionId];
        if (entry.creator == address(0)) revert UnknownCollection(collectionId);
    }

    function _receiverOf(Entry storage entry) private view returns (address) {
        return entry.royaltyElsewhere ? entry.royaltyReceiver : entry.creator;
    }

    /// @dev Split in two so that no sale price overflows.
    function _portion(uint256 price, uint256 bps) private pure returns (uint256) {
        return (price / WHOLE_BPS) * bps + ((price % WHOLE_BPS) * bps) / WHOLE_BPS;
    }
}
