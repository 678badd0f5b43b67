// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ILicenceBook} from "./interfaces/ILicenceBook.sol";
import {RoyaltyVault} from "./RoyaltyVault.sol";
import {Split} from "./libraries/Split.sol";

/// @title Offers signed beforehand, completed by whoever buys
/// @notice A creator signs an order (EIP-712, or ERC-1271 where the creator is a contract) without a transaction. A buyer
///         brings it with the money, and in one transaction the vault shares the money and the book grants the licence,
///         or neither happens. The creator lets this desk act for them in the book once (`setOperator`).
/// @dev Nobody owns this contract and it keeps no money: every payment is an invoice of the vault, issued and settled
///      in the same call.
contract OrderDesk is EIP712, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    /// @param licence What is granted; its licensee is 0 where anybody may buy, its invoice is filled in when paid.
    /// @param price What is due, in the smallest unit of the currency; 0 for nothing.
    /// @param currency The ERC-20 token, or the zero address for the chain's own coin.
    /// @param splitHash Who shares the price, see `RoyaltyVault.Invoice`.
    /// @param closes First second at which it can no longer be completed.
    /// @param count How many licences can be bought with it.
    /// @param epoch The creator's `epochs` when it was signed.
    /// @param salt Makes two orders of the same content different.
    struct Order {
        ILicenceBook.Licence licence;
        uint128 price;
        address currency;
        bytes32 splitHash;
        uint40 closes;
        uint32 count;
        uint256 epoch;
        bytes32 salt;
    }

    /// @notice What the buyer adds. For the last three see `LicenceBook.grantForAsset`.
    /// @param index Licences bought with the order before this one: the same completion, sent again, buys nothing more.
    struct Completion {
        bytes signature;
        uint256 index;
        address licensee;
        Split.Shares split;
        bytes32[] proof;
        uint256[] assetPage;
        uint256[] collectionPage;
    }

    string private constant ASSET = "Asset(uint256 assetId,bytes32 contentHash,uint64 markId)";
    string private constant DEAL =
        "Deal(uint256 collectionId,Asset asset,bytes32 termsHash,uint256 territories,uint256 products,uint40 run,uint8 depth,uint8 traits,bytes32 parent,bytes32 invoiceId)";
    string private constant STANDING =
        "Standing(bytes32 root,uint256 branches,address licensee,uint40 from,uint40 until)";
    string private constant LICENCE = "Licence(Standing standing,Deal deal)";
    string private constant ORDER =
        "Order(Licence licence,uint128 price,address currency,bytes32 splitHash,uint40 closes,uint32 count,uint256 epoch,bytes32 salt)";

    // EIP-712: a type's own text, then those of the types in it in order of their names.
    bytes32 private constant ASSET_TYPE = keccak256(bytes(ASSET));
    bytes32 private constant STANDING_TYPE = keccak256(bytes(STANDING));
    bytes32 private constant DEAL_TYPE = keccak256(abi.encodePacked(DEAL, ASSET));
    bytes32 private constant LICENCE_TYPE = keccak256(abi.encodePacked(LICENCE, ASSET, DEAL, STANDING));
    bytes32 private constant ORDER_TYPE = keccak256(abi.encodePacked(ORDER, ASSET, DEAL, LICENCE, STANDING));
    uint256 private constant CANCELLED = type(uint256).max;

    ILicenceBook public immutable book;
    RoyaltyVault public immutable vault;

    /// @notice Orders of a creator signed for an earlier epoch are void.
    mapping(address creator => uint256) public epochs;

    /// @notice Licences bought with an order; all bits for one that was cancelled.
    mapping(bytes32 orderHash => uint256) public bought;

    event OrderCompleted(
        bytes32 indexed orderHash, bytes32 indexed licenceId, address indexed licensee, address payer, bytes32 invoiceId
    );
    event OrderCancelled(bytes32 indexed orderHash);
    event OrdersCancelled(address indexed creator, uint256 epoch);

    error BadSignature(address creator);
    error OrderClosed(uint40 closes);
    error OrderWithdrawn(bytes32 orderHash);
    error OrderSpent(bytes32 orderHash);
    /// @notice Another number of licences was bought with the order before, perhaps this very one.
    error WrongPurchase(bytes32 orderHash, uint256 bought);
    error WrongLicensee(address licensee);
    error InvoiceInOrder();
    error SplitMismatch(bytes32 expected);
    error WrongValue(uint256 expected, uint256 sent);
    error NotCreator(address creator);

    constructor(ILicenceBook book_, RoyaltyVault vault_) EIP712("Selvage", "1") {
        (book, vault) = (book_, vault_);
    }

    /// @notice Buys the licence of an order, for the sender's money.
    function complete(Order calldata order, Completion calldata completion)
        external
        payable
        nonReentrant
        returns (bytes32 licenceId)
    {
        bytes32 orderHash = hashOrder(order);
        bytes32 key = _take(order, orderHash, completion);
        ILicenceBook.Licence memory licence = order.licence;
        if (licence.standing.licensee == address(0)) licence.standing.licensee = completion.licensee;
        if (completion.licensee == address(0) || licence.standing.licensee != completion.licensee) {
            revert WrongLicensee(completion.licensee);
        }
        licence.deal.invoiceId = _pay(order, key, completion.split);
        licenceId = book.grantForAsset(
            key, licence, completion.proof, completion.assetPage, completion.collectionPage
        );
        emit OrderCompleted(orderHash, licenceId, completion.licensee, msg.sender, licence.deal.invoiceId);
    }

    /// @notice Withdraws an order of the sender's.
    function cancel(Order calldata order) external {
        address creator = book.registry().creatorOf(order.licence.deal.collectionId);
        if (msg.sender != creator) revert NotCreator(creator);
        bytes32 orderHash = hashOrder(order);
        bought[orderHash] = CANCELLED;
        emit OrderCancelled(orderHash);
    }

    /// @notice Withdraws every order the sender has signed so far.
    function cancelAll() external {
        emit OrdersCancelled(msg.sender, ++epochs[msg.sender]);
    }

    /// @notice What the creator signs (EIP-712 digest).
    function digestOf(Order calldata order) external view returns (bytes32) {
        return _hashTypedDataV4(hashOrder(order));
    }

    /// @notice The creator's reference of the licence that is bought as number `index` with an order.
    function keyOf(bytes32 orderHash, uint256 index) public pure returns (bytes32) {
        return keccak256(abi.encode(orderHash, index));
    }

    /// @notice EIP-712 hash of the order's struct.
    function hashOrder(Order calldata order) public pure returns (bytes32) {
        return keccak256(
            abi.encode(
                ORDER_TYPE,
                _hashLicence(order.licence),
                order.price,
                order.currency,
                order.splitHash,
                order.closes,
                order.count,
                order.epoch,
                order.salt
            )
        );
    }

    /// @dev Takes one licence off the order, before any other contract is called.
    function _take(Order calldata order, bytes32 orderHash, Completion calldata completion) private returns (bytes32 key) {
        address creator = book.registry().creatorOf(order.licence.deal.collectionId);
        if (block.timestamp >= order.closes) revert OrderClosed(order.closes);
        if (order.epoch != epochs[creator]) revert OrderWithdrawn(orderHash);
        if (order.licence.deal.invoiceId != 0) revert InvoiceInOrder();
        uint256 taken = bought[orderHash];
        if (taken == CANCELLED) revert OrderWithdrawn(orderHash);
        if (taken >= order.count) revert OrderSpent(orderHash);
        if (taken != completion.index) revert WrongPurchase(orderHash, taken);
        bought[orderHash] = taken + 1;
        bytes32 digest = _hashTypedDataV4(orderHash);
        bool signed = creator != address(0)
            && SignatureChecker.isValidSignatureNowCalldata(creator, digest, completion.signature);
        if (!signed) revert BadSignature(creator);
        return keyOf(orderHash, taken);
    }

    /// @dev Pays through the vault: an invoice from this desk to this desk, whose split the creator has signed.
    function _pay(Order calldata order, bytes32 key, Split.Shares calldata split) private returns (bytes32 invoiceId) {
        (uint128 price, address currency) = (order.price, order.currency);
        uint256 expected = currency == address(0) ? price : 0;
        if (msg.value != expected) revert WrongValue(expected, msg.value);
        if (price == 0) return 0;
        if (Split.hash(split) != order.splitHash) revert SplitMismatch(order.splitHash);
        if (currency != address(0)) {
            IERC20(currency).safeTransferFrom(msg.sender, address(this), price);
            IERC20(currency).forceApprove(address(vault), price);
        }
        invoiceId = vault.issue(key, address(this), price, currency, 0, order.splitHash);
        RoyaltyVault.Invoice memory invoice =
            RoyaltyVault.Invoice(address(this), address(this), price, currency, 0, order.splitHash);
        vault.settle{value: expected}(invoiceId, invoice, split);
    }

    function _hashLicence(ILicenceBook.Licence calldata licence) private pure returns (bytes32) {
        ILicenceBook.Deal calldata deal = licence.deal;
        bytes32 asset = keccak256(abi.encode(ASSET_TYPE, deal.asset));
        bytes32 scope = keccak256(
            abi.encode(
                DEAL_TYPE,
                deal.collectionId,
                asset,
                deal.termsHash,
                deal.territories,
                deal.products,
                deal.run,
                deal.depth,
                deal.traits,
                deal.parent,
                deal.invoiceId
            )
        );
        return keccak256(abi.encode(LICENCE_TYPE, keccak256(abi.encode(STANDING_TYPE, licence.standing)), scope));
    }
}
