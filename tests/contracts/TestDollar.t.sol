// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {TestDollar} from "../../contracts/TestDollar.sol";
import {Base} from "./Base.sol";

contract TestDollarTest is Base {
    TestDollar private dollar;
    uint256 private constant KEY = 0xa11ce;
    address private constant TO = address(0x70);
    address private from;

    function setUp() public {
        dollar = new TestDollar();
        from = vm.addr(KEY);
        dollar.mint(from, 100);
        vm.warp(1000);
    }

    function sign(bytes32 content) private view returns (uint8, bytes32, bytes32) {
        return vm.sign(KEY, keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), content)));
    }

    function signTransfer(bytes32 kind, uint256 start, uint256 end, bytes32 nonce)
        private
        view
        returns (uint8, bytes32, bytes32)
    {
        return sign(keccak256(abi.encode(kind, from, TO, 40, start, end, nonce)));
    }

    function test_transferWithAuthorizationWorksOnce() public {
        bytes32 kind = dollar.TRANSFER_WITH_AUTHORIZATION_TYPEHASH();
        (uint8 v, bytes32 r, bytes32 s) = signTransfer(kind, 0, 2000, "n");
        dollar.transferWithAuthorization(from, TO, 40, 0, 2000, "n", v, r, s);
        eq(dollar.balanceOf(TO), 40);
        yes(dollar.authorizationState(from, "n"));
        vm.expectRevert(abi.encodeWithSelector(TestDollar.AuthorizationSpent.selector, from, bytes32("n")));
        dollar.transferWithAuthorization(from, TO, 40, 0, 2000, "n", v, r, s);
    }

    function test_onlyThePayeeReceives() public {
        bytes32 kind = dollar.RECEIVE_WITH_AUTHORIZATION_TYPEHASH();
        (uint8 v, bytes32 r, bytes32 s) = signTransfer(kind, 0, 2000, "n");
        vm.expectRevert(abi.encodeWithSelector(TestDollar.CallerMustBePayee.selector, TO));
        dollar.receiveWithAuthorization(from, TO, 40, 0, 2000, "n", v, r, s);
        vm.expectRevert(abi.encodeWithSelector(TestDollar.InvalidSignature.selector, from));
        dollar.transferWithAuthorization(from, TO, 40, 0, 2000, "n", v, r, s);
        vm.prank(TO);
        dollar.receiveWithAuthorization(from, TO, 40, 0, 2000, "n", v, r, s);
        eq(dollar.balanceOf(TO), 40);
    }

    function test_timesAreExclusive() public {
        bytes32 kind = dollar.TRANSFER_WITH_AUTHORIZATION_TYPEHASH();
        (uint8 v, bytes32 r, bytes32 s) = signTransfer(kind, 1000, 1001, "n");
        vm.expectRevert(abi.encodeWithSelector(TestDollar.AuthorizationNotYetValid.selector, 1000));
        dollar.transferWithAuthorization(from, TO, 40, 1000, 1001, "n", v, r, s);
        vm.warp(1001);
        vm.expectRevert(abi.encodeWithSelector(TestDollar.AuthorizationExpired.selector, 1001));
        dollar.transferWithAuthorization(from, TO, 40, 1000, 1001, "n", v, r, s);
    }

    function test_aCancelledAuthorizationIsWorthless() public {
        bytes32 kind = dollar.TRANSFER_WITH_AUTHORIZATION_TYPEHASH();
        bytes32 cancelling = keccak256(abi.encode(dollar.CANCEL_AUTHORIZATION_TYPEHASH(), from, bytes32("n")));
        (uint8 v, bytes32 r, bytes32 s) = sign(cancelling);
        dollar.cancelAuthorization(from, "n", v, r, s);
        (v, r, s) = signTransfer(kind, 0, 2000, "n");
        vm.expectRevert(abi.encodeWithSelector(TestDollar.AuthorizationSpent.selector, from, bytes32("n")));
        dollar.transferWithAuthorization(from, TO, 40, 0, 2000, "n", v, r, s);
    }

    function testFuzz_anAlteredSignatureIsRefused(uint256 value, bytes32 nonce) public {
        vm.assume(value != 40 || nonce != "n");
        (uint8 v, bytes32 r, bytes32 s) = signTransfer(dollar.TRANSFER_WITH_AUTHORIZATION_TYPEHASH(), 0, 2000, "n");
        vm.expectRevert(abi.encodeWithSelector(TestDollar.InvalidSignature.selector, from));
        dollar.transferWithAuthorization(from, TO, value, 0, 2000, nonce, v, r, s);
    }

    function test_refusesRealChains() public {
        vm.chainId(1);
        vm.expectRevert(abi.encodeWithSelector(TestDollar.OnlyOnDevelopmentChains.selector, 1));
        dollar.mint(from, 1);
        vm.expectRevert(abi.encodeWithSelector(TestDollar.OnlyOnDevelopmentChains.selector, 1));
        new TestDollar();
    }
}
