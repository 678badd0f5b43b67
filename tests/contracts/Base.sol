// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IPatternRegistry} from "../../contracts/interfaces/IPatternRegistry.sol";
import {RoyaltyVault} from "../../contracts/RoyaltyVault.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {TestDollar} from "../../contracts/TestDollar.sol";

/// @dev The cheatcodes these tests use, as Hardhat's Solidity test runner offers them.
interface Vm {
    function addr(uint256 key) external pure returns (address);
    function assume(bool condition) external pure;
    function chainId(uint256 id) external;
    function deal(address who, uint256 balance) external;
    function expectEmit(address emitter) external;
    function expectPartialRevert(bytes4 selector) external;
    function expectRevert() external;
    function expectRevert(bytes calldata reason) external;
    function keyExistsJson(string calldata json, string calldata key) external view returns (bool);
    function parseJsonUint(string calldata json, string calldata key) external pure returns (uint256);
    function parseJsonUintArray(string calldata json, string calldata key) external pure returns (uint256[] memory);
    function prank(address sender) external;
    function readFile(string calldata path) external view returns (string memory);
    function sign(uint256 key, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);
    function toString(uint256 value) external pure returns (string memory);
    function warp(uint256 timestamp) external;
}

/// @dev What the test contracts share.
abstract contract Base {
    Vm internal constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Differs(uint256 got, uint256 wanted);

    function eq(uint256 got, uint256 wanted) internal pure {
        if (got != wanted) revert Differs(got, wanted);
    }

    function eq(address got, address wanted) internal pure {
        eq(uint160(got), uint160(wanted));
    }

    function eq(bytes32 got, bytes32 wanted) internal pure {
        eq(uint256(got), uint256(wanted));
    }

    function yes(bool condition) internal pure {
        if (!condition) revert Differs(0, 1);
    }

    /// @dev Root over two leaves, each of which is the other's proof.
    function pairRoot(bytes32 a, bytes32 b) internal pure returns (bytes32) {
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function proofOf(bytes32 sibling) internal pure returns (bytes32[] memory proof) {
        proof = new bytes32[](1);
        proof[0] = sibling;
    }

    function asset(uint256 assetId) internal pure returns (IPatternRegistry.Asset memory) {
        return IPatternRegistry.Asset(assetId, keccak256(abi.encode("file", assetId)), uint64(assetId) ^ 7);
    }

    function threeWays(address a, address b, address c) internal pure returns (Split.Shares memory split) {
        split = Split.Shares(new address[](3), new uint16[](3));
        (split.payees[0], split.payees[1], split.payees[2]) = (a, b, c);
        (split.bps[0], split.bps[1], split.bps[2]) = (3333, 3333, 3334);
    }

    function hashOf(Split.Shares memory split) internal pure returns (bytes32) {
        return keccak256(abi.encode(split.payees, split.bps));
    }

    /// @dev A payer's signature over an ERC-3009 payment to the vault.
    function authorize(TestDollar dollar, RoyaltyVault vault, uint256 key, uint256 amount, bytes32 nonce)
        internal
        view
        returns (RoyaltyVault.Authorization memory)
    {
        uint256 end = block.timestamp + 1 hours;
        bytes32 message = keccak256(
            abi.encode(
                dollar.RECEIVE_WITH_AUTHORIZATION_TYPEHASH(), vm.addr(key), address(vault), amount, 0, end, nonce
            )
        );
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), message));
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
        return RoyaltyVault.Authorization(0, end, v, r, s);
    }
}
