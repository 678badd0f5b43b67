// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RoyaltyVault} from "../../contracts/RoyaltyVault.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {TestDollar} from "../../contracts/TestDollar.sol";
import {Base} from "./Base.sol";
import {CallbackToken, FeeToken, Glutton, Refuser} from "./Payees.sol";

contract RoyaltyVaultTest is Base {
    RoyaltyVault private vault;
    TestDollar private dollar;

    uint256 private constant PAYER_KEY = 0xa11ce;
    address private constant ISSUER = address(0x15);
    address private constant STRANGER = address(0x57);
    address private constant ANN = address(0xa1);
    address private constant BEN = address(0xb1);
    address private constant CLEO = address(0xc1);
    bytes32 private constant KEY = bytes32(uint256(0x4e));
    address private payer;

    function setUp() public {
        vault = new RoyaltyVault();
        dollar = new TestDollar();
        payer = vm.addr(PAYER_KEY);
    }

    function issue(uint128 amount, address currency, Split.Shares memory split)
        private
        returns (bytes32 id, RoyaltyVault.Invoice memory invoice)
    {
        invoice = RoyaltyVault.Invoice(ISSUER, payer, amount, currency, 9, hashOf(split));
        vm.prank(ISSUER);
        id = vault.issue(KEY, payer, amount, currency, 9, hashOf(split));
    }

    function pay(bytes32 id, RoyaltyVault.Invoice memory invoice, Split.Shares memory split) private {
        vm.deal(payer, invoice.amount);
        vm.prank(payer);
        vault.settle{value: invoice.amount}(id, invoice, split);
    }

    function test_nativePaymentIsSharedToTheLastUnit() public {
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(0), split);
        yes(!vault.isSettled(id));
        pay(id, invoice, split);
        yes(vault.isSettled(id));
        eq(vault.credit(address(0), ANN), 33);
        eq(vault.credit(address(0), CLEO), 34);
        vm.prank(STRANGER);
        eq(vault.withdraw(address(0), CLEO), 34);
        eq(CLEO.balance, 34);
        eq(STRANGER.balance, 0);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.NothingToWithdraw.selector, address(0), CLEO));
        vault.withdraw(address(0), CLEO);
    }

    function test_tokenPaymentOutOfAnAllowance() public {
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(101, address(dollar), split);
        dollar.mint(payer, 200);
        vm.prank(payer);
        dollar.approve(address(vault), 101);
        vm.prank(payer);
        vault.settle(id, invoice, split);
        eq(dollar.balanceOf(address(vault)), 101);
        vault.withdraw(address(dollar), ANN);
        vault.withdraw(address(dollar), BEN);
        vault.withdraw(address(dollar), CLEO);
        eq(dollar.balanceOf(ANN) + dollar.balanceOf(BEN) + dollar.balanceOf(CLEO), 101);
        eq(dollar.balanceOf(address(vault)), 0);
    }

    function testFuzz_anybodyRelaysASignedPaymentOnce(uint128 amount, address relay) public {
        vm.assume(amount != 0);
        vm.assume(relay != address(vm) && relay != address(0));
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(amount, address(dollar), split);
        dollar.mint(payer, amount);
        RoyaltyVault.Authorization memory signed =
            authorize(dollar, vault, PAYER_KEY, amount, vault.paymentNonce(id, invoice));
        vm.prank(relay);
        vault.settleWithAuthorization(id, invoice, split, signed);
        yes(vault.isSettled(id));
        eq(dollar.balanceOf(address(vault)), amount);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.AlreadySettled.selector, id));
        vault.settleWithAuthorization(id, invoice, split, signed);
    }

    function test_aSignatureForOneInvoicePaysNoOther() public {
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(dollar), split);
        vm.prank(STRANGER);
        bytes32 other = vault.issue(KEY, payer, 100, address(dollar), 9, hashOf(split));
        dollar.mint(payer, 200);
        RoyaltyVault.Authorization memory signed =
            authorize(dollar, vault, PAYER_KEY, 100, vault.paymentNonce(id, invoice));
        invoice.issuer = STRANGER;
        vm.expectRevert(abi.encodeWithSelector(TestDollar.InvalidSignature.selector, payer));
        vault.settleWithAuthorization(other, invoice, split, signed);
        invoice.currency = address(0);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.NotForNativeCoin.selector));
        vault.settleWithAuthorization(other, invoice, split, signed);
    }

    function test_onlyThePayerPaysAndExactly() public {
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(0), split);
        vm.deal(address(this), 100);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.NotPayer.selector, payer));
        vault.settle{value: 100}(id, invoice, split);
        vm.deal(payer, 200);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.WrongValue.selector, 100, 99));
        vault.settle{value: 99}(id, invoice, split);
        pay(id, invoice, split);
        vm.deal(payer, 100);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.AlreadySettled.selector, id));
        vault.settle{value: 100}(id, invoice, split);
    }

    function test_coinsSentAlongWithATokenPaymentAreRefused() public {
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(dollar), split);
        vm.deal(payer, 1);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.WrongValue.selector, 0, 1));
        vault.settle{value: 1}(id, invoice, split);
    }

    function test_contentAndSplitMustBeThoseOfTheInvoice() public {
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(0), split);
        yes(vault.matches(id, invoice));
        vm.deal(payer, 200);
        invoice.amount = 1;
        yes(!vault.matches(id, invoice));
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.InvoiceMismatch.selector, id));
        vault.settle{value: 1}(id, invoice, split);
        invoice.amount = 100;
        split.payees[0] = STRANGER;
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.SplitMismatch.selector, invoice.splitHash));
        vault.settle{value: 100}(id, invoice, split);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.NotIssued.selector, bytes32(0)));
        vault.settle{value: 100}(0, invoice, split);
    }

    function test_issuingTakesAPayerAndAnAmountAndHappensOnce() public {
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.NoPayer.selector));
        vault.issue(KEY, address(0), 1, address(0), 0, 0);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.NoAmount.selector));
        vault.issue(KEY, payer, 0, address(0), 0, 0);
        (bytes32 id,) = issue(100, address(0), split);
        vm.prank(ISSUER);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.AlreadyIssued.selector, id));
        vault.issue(KEY, payer, 1, address(0), 0, 0);
        vm.prank(STRANGER);
        yes(vault.issue(KEY, payer, 1, address(0), 0, 0) != id);
    }

    function test_cancelling() public {
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(0), split);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.NotIssuer.selector, ISSUER));
        vault.cancel(id, invoice);
        vm.prank(ISSUER);
        vault.cancel(id, invoice);
        vm.deal(payer, 100);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.AlreadyCancelled.selector, id));
        vault.settle{value: 100}(id, invoice, split);
        vm.prank(ISSUER);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.AlreadyIssued.selector, id));
        vault.issue(KEY, payer, 1, address(0), 0, 0);
    }

    function test_aPayeeWhoRefusesOrReentersHindersNobody() public {
        Refuser refuser = new Refuser();
        Glutton glutton = new Glutton(vault);
        Split.Shares memory split = threeWays(address(refuser), address(glutton), CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(0), split);
        pay(id, invoice, split);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.PaymentRefused.selector, address(refuser)));
        vault.withdraw(address(0), address(refuser));
        vault.withdraw(address(0), address(glutton));
        eq(glutton.servedTwice(), 0);
        eq(address(glutton).balance, 33);
        vault.withdraw(address(0), CLEO);
        eq(CLEO.balance, 34);
        eq(address(vault).balance, vault.credit(address(0), address(refuser)));
    }

    function test_aTokenThatKeepsAFeeIsRefused() public {
        FeeToken token = new FeeToken();
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(token), split);
        token.mint(payer, 100);
        vm.prank(payer);
        token.approve(address(vault), 100);
        vm.prank(payer);
        vm.expectRevert(abi.encodeWithSelector(RoyaltyVault.WrongAmountReceived.selector, 100, 99));
        vault.settle(id, invoice, split);
        yes(!vault.isSettled(id));
    }

    function test_aTokenThatCallsBackCannotPayTwoInvoicesAtOnce() public {
        CallbackToken token = new CallbackToken();
        Split.Shares memory split = threeWays(ANN, BEN, CLEO);
        (bytes32 id, RoyaltyVault.Invoice memory invoice) = issue(100, address(token), split);
        bytes32 second = vault.issue(KEY, address(token), 100, address(token), 9, hashOf(split));
        RoyaltyVault.Invoice memory own =
            RoyaltyVault.Invoice(address(this), address(token), 100, address(token), 9, hashOf(split));
        token.plan(vault, 100, abi.encodeCall(vault.settle, (second, own, split)));
        token.mint(payer, 100);
        vm.prank(payer);
        token.approve(address(vault), 100);
        vm.prank(payer);
        vault.settle(id, invoice, split);
        yes(!token.succeeded());
        yes(!vault.isSettled(second));
        eq(token.balanceOf(address(vault)), 100);
        eq(vault.credit(address(token), CLEO), 34);
    }

    function test_takesNoCoinsBesidesPayments() public {
        vm.deal(address(this), 1);
        (bool taken,) = address(vault).call{value: 1}("");
        yes(!taken);
    }
}
