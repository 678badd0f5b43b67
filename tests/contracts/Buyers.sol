// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {OrderDesk} from "../../contracts/OrderDesk.sol";
import {LicenceBook} from "../../contracts/LicenceBook.sol";

/// @dev A currency that buys again while it is being paid, and remembers whether that worked.
contract BuyAgainToken is ERC20("Again", "AG") {
    OrderDesk private desk;
    bytes private again;
    bool public succeeded;
    bytes4 public reason;

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function plan(OrderDesk desk_, bytes calldata again_) external {
        (desk, again) = (desk_, again_);
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        bytes memory call = again;
        again = "";
        if (call.length != 0) {
            (bool done, bytes memory told) = address(desk).call(call);
            (succeeded, reason) = (done, bytes4(told));
        }
        return super.transferFrom(from, to, value);
    }
}

/// @dev A token that says no by returning false.
contract FalseToken is ERC20("False", "NO") {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @dev A creator that is a contract: it says itself what it has signed (ERC-1271).
contract Studio {
    bytes32 private signed;

    function sign(bytes32 digest) external {
        signed = digest;
    }

    function register(BookBaseRegistry registry, bytes32 root) external returns (uint256) {
        return registry.registerCollection(root, 2, 0, address(0), 0, "");
    }

    function allow(LicenceBook book, address desk) external {
        book.setOperator(desk, true);
    }

    function isValidSignature(bytes32 digest, bytes calldata) external view returns (bytes4) {
        return digest == signed ? this.isValidSignature.selector : bytes4(0);
    }
}

interface BookBaseRegistry {
    function registerCollection(bytes32, uint32, bytes32, address, uint16, string calldata) external returns (uint256);
}
