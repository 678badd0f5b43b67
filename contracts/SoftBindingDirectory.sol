// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {Strings} from "@openzeppelin/contracts/utils/Strings.sol";

/// @title Where the manifests of a studio's soft bindings are found
/// @notice C2PA federated look-up (C2PA 2.4, Soft Binding API, section 2): whoever reads a soft binding of this studio's
///         algorithms asks here which resolution API may know its manifest. There is one answer for all of them.
contract SoftBindingDirectory {
    string private constant FIRST = '[{"resolutionMethod":"smartContract","querySmartContract":{"smartContractAddress":"';
    string private constant NAMED = '","byBindingFunctionName":"endpointsByBinding","byBindingInputSchema":';
    string private constant INPUT =
        '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"softBindingValue":'
        '{"type":"string","description":"The soft binding, base64."}},"required":["softBindingValue"],'
        '"additionalProperties":false}';
    string private constant OUTPUT =
        ',"byBindingOutputSchema":{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",'
        '"properties":{"endpoints":{"type":"array","items":{"type":"string","format":"uri"},'
        '"description":"Soft Binding Resolution APIs that may know the manifest."}},"required":["endpoints"],'
        '"additionalProperties":false}}}]';
    uint256 private constant LONGEST = 2048;

    /// @notice Who may say where.
    address public immutable keeper;

    /// @notice Address of the Soft Binding Resolution API.
    string public endpoint;

    /// @param endpoint Address of the API from now on.
    event Pointed(string endpoint);

    /// @notice Only the keeper may say where.
    error NotKeeper(address sender);

    /// @notice It is empty, too long, or holds what an address or a JSON string cannot.
    error NotAnAddress();

    constructor(string memory first) {
        keeper = msg.sender;
        _point(first);
    }

    /// @notice Says where the API is from now on.
    function point(string calldata next) external {
        if (msg.sender != keeper) revert NotKeeper(msg.sender);
        _point(next);
    }

    /// @notice How to ask this contract, as the schema of C2PA has it.
    function describe() external view returns (string memory) {
        return string.concat(FIRST, Strings.toChecksumHexString(address(this)), NAMED, INPUT, OUTPUT);
    }

    /// @notice Where the manifest of a soft binding may be found: JSON in, JSON out.
    /// @dev One answer for all, so the value is not read.
    function endpointsByBinding(string calldata) external view returns (string memory) {
        return string.concat('{"endpoints":["', endpoint, '"]}');
    }

    function _point(string memory next) private {
        bytes memory text = bytes(next);
        if (text.length == 0 || text.length > LONGEST) revert NotAnAddress();
        for (uint256 place = 0; place < text.length; ++place) {
            bytes1 each = text[place];
            if (each <= 0x20 || each >= 0x7f || each == '"' || each == "\\") revert NotAnAddress();
        }
        endpoint = next;
        emit Pointed(next);
    }
}
