// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {SoftBindingDirectory} from "../../contracts/SoftBindingDirectory.sol";
import {Base} from "./Base.sol";

contract SoftBindingDirectoryTest is Base {
    event Pointed(string endpoint);

    string private constant FIRST = "https://studio.example/c2pa/v1";
    SoftBindingDirectory private directory = new SoftBindingDirectory(FIRST);

    function test_saysWhereForAnyBinding() public view {
        string memory said = directory.endpointsByBinding('{"softBindingValue":"AAAA"}');
        if (!_same(said, '{"endpoints":["https://studio.example/c2pa/v1"]}')) revert();
        if (directory.keeper() != address(this)) revert();
    }

    function test_onlyTheKeeperMovesIt() public {
        vm.expectEmit(address(directory));
        emit Pointed("https://elsewhere.example/v1");
        directory.point("https://elsewhere.example/v1");
        if (!_same(directory.endpoint(), "https://elsewhere.example/v1")) revert();
        vm.prank(address(7));
        vm.expectRevert(abi.encodeWithSelector(SoftBindingDirectory.NotKeeper.selector, address(7)));
        directory.point(FIRST);
    }

    function test_refusesWhatJsonCannotHold() public {
        string[5] memory wrong = ["", "a b", 'https://a"', "https://a\\", unicode"https://ä"];
        for (uint256 place = 0; place < wrong.length; ++place) {
            vm.expectRevert(abi.encodeWithSelector(SoftBindingDirectory.NotAnAddress.selector));
            directory.point(wrong[place]);
        }
        vm.expectRevert(abi.encodeWithSelector(SoftBindingDirectory.NotAnAddress.selector));
        directory.point(string(new bytes(2049)));
    }

    function testFuzz_whatItTakesItSays(bytes calldata any) public {
        try directory.point(string(any)) {
            if (!_same(directory.endpoint(), string(any))) revert();
        } catch {
            if (!_same(directory.endpoint(), FIRST)) revert();
        }
    }

    function _same(string memory one, string memory other) private pure returns (bool) {
        return keccak256(bytes(one)) == keccak256(bytes(other));
    }
}
