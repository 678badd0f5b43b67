// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RoyaltyVault} from "../../contracts/RoyaltyVault.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {TestDollar} from "../../contracts/TestDollar.sol";
import {Base} from "./Base.sol";
import {Glutton, Refuser} from "./Payees.sol";

/// @dev Does to the vault whatever the runner thinks of, and keeps its own books beside it.
contract Handler is Base {
    struct Open {
        bytes32 id;
        RoyaltyVault.Invoice invoice;
        Split.Shares split;
        bool closed;
    }

    RoyaltyVault public immutable vault;
    TestDollar public immutable dollar;
    address[4] public payees;
    Open[] private open;
    mapping(address currency => uint256) public paidIn;
    mapping(address currency => uint256) public paidOut;
    uint256 public paidTwice;
    uint256 public settled;

    constructor(RoyaltyVault vault_, TestDollar dollar_) {
        (vault, dollar) = (vault_, dollar_);
        payees = [address(new Refuser()), address(new Glutton(vault_)), address(0xa1), address(0xb1)];
    }

    function issue(uint128 amount, uint16 first, uint16 second, uint8 who, bool native) external {
        if (amount == 0) return;
        Split.Shares memory split = Split.Shares(new address[](3), new uint16[](3));
        for (uint256 i; i < 3; ++i) split.payees[i] = payees[(uint256(who) + i * (who % 3)) % 4];
        (split.bps[0], split.bps[1]) = (first % 5001, second % 5000);
        split.bps[2] = 10_000 - split.bps[0] - split.bps[1];
        address currency = native ? address(0) : address(dollar);
        bytes32 key = bytes32(open.length);
        bytes32 id = vault.issue(key, address(this), amount, currency, 0, hashOf(split));
        RoyaltyVault.Invoice memory invoice =
            RoyaltyVault.Invoice(address(this), address(this), amount, currency, 0, hashOf(split));
        open.push(Open(id, invoice, split, false));
    }

    function settle(uint256 which) external {
        if (open.length == 0) return;
        Open storage chosen = open[which % open.length];
        (address currency, uint128 amount) = (chosen.invoice.currency, chosen.invoice.amount);
        if (currency == address(0)) vm.deal(address(this), amount);
        else if (dollar.totalSupply() > type(uint256).max - amount) return;
        else dollar.mint(address(this), amount);
        dollar.approve(address(vault), amount);
        uint256 value = currency == address(0) ? amount : 0;
        try vault.settle{value: value}(chosen.id, chosen.invoice, chosen.split) {
            if (chosen.closed) ++paidTwice;
            chosen.closed = true;
            paidIn[currency] += amount;
            ++settled;
        } catch {
            if (!chosen.closed) revert("an open invoice was refused");
        }
    }

    function cancel(uint256 which) external {
        if (open.length == 0 || which % 4 != 0) return;
        Open storage chosen = open[which % open.length];
        try vault.cancel(chosen.id, chosen.invoice) {
            if (chosen.closed) ++paidTwice;
            chosen.closed = true;
        } catch {
            if (!chosen.closed) revert("an open invoice was not cancelled");
        }
    }

    function withdraw(uint8 who, bool native) external {
        address currency = native ? address(0) : address(dollar);
        address payee = payees[who % 4];
        uint256 credit = vault.credit(currency, payee);
        try vault.withdraw(currency, payee) returns (uint256 amount) {
            eq(amount, credit);
            paidOut[currency] += amount;
        } catch {
            if (credit != 0 && !(native && who % 4 == 0)) revert("a willing payee was not paid");
        }
    }

    function credits(address currency) external view returns (uint256 total) {
        for (uint256 i; i < 4; ++i) total += vault.credit(currency, payees[i]);
    }
}

contract RoyaltyVaultInvariantTest is Base {
    Handler private handler;

    function setUp() public {
        handler = new Handler(new RoyaltyVault(), new TestDollar());
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    function invariant_everyUnitIsSomebodysCredit() public view {
        address vault = address(handler.vault());
        address dollar = address(handler.dollar());
        eq(vault.balance, handler.credits(address(0)));
        eq(handler.dollar().balanceOf(vault), handler.credits(dollar));
    }

    function invariant_whatCameInIsWhatWentOutAndWhatIsLeft() public view {
        address dollar = address(handler.dollar());
        eq(handler.paidIn(address(0)), handler.paidOut(address(0)) + handler.credits(address(0)));
        eq(handler.paidIn(dollar), handler.paidOut(dollar) + handler.credits(dollar));
    }

    function invariant_anInvoiceIsPaidAtMostOnce() public view {
        eq(handler.paidTwice(), 0);
        eq(Glutton(payable(handler.payees(1))).servedTwice(), 0);
    }
}
