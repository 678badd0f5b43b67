// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IERC2981} from "@openzeppelin/contracts/interfaces/IERC2981.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {IPatternRegistry} from "../../contracts/interfaces/IPatternRegistry.sol";
import {PatternRegistry} from "../../contracts/PatternRegistry.sol";
import {Base} from "./Base.sol";

contract PatternRegistryTest is Base {
    PatternRegistry private registry;
    address private constant CREATOR = address(0xC0);
    address private constant STRANGER = address(0x57);
    bytes32 private constant TERMS = bytes32(uint256(0x7e));
    bytes32 private sibling;
    bytes32 private root;

    function setUp() public {
        registry = new PatternRegistry();
        sibling = registry.leafOf(asset(2));
        root = pairRoot(registry.leafOf(asset(1)), sibling);
    }

    function register(address creator, address receiver, uint16 bps) private returns (uint256) {
        vm.prank(creator);
        return registry.registerCollection(root, 2, TERMS, receiver, bps, "ipfs://collection");
    }

    function test_keepsWhatWasRegistered() public {
        uint256 id = register(CREATOR, address(0), 500);
        PatternRegistry.Collection memory kept = registry.collection(id);
        eq(id, registry.collectionIdOf(CREATOR, root));
        eq(kept.creator, CREATOR);
        eq(kept.royaltyReceiver, CREATOR);
        eq(kept.royaltyBps, 500);
        eq(kept.size, 2);
        eq(kept.termsHash, TERMS);
        eq(kept.termsVersion, 1);
    }

    function test_sameContentRegistersOnce() public {
        uint256 id = register(CREATOR, address(0), 500);
        vm.expectRevert(abi.encodeWithSelector(PatternRegistry.AlreadyRegistered.selector, id));
        register(CREATOR, STRANGER, 1);
    }

    function test_strangerCannotOccupyACreatorsIds() public {
        uint256 theirs = register(STRANGER, address(0), 0);
        registry.claim(theirs, asset(1), proofOf(sibling));
        uint256 ours = register(CREATOR, address(0), 0);
        uint256 token = registry.claim(ours, asset(1), proofOf(sibling));
        eq(registry.ownerOf(token), CREATOR);
        yes(ours != theirs);
    }

    function test_refusesAnEmptyRootASizeOfZeroAndTooMuchRoyalty() public {
        vm.expectRevert(abi.encodeWithSelector(PatternRegistry.EmptyRoot.selector));
        registry.registerCollection(0, 2, TERMS, CREATOR, 0, "");
        vm.expectRevert(abi.encodeWithSelector(PatternRegistry.EmptyCollection.selector));
        registry.registerCollection(root, 0, TERMS, CREATOR, 0, "");
        vm.expectRevert(abi.encodeWithSelector(PatternRegistry.RoyaltyTooHigh.selector, 10_001));
        registry.registerCollection(root, 2, TERMS, CREATOR, 10_001, "");
    }

    function test_unknownCollection() public {
        eq(registry.creatorOf(9), address(0));
        yes(!registry.isMember(9, asset(1), proofOf(sibling)));
        vm.expectRevert(abi.encodeWithSelector(PatternRegistry.UnknownCollection.selector, 9));
        registry.collection(9);
        vm.expectRevert(abi.encodeWithSelector(PatternRegistry.NotMember.selector, 9, 1));
        registry.claim(9, asset(1), proofOf(sibling));
    }

    function test_anybodyClaimsForTheCreatorOnce() public {
        uint256 id = register(CREATOR, address(0), 0);
        vm.prank(STRANGER);
        uint256 token = registry.claim(id, asset(1), proofOf(sibling));
        eq(token, registry.tokenIdOf(CREATOR, 1));
        eq(registry.ownerOf(token), CREATOR);
        eq(registry.collectionOf(token), id);
        vm.expectRevert(abi.encodeWithSelector(PatternRegistry.AlreadyClaimed.selector, token));
        registry.claim(id, asset(1), proofOf(sibling));
    }

    function testFuzz_onlyTheExactLeafIsAMember(uint256 assetId, bytes32 content, uint64 mark, bytes32 other) public {
        uint256 id = register(CREATOR, address(0), 0);
        IPatternRegistry.Asset memory altered = IPatternRegistry.Asset(assetId, content, mark);
        vm.assume(registry.leafOf(altered) != registry.leafOf(asset(1)));
        vm.assume(other != sibling && other != registry.leafOf(asset(1)));
        yes(registry.isMember(id, asset(1), proofOf(sibling)));
        yes(!registry.isMember(id, altered, proofOf(sibling)));
        yes(!registry.isMember(id, asset(1), proofOf(other)));
        yes(!registry.isMember(id, asset(1), new bytes32[](0)));
    }

    function test_termsAreReplacedByTheCreatorAlone() public {
        uint256 id = register(CREATOR, address(0), 0);
        vm.expectRevert(abi.encodeWithSelector(PatternRegistry.NotCreator.selector, CREATOR));
        registry.publishTerms(id, bytes32(uint256(9)));
        vm.prank(CREATOR);
        registry.publishTerms(id, bytes32(uint256(9)));
        eq(registry.collection(id).termsHash, bytes32(uint256(9)));
        eq(registry.collection(id).termsVersion, 2);
        eq(registry.collection(id).creator, CREATOR);
    }

    function testFuzz_royalty(uint256 price, uint16 bps) public {
        bps = bps % 10_001;
        uint256 token = registry.claim(register(CREATOR, STRANGER, bps), asset(1), proofOf(sibling));
        (address receiver, uint256 royalty) = registry.royaltyInfo(token, price);
        eq(receiver, STRANGER);
        yes(royalty <= price);
        if (price < type(uint256).max / 10_000) eq(royalty, price * bps / 10_000);
        (receiver, royalty) = registry.royaltyInfo(token + 1, price);
        eq(royalty, 0);
    }

    function test_interfaces() public view {
        yes(registry.supportsInterface(type(IERC2981).interfaceId));
        yes(registry.supportsInterface(type(IERC721).interfaceId));
        yes(!registry.supportsInterface(0xffffffff));
    }
}
