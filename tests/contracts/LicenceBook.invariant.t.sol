// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {BookBase} from "./BookBase.sol";

/// @dev Does to the book whatever the runner thinks of, and remembers every licence in full beside it.
contract BookHandler is BookBase {
    struct Given {
        bytes32 id;
        ILicenceBook.Licence licence;
        uint256 above; // its place in the list plus one, 0 for a licence of the creator's
        uint256 allotted;
        uint256 made;
        bool released;
    }

    Given[] private given;
    uint256 public refusals;
    bool private giving;

    constructor() {
        vm.warp(1000);
        open(address(this));
    }

    function count() external view returns (uint256) {
        return given.length;
    }

    function entry(uint256 i) external view returns (Given memory) {
        return given[i];
    }

    function activeNow(uint256 i) public view returns (bool) {
        return book.isActive(given[i].id, given[i].licence);
    }

    function unitsLeft(uint256 i) external view returns (int256) {
        return left(given[i].id);
    }

    function pass(uint16 time) external {
        vm.warp(block.timestamp + time % 50);
    }

    function give(uint8 who, uint8 what, uint8 where, uint8 traits, uint16 from, uint16 until, uint8 run) external {
        ILicenceBook.Licence memory made = what % 8 == 0 ? whole(person(who), 0) : plain(1 + what % 2, person(who));
        made.deal.traits |= traits & (Licences.EXCLUSIVE | Licences.TRANSFERABLE);
        made.deal.territories = 1 + where % 7;
        made.standing.from = uint40(from % 3 == 0 ? 0 : block.timestamp + from % 100);
        made.standing.until = uint40(block.timestamp + 1 + from % 100 + until % 200);
        (made.deal.depth, made.deal.run) = (6, run % 3 == 0 ? 0 : run);
        giving = true;
        try this.granted(bytes32(given.length), made) returns (bytes32 id) {
            given.push();
            Given storage last = given[given.length - 1];
            (last.id, last.licence) = (id, made);
        } catch {
            ++refusals;
        }
        giving = false;
    }

    /// @dev A call of its own, so that a refusal leaves the pages beside the book as they were. The runner calls it
    /// too, with this contract for a sender now and then; that does nothing.
    function granted(bytes32 key, ILicenceBook.Licence memory made) external returns (bytes32) {
        return giving ? grant(key, made) : bytes32(0);
    }

    function giveOn(uint256 which, uint8 who, uint8 run) external {
        if (given.length == 0) return;
        uint256 i = which % given.length;
        ILicenceBook.Licence memory parent = given[i].licence;
        ILicenceBook.Licence memory made = abi.decode(abi.encode(parent), (ILicenceBook.Licence));
        if (parent.deal.depth == 0 || !activeNow(i)) return;
        (made.standing.licensee, made.deal.depth, made.deal.parent) = (person(who), parent.deal.depth - 1, given[i].id);
        (made.deal.traits, made.deal.run) = (parent.deal.traits & Licences.WHOLE, run % 40);
        (made.standing.root, made.standing.branches) = book.lineageBelow(given[i].id, parent);
        vm.prank(parent.standing.licensee);
        try book.sublicense(given[i].id, parent, bytes32(given.length), made, none_()) returns (bytes32 id) {
            given.push();
            Given storage last = given[given.length - 1];
            (last.id, last.licence, last.above) = (id, made, i + 1);
            given[i].allotted += made.deal.run;
        } catch {
            ++refusals;
        }
    }

    function report(uint256 which, uint8 units) external {
        if (given.length == 0) return;
        uint256 i = which % given.length;
        try book.report(given[i].id, given[i].licence, units, left(given[i].id)) {
            given[i].made += units;
        } catch {
            ++refusals;
        }
    }

    function change(uint256 which, uint8 how) external {
        if (given.length == 0) return;
        Given storage chosen = given[which % given.length];
        if (how % 5 == 0) try book.suspend(chosen.id, chosen.licence, none) {} catch {}
        if (how % 5 == 1) try book.resume(chosen.id, chosen.licence, none) {} catch {}
        if (how % 15 == 2) try book.revoke(chosen.id, chosen.licence, none) {} catch {}
        if (how % 5 == 3) release(chosen);
        if (how % 5 == 4 && chosen.licence.deal.traits & Licences.TRANSFERABLE != 0) handOn(chosen, person(how / 5));
    }

    function release(Given storage chosen) private {
        uint256 pageId = pageOf(chosen.licence);
        try book.release(chosen.id, chosen.licence, pages[pageId]) {
            chosen.released = true;
            pages[pageId] = rule.remove(pages[pageId], claimOf(chosen.licence));
        } catch {}
    }

    function handOn(Given storage chosen, address to) private {
        vm.prank(chosen.licence.standing.licensee);
        try book.transfer(chosen.id, chosen.licence, to) {
            chosen.licence.standing.licensee = to;
        } catch {}
    }

    function person(uint8 who) private pure returns (address) {
        return address(uint160(0xa0 + who % 4));
    }

    function none_() private pure returns (bytes32[] memory) {
        return new bytes32[](0);
    }
}

contract LicenceBookInvariantTest is BookBase {
    BookHandler private handler;

    function setUp() public {
        handler = new BookHandler();
    }

    function targetContracts() public view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(handler);
    }

    /// @dev No two licences at the top of their trees that hold now contradict each other.
    function invariant_nothingHeldContradictsAnExclusiveLicence() public view {
        uint256 count = handler.count();
        for (uint256 i; i < count; ++i) {
            BookHandler.Given memory a = handler.entry(i);
            if (a.above != 0 || a.licence.deal.traits & Licences.EXCLUSIVE == 0 || !handler.activeNow(i)) continue;
            for (uint256 j; j < count; ++j) {
                BookHandler.Given memory b = handler.entry(j);
                if (i == j || b.above != 0 || !handler.activeNow(j)) continue;
                yes(!meet(a.licence, b.licence) || sameFirstHolder(a.licence, b.licence));
            }
        }
    }

    /// @dev Whoever holds, everything above them holds.
    function invariant_nothingOutlivesWhatIsAbove() public view {
        for (uint256 i; i < handler.count(); ++i) {
            uint256 above = handler.entry(i).above;
            if (above != 0 && handler.activeNow(i)) yes(handler.activeNow(above - 1));
        }
    }

    /// @dev Units made and units given on add up, and never past a run.
    function invariant_unitsAddUp() public view {
        for (uint256 i; i < handler.count(); ++i) {
            BookHandler.Given memory each = handler.entry(i);
            uint256 run = each.licence.deal.run;
            uint256 used = each.made + (run == 0 ? 0 : each.allotted);
            yes(handler.unitsLeft(i) == int256(run) - int256(used));
            if (run != 0) yes(used <= run);
        }
    }

    function meet(ILicenceBook.Licence memory a, ILicenceBook.Licence memory b) private pure returns (bool) {
        bool any = a.deal.traits & Licences.WHOLE != 0 || b.deal.traits & Licences.WHOLE != 0;
        return a.deal.territories & b.deal.territories != 0 && a.standing.from < b.standing.until
            && b.standing.from < a.standing.until && (any || a.deal.asset.assetId == b.deal.asset.assetId);
    }

    /// @dev What cannot be handed on is still with whom it was granted to.
    function sameFirstHolder(ILicenceBook.Licence memory a, ILicenceBook.Licence memory b) private pure returns (bool) {
        bool fixed_ = (a.deal.traits | b.deal.traits) & Licences.TRANSFERABLE == 0;
        return fixed_ && a.standing.licensee == b.standing.licensee;
    }
}
