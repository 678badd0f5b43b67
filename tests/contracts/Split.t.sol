// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {RoyaltyVault} from "../../contracts/RoyaltyVault.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {Base} from "./Base.sol";

contract SplitTest is Base {
    RoyaltyVault private vault;

    function setUp() public {
        vault = new RoyaltyVault();
    }

    /// @dev The same file holds the ledger's Money.allocate to the same shares.
    function test_vectors() public view {
        string memory json = vm.readFile("tests/vectors/split.json");
        uint256 count;
        for (string memory row = "$[0]"; vm.keyExistsJson(json, row); row = rowPath(++count)) {
            uint256[] memory bps = vm.parseJsonUintArray(json, string.concat(row, ".bps"));
            uint256[] memory wanted = vm.parseJsonUintArray(json, string.concat(row, ".shares"));
            uint128 amount = uint128(vm.parseJsonUint(json, string.concat(row, ".amount")));
            uint256[] memory shares = vault.preview(amount, among(bps));
            eq(shares.length, wanted.length);
            for (uint256 i; i < shares.length; ++i) eq(shares[i], wanted[i]);
        }
        yes(count > 20);
    }

    function testFuzz_losesNothingAndIsFair(uint128 amount, uint16[8] memory cuts) public view {
        uint256[] memory bps = fromCuts(cuts);
        uint256[] memory shares = vault.preview(amount, among(bps));
        uint256 total;
        for (uint256 i; i < shares.length; ++i) {
            uint256 floor_ = uint256(amount) * bps[i] / 10_000;
            yes(shares[i] == floor_ || shares[i] == floor_ + 1);
            total += shares[i];
            for (uint256 j; j < shares.length; ++j) if (bps[i] > bps[j]) yes(shares[i] >= shares[j]);
        }
        eq(total, amount);
    }

    function test_refusesWhatCannotBePaid() public {
        uint256[] memory bps = new uint256[](2);
        (bps[0], bps[1]) = (5000, 4999);
        vm.expectRevert(abi.encodeWithSelector(Split.SplitTotal.selector, 9999));
        vault.preview(1, among(bps));
        Split.Shares memory split = among(bps);
        split.payees = new address[](2);
        vm.expectRevert(abi.encodeWithSelector(Split.SplitPayee.selector, 0));
        vault.preview(1, split);
        split.payees = new address[](1);
        vm.expectRevert(abi.encodeWithSelector(Split.SplitLengths.selector, 1, 2));
        vault.preview(1, split);
        vm.expectRevert(abi.encodeWithSelector(Split.SplitLengths.selector, 51, 51));
        vault.preview(1, among(new uint256[](51)));
        vm.expectRevert(abi.encodeWithSelector(Split.SplitLengths.selector, 0, 0));
        vault.preview(1, among(new uint256[](0)));
    }

    function rowPath(uint256 index) private pure returns (string memory) {
        return string.concat("$[", vm.toString(index), "]");
    }

    function among(uint256[] memory bps) private pure returns (Split.Shares memory split) {
        split = Split.Shares(new address[](bps.length), new uint16[](bps.length));
        for (uint256 i; i < bps.length; ++i) {
            (split.payees[i], split.bps[i]) = (address(uint160(i + 1)), uint16(bps[i]));
        }
    }

    /// @dev Nine shares of 10,000 out of eight arbitrary numbers.
    function fromCuts(uint16[8] memory cuts) private pure returns (uint256[] memory bps) {
        bps = new uint256[](9);
        uint256 left = 10_000;
        for (uint256 i; i < 8; ++i) {
            bps[i] = cuts[i] % (left + 1);
            left -= bps[i];
        }
        bps[8] = left;
    }
}
