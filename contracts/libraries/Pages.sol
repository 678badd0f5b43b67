// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @notice What a licence claims: its scope, its dates and whose it is (the low 128 bits of the licensee; 0 for a
///         licence that can be handed on and is therefore somebody else's for everybody).
struct Claim {
    uint256 territories;
    uint256 products;
    uint256 from;
    uint256 until;
    uint128 holder;
    bool exclusive;
}

/// @title Pages of the exclusivity book
/// @notice A page lists what is claimed of one asset, or of a collection as a whole. The chain keeps the hash of a page,
///         who grants brings the page: so a check reads every claim there is, and the slot stays one. A claim to an
///         asset is held against two pages, a claim to a collection against its own and those of all its members.
/// @dev A line is three words: territories, products, and a span, which is from the top 8 bits kind, 40 bits from, 40
///      bits until, 40 bits until for its holder, 128 bits holder.
///      Claims that are not exclusive are merged: a line stands for every licence with its scope, its dates for the
///      longest of them. Of a line's holders the longest is remembered by name, and the latest end among the rest:
///      enough to tell anybody until when others are in the way. Lines that are over are dropped whenever the page is
///      written. `ledger/domain/book/pages.py` is the same rule; tests/vectors/pages.json holds both to it.
library Pages {
    /// @dev Kinds of lines.
    uint256 internal constant PLAIN = 1;
    uint256 internal constant EXCLUSIVE = 2;

    /// @dev From so many lines on, what is not exclusive is folded into a line of its kind: wider than it need be,
    ///      never narrower.
    uint256 internal constant FOLD_AT = 16;
    uint256 internal constant MOST = 64;
    uint256 private constant WORDS = 3;
    uint256 private constant NOWHERE = type(uint256).max;

    /// @notice The page was written since it was read: read it again.
    error StalePage(bytes32 current);
    /// @notice A line of this page is in the way until `until`.
    error ExclusivityConflict(uint256 pageId, uint256 line, uint256 until);
    error PageIsFull();
    error NotOnPage();

    function requireCurrent(uint256[] calldata page, bytes32 current) internal pure {
        bytes32 given;
        assembly ("memory-safe") {
            if page.length {
                let scratch := mload(0x40)
                calldatacopy(scratch, page.offset, mul(page.length, 0x20))
                given := keccak256(scratch, mul(page.length, 0x20))
            }
        }
        if (given != current) revert StalePage(current);
    }

    /// @notice keccak256(abi.encodePacked(page)), 0 for an empty one.
    function hash(uint256[] memory page) internal pure returns (bytes32 hashed) {
        assembly ("memory-safe") {
            if mload(page) { hashed := keccak256(add(page, 0x20), mul(mload(page), 0x20)) }
        }
    }

    /// @notice Reverts if a line of the page is in the way of the claim.
    function requireFree(uint256[] calldata page, uint256 pageId, Claim memory claim, uint256 time) internal pure {
        if (page.length == 0) return;
        uint256 start = _start(claim, time);
        for (uint256 i; i < page.length; i += WORDS) {
            (uint256 territories, uint256 products, uint256 span) = _line(page, i);
            if (!claim.exclusive && span >> 248 == PLAIN) continue;
            if (territories & claim.territories == 0 || products & claim.products == 0) continue;
            uint256 until = _isOwn(span, claim) ? _untilOthers(span) : _until(span);
            if (start < until && _from(span) < claim.until) {
                revert ExclusivityConflict(pageId, i / WORDS, until);
            }
        }
    }

    /// @notice Whether the page says already what entering the claim would make it say.
    function says(uint256[] calldata page, Claim memory claim, uint256 time) internal pure returns (bool) {
        if (claim.exclusive) return false;
        uint256 start = _start(claim, time);
        for (uint256 i; i < page.length; i += WORDS) {
            (uint256 territories, uint256 products, uint256 span) = _line(page, i);
            if (span >> 248 != PLAIN || _from(span) > start) continue;
            if (claim.until > (_isOwn(span, claim) ? _until(span) : _untilOthers(span))) continue;
            if (claim.territories & ~territories == 0 && claim.products & ~products == 0) return true;
        }
        return false;
    }

    /// @notice Hash of the page that begins with a claim: of what `enter` makes of an empty one.
    /// @param kind PLAIN or EXCLUSIVE.
    /// @param from Its first second; of a plain one not before now, as in `enter`.
    function begin(uint256 territories, uint256 products, uint256 kind, uint256 from, uint256 until, uint128 holder)
        internal
        pure
        returns (bytes32 hashed)
    {
        uint256 span = kind << 248 | from << 208 | until << 168 | holder;
        if (holder == 0) span |= until << 128;
        assembly ("memory-safe") {
            let line := mload(0x40)
            mstore(line, territories)
            mstore(add(line, 0x20), products)
            mstore(add(line, 0x40), span)
            hashed := keccak256(line, 0x60)
        }
    }

    /// @notice The page after a claim was entered. Only for what it does not say already.
    function enter(uint256[] calldata page, Claim memory claim, uint256 time)
        internal
        pure
        returns (uint256[] memory next)
    {
        next = new uint256[](page.length + WORDS);
        (uint256 kept, uint256 same, uint256 last) = (0, NOWHERE, NOWHERE);
        for (uint256 i; i < page.length; i += WORDS) {
            (uint256 territories, uint256 products, uint256 span) = _line(page, i);
            if (_until(span) <= time) continue;
            _setLine(next, kept, territories, products, span);
            if (!claim.exclusive && span >> 248 == PLAIN) {
                if (same == NOWHERE && _continues(next, kept, claim)) same = kept;
                last = kept;
            }
            kept += WORDS;
        }
        if (same == NOWHERE && kept >= FOLD_AT * WORDS) same = last;
        if (same != NOWHERE) {
            _widen(next, same, claim, time);
        } else {
            if (kept == MOST * WORDS) revert PageIsFull();
            _setLine(next, kept, claim.territories, claim.products, _spanOf(claim, time));
            kept += WORDS;
        }
        _shorten(next, kept);
    }

    /// @notice The page without the line of an exclusive claim.
    function remove(uint256[] calldata page, Claim memory claim) internal pure returns (uint256[] memory next) {
        uint256 span = _spanOf(claim, 0);
        next = new uint256[](page.length);
        uint256 kept;
        bool found;
        for (uint256 i; i < page.length; i += WORDS) {
            (uint256 territories, uint256 products, uint256 span_) = _line(page, i);
            if (!found && span_ == span && territories == claim.territories && products == claim.products) {
                found = true;
                continue;
            }
            _setLine(next, kept, territories, products, span_);
            kept += WORDS;
        }
        if (!found) revert NotOnPage();
        _shorten(next, kept);
    }

    /// @dev The span of a claim on a line of its own. An exclusive one keeps its first second, to be found again by.
    function _spanOf(Claim memory claim, uint256 time) private pure returns (uint256) {
        (uint256 kind, uint256 from) = claim.exclusive ? (EXCLUSIVE, claim.from) : (PLAIN, _start(claim, time));
        return _pack(kind, from, claim.until, claim.holder == 0 ? claim.until : 0, claim.holder);
    }

    /// @dev Whether the claim has the line's scope and leaves no gap between their dates.
    function _continues(uint256[] memory page, uint256 word, Claim memory claim) private pure returns (bool) {
        uint256 span = page[word + 2];
        return page[word] == claim.territories && page[word + 1] == claim.products && claim.from <= _until(span)
            && _from(span) <= claim.until;
    }

    function _widen(uint256[] memory page, uint256 word, Claim memory claim, uint256 time) private pure {
        uint256 span = page[word + 2];
        (uint256 until, uint256 others, uint128 holder) = (_until(span), _untilOthers(span), uint128(span));
        if (claim.holder == 0) {
            (until, others) = (_later(until, claim.until), _later(others, claim.until));
        } else if (claim.holder == holder) {
            until = _later(until, claim.until);
        } else if (claim.until > until) {
            (until, others, holder) = (claim.until, until, claim.holder);
        } else {
            others = _later(others, claim.until);
        }
        (uint256 from, uint256 start) = (_from(span), _start(claim, time));
        page[word] |= claim.territories;
        page[word + 1] |= claim.products;
        page[word + 2] = _pack(PLAIN, start < from ? start : from, until, others, holder);
    }

    /// @dev What was before now can no longer be promised to anybody.
    function _start(Claim memory claim, uint256 time) private pure returns (uint256) {
        return _later(claim.from, time);
    }

    function _isOwn(uint256 span, Claim memory claim) private pure returns (bool) {
        return claim.holder != 0 && uint128(span) == claim.holder;
    }

    function _from(uint256 span) private pure returns (uint256) {
        return uint40(span >> 208);
    }

    function _until(uint256 span) private pure returns (uint256) {
        return uint40(span >> 168);
    }

    function _untilOthers(uint256 span) private pure returns (uint256) {
        return uint40(span >> 128);
    }

    function _pack(uint256 kind, uint256 from, uint256 until, uint256 others, uint128 holder)
        private
        pure
        returns (uint256)
    {
        return kind << 248 | from << 208 | until << 168 | others << 128 | holder;
    }

    function _later(uint256 a, uint256 b) private pure returns (uint256) {
        return a > b ? a : b;
    }

    /// @dev Line at this word of a page that was found current, and therefore has whole lines.
    function _line(uint256[] calldata page, uint256 word)
        private
        pure
        returns (uint256 territories, uint256 products, uint256 span)
    {
        assembly ("memory-safe") {
            let line := add(page.offset, mul(word, 0x20))
            territories := calldataload(line)
            products := calldataload(add(line, 0x20))
            span := calldataload(add(line, 0x40))
        }
    }

    /// @dev Writes a line for which there is room.
    function _setLine(uint256[] memory page, uint256 word, uint256 territories, uint256 products, uint256 span)
        private
        pure
    {
        assembly ("memory-safe") {
            let line := add(add(page, 0x20), mul(word, 0x20))
            mstore(line, territories)
            mstore(add(line, 0x20), products)
            mstore(add(line, 0x40), span)
        }
    }

    function _shorten(uint256[] memory page, uint256 length) private pure {
        assembly ("memory-safe") {
            mstore(page, length)
        }
    }
}
