// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {RoyaltyVault} from "../../contracts/RoyaltyVault.sol";

/// @dev A payee that will not be paid.
contract Refuser {
    receive() external payable {
        revert("no, thank you");
    }
}

/// @dev A payee that asks again while it is being paid, and remembers whether that worked.
contract Glutton {
    RoyaltyVault private immutable vault;
    uint256 public servedTwice;

    constructor(RoyaltyVault vault_) {
        vault = vault_;
    }

    receive() external payable {
        try vault.withdraw(address(0), address(this)) {
            ++servedTwice;
        } catch {}
    }
}

/// @dev A token that keeps one unit of every transfer.
contract FeeToken is ERC20("Fee", "FEE") {
    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function _update(address from, address to, uint256 value) internal override {
        super._update(from, to, value);
        if (from != address(0) && to != address(0)) super._update(to, address(0), 1);
    }
}

/// @dev A token that, in the middle of paying one invoice, pays another out of its own pocket, and then claims to have
///      paid both: one transfer, seen by two balance checks.
contract CallbackToken is ERC20("Callback", "CB") {
    RoyaltyVault private vault;
    bytes private inner;
    bool public succeeded;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function plan(RoyaltyVault vault_, uint256 amount, bytes calldata inner_) external {
        (vault, inner) = (vault_, inner_);
        _mint(address(this), amount);
        _approve(address(this), address(vault_), amount);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        bytes memory call = inner;
        if (call.length != 0) {
            inner = "";
            (succeeded,) = address(vault).call(call);
            if (succeeded) return true;
        }
        return super.transferFrom(from, to, value);
    }
}
