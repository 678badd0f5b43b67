// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Product words as bits
/// @notice Each creator numbers their product words once, so that a licence names its products in one word. The last bit
///         stands for every word beyond the first 255 and can only be used when those are numbered.
abstract contract ProductNumbers {
    uint256 internal constant MOST_PRODUCTS = 255;
    uint256 private constant OTHER = 1 << MOST_PRODUCTS;

    mapping(address creator => mapping(bytes32 word => uint256 numberPlusOne)) private _numbers;

    /// @notice How many words a creator has numbered.
    mapping(address creator => uint256) public productCount;

    event ProductNumbered(address indexed creator, bytes32 indexed word, uint256 number);

    error AlreadyNumbered(bytes32 word);
    error NoNumbersLeft(bytes32 word);
    error UnknownProducts(uint256 products);

    /// @notice Numbers product words of the sender, in this order.
    /// @param words keccak256 of each word in lower case, such as "wallpaper".
    function numberProducts(bytes32[] calldata words) external {
        uint256 count = productCount[msg.sender];
        for (uint256 i; i < words.length; ++i) {
            if (_numbers[msg.sender][words[i]] != 0) revert AlreadyNumbered(words[i]);
            if (count == MOST_PRODUCTS) revert NoNumbersLeft(words[i]);
            _numbers[msg.sender][words[i]] = count + 1;
            emit ProductNumbered(msg.sender, words[i], count++);
        }
        productCount[msg.sender] = count;
    }

    /// @notice The bit of a product word; 0 while it has none and may still get one.
    function productBit(address creator, bytes32 word) external view returns (uint256) {
        uint256 number = _numbers[creator][word];
        if (number != 0) return 1 << (number - 1);
        return productCount[creator] == MOST_PRODUCTS ? OTHER : 0;
    }

    /// @dev Only bits that stand for something by now; all of them always stand for any product.
    function _requireNumbered(address creator, uint256 products) internal view {
        if (products == type(uint256).max) return;
        uint256 count = productCount[creator];
        if (count < MOST_PRODUCTS && products >> count != 0) revert UnknownProducts(products);
    }
}
