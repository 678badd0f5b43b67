// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IERC3009} from "./interfaces/IERC3009.sol";
import {IRoyaltyVault} from "./interfaces/IRoyaltyVault.sol";
import {SlotHash} from "./libraries/SlotHash.sol";
import {Split} from "./libraries/Split.sol";

/// @title Invoices that are paid once and shared to the last unit
/// @notice An issuer writes an invoice down, its payer pays it in full, the payees named in its split withdraw. Nobody
///         owns this contract: what was credited to a payee can only go to that payee.
/// @dev One slot per invoice: the hash of its content and its state. Content and split travel as calldata. Payees pull,
///      so that one who refuses or re-enters hinders nobody else. Coins forced into the contract stay there.
contract RoyaltyVault is IRoyaltyVault, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;
    using SlotHash for bytes32;
    using Split for Split.Shares;

    /// @param issuer Who wrote it.
    /// @param payer Who must pay it.
    /// @param amount What is due, in the smallest unit of the currency.
    /// @param currency The ERC-20 token, or the zero address for the chain's own coin.
    /// @param due When it is due, in Unix seconds. Late payments are accepted.
    /// @param splitHash keccak256(abi.encode(payees, bps)).
    struct Invoice {
        address issuer;
        address payer;
        uint128 amount;
        address currency;
        uint40 due;
        bytes32 splitHash;
    }

    /// @notice An ERC-3009 signature of the payer over `paymentNonce`.
    struct Authorization {
        uint256 validAfter;
        uint256 validBefore;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    enum State {
        None,
        Issued,
        Settled,
        Cancelled
    }

    mapping(bytes32 invoiceId => bytes32 slot) private _slots;

    /// @notice What a payee can withdraw.
    mapping(address currency => mapping(address payee => uint256)) public credit;

    event InvoiceIssued(
        bytes32 indexed invoiceId,
        address indexed issuer,
        address indexed payer,
        uint128 amount,
        address currency,
        uint40 due,
        bytes32 splitHash,
        bytes32 key
    );
    event InvoiceCancelled(bytes32 indexed invoiceId);
    event InvoiceSettled(bytes32 indexed invoiceId, address indexed payer, address currency, uint128 amount);
    event Withdrawn(address indexed currency, address indexed payee, uint256 amount);

    error AlreadyIssued(bytes32 invoiceId);
    error NotIssued(bytes32 invoiceId);
    error AlreadySettled(bytes32 invoiceId);
    error AlreadyCancelled(bytes32 invoiceId);
    error InvoiceMismatch(bytes32 invoiceId);
    error SplitMismatch(bytes32 expected);
    error NotPayer(address payer);
    error NotIssuer(address issuer);
    error NoPayer();
    error NoAmount();
    error WrongValue(uint256 expected, uint256 sent);
    error WrongAmountReceived(uint256 expected, uint256 received);
    error NotForNativeCoin();
    error NothingToWithdraw(address currency, address payee);
    error PaymentRefused(address payee);

    /// @notice Writes an invoice of the sender down.
    /// @param key The issuer's own reference for it.
    /// @return invoiceId See `invoiceIdOf`.
    function issue(
        bytes32 key,
        address payer,
        uint128 amount,
        address currency,
        uint40 due,
        bytes32 splitHash
    ) external returns (bytes32 invoiceId) {
        if (payer == address(0)) revert NoPayer();
        if (amount == 0) revert NoAmount();
        invoiceId = invoiceIdOf(msg.sender, key);
        if (_slots[invoiceId] != 0) revert AlreadyIssued(invoiceId);
        Invoice memory invoice = Invoice(msg.sender, payer, amount, currency, due, splitHash);
        _slots[invoiceId] = keccak256(abi.encode(invoice)).pack(uint8(State.Issued));
        emit InvoiceIssued(invoiceId, msg.sender, payer, amount, currency, due, splitHash, key);
    }

    /// @notice Withdraws an invoice that is not paid. Its id is spent.
    function cancel(bytes32 invoiceId, Invoice calldata invoice) external {
        if (msg.sender != invoice.issuer) revert NotIssuer(invoice.issuer);
        _close(invoiceId, invoice, State.Cancelled);
        emit InvoiceCancelled(invoiceId);
    }

    /// @notice Pays an invoice: with the call's value, or out of an allowance given to this contract.
    function settle(bytes32 invoiceId, Invoice calldata invoice, Split.Shares calldata split)
        external
        payable
        nonReentrant
    {
        if (msg.sender != invoice.payer) revert NotPayer(invoice.payer);
        _close(invoiceId, invoice, State.Settled);
        bool native = invoice.currency == address(0);
        uint256 expected = native ? invoice.amount : 0;
        if (msg.value != expected) revert WrongValue(expected, msg.value);
        if (!native) {
            IERC20 token = IERC20(invoice.currency);
            uint256 before = token.balanceOf(address(this));
            token.safeTransferFrom(msg.sender, address(this), invoice.amount);
            _requireReceived(token, before, invoice.amount);
        }
        _share(invoiceId, invoice, split);
    }

    /// @notice Pays an invoice with a signature of its payer. Anybody may bring it; the payer needs no gas.
    function settleWithAuthorization(
        bytes32 invoiceId,
        Invoice calldata invoice,
        Split.Shares calldata split,
        Authorization calldata authorization
    ) external nonReentrant {
        if (invoice.currency == address(0)) revert NotForNativeCoin();
        _close(invoiceId, invoice, State.Settled);
        IERC20 token = IERC20(invoice.currency);
        uint256 before = token.balanceOf(address(this));
        IERC3009(invoice.currency).receiveWithAuthorization(
            invoice.payer,
            address(this),
            invoice.amount,
            authorization.validAfter,
            authorization.validBefore,
            paymentNonce(invoiceId, invoice),
            authorization.v,
            authorization.r,
            authorization.s
        );
        _requireReceived(token, before, invoice.amount);
        _share(invoiceId, invoice, split);
    }

    /// @notice Pays a payee everything credited in one currency, whoever asks.
    function withdraw(address currency, address payee) external nonReentrant returns (uint256 amount) {
        amount = credit[currency][payee];
        if (amount == 0) revert NothingToWithdraw(currency, payee);
        credit[currency][payee] = 0;
        if (currency == address(0)) {
            (bool paid,) = payee.call{value: amount}("");
            if (!paid) revert PaymentRefused(payee);
        } else {
            IERC20(currency).safeTransfer(payee, amount);
        }
        emit Withdrawn(currency, payee, amount);
    }

    /// @inheritdoc IRoyaltyVault
    function isSettled(bytes32 invoiceId) external view returns (bool) {
        return stateOf(invoiceId) == State.Settled;
    }

    function stateOf(bytes32 invoiceId) public view returns (State) {
        return State(_slots[invoiceId].stateOf());
    }

    /// @notice Whether an invoice with exactly this content was issued, whatever became of it since.
    function matches(bytes32 invoiceId, Invoice calldata invoice) external view returns (bool) {
        bytes32 slot = _slots[invoiceId];
        return slot != 0 && slot.matches(keccak256(abi.encode(invoice)));
    }

    /// @notice The shares of an amount, as `settle` would credit them.
    function preview(uint128 amount, Split.Shares calldata split) external pure returns (uint256[] memory) {
        split.check();
        return Split.allocate(amount, split.bps);
    }

    /// @notice Id of the invoice that `issuer` calls `key`, issued or not.
    function invoiceIdOf(address issuer, bytes32 key) public pure returns (bytes32) {
        return keccak256(abi.encode(issuer, key));
    }

    /// @notice The ERC-3009 nonce of the payment: it commits the payer's signature to this invoice, its split included,
    ///         in this vault on this chain.
    function paymentNonce(bytes32 invoiceId, Invoice calldata invoice) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), invoiceId, keccak256(abi.encode(invoice))));
    }

    /// @dev Before any money moves, so that a re-entering token finds the invoice closed.
    function _close(bytes32 invoiceId, Invoice calldata invoice, State to) private {
        bytes32 slot = _slots[invoiceId];
        State state = State(slot.stateOf());
        if (state == State.None) revert NotIssued(invoiceId);
        if (state == State.Settled) revert AlreadySettled(invoiceId);
        if (state == State.Cancelled) revert AlreadyCancelled(invoiceId);
        bytes32 content = keccak256(abi.encode(invoice));
        if (!slot.matches(content)) revert InvoiceMismatch(invoiceId);
        _slots[invoiceId] = content.pack(uint8(to));
    }

    /// @dev A token that keeps a fee would leave the payees with more credit than there is money.
    function _requireReceived(IERC20 token, uint256 before, uint256 amount) private view {
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert WrongAmountReceived(amount, received);
    }

    function _share(bytes32 invoiceId, Invoice calldata invoice, Split.Shares calldata split) private {
        if (split.hash() != invoice.splitHash) revert SplitMismatch(invoice.splitHash);
        split.check();
        uint256[] memory shares = Split.allocate(invoice.amount, split.bps);
        mapping(address payee => uint256) storage credits = credit[invoice.currency];
        for (uint256 i; i < shares.length; ++i) {
            if (shares[i] != 0) credits[split.payees[i]] += shares[i];
        }
        emit InvoiceSettled(invoiceId, invoice.payer, invoice.currency, invoice.amount);
    }
}
