// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Question} from "../../contracts/libraries/Question.sol";
import {Base} from "./Base.sol";

/// @dev Answers in all the ways there are.
contract Respondent {
    function twice(uint256 about) external pure returns (uint256) {
        return 2 * about;
    }

    function silent(uint256) external pure {}

    function refusing(uint256) external pure returns (uint256) {
        revert();
    }

    function brief(uint256) external pure {
        assembly {
            return(0, 31)
        }
    }
}

contract QuestionTest is Base {
    Respondent private respondent;

    function setUp() public {
        respondent = new Respondent();
    }

    function ask(address whom, bytes4 selector, uint256 about) external view returns (uint256) {
        return Question.ask(whom, selector, about);
    }

    function testFuzz_anAnswerIsHeard(uint128 about) public view {
        eq(this.ask(address(respondent), Respondent.twice.selector, about), 2 * uint256(about));
    }

    function test_noAnswerIsNone() public {
        vm.expectRevert();
        this.ask(address(respondent), Respondent.silent.selector, 1);
        vm.expectRevert();
        this.ask(address(respondent), Respondent.brief.selector, 1);
        vm.expectRevert();
        this.ask(address(respondent), Respondent.refusing.selector, 1);
        vm.expectRevert();
        this.ask(address(0x57), Respondent.twice.selector, 1);
    }
}
