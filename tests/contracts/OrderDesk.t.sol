// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {OrderDesk} from "../../contracts/OrderDesk.sol";
import {TestDollar} from "../../contracts/TestDollar.sol";
import {ILicenceBook} from "../../contracts/interfaces/ILicenceBook.sol";
import {Operators} from "../../contracts/book/Operators.sol";
import {Licences} from "../../contracts/libraries/Licences.sol";
import {Split} from "../../contracts/libraries/Split.sol";
import {BookBase} from "./BookBase.sol";
import {FeeToken, Glutton, Refuser} from "./Payees.sol";
import {BuyAgainToken, FalseToken, Studio, BookBaseRegistry} from "./Buyers.sol";

contract OrderDeskTest is BookBase {
    uint256 private constant KEY = 0xc0ffee;
    uint256 private constant HALF_ORDER_OF_SECP256K1 =
        0x7FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF5D576E7357A4501DDFE92F46681B20A0;
    OrderDesk private desk;
    address private creator;
    Refuser private refuser;
    Glutton private glutton;

    function setUp() public {
        vm.warp(1000);
        creator = vm.addr(KEY);
        open(creator);
        desk = new OrderDesk(book, vault);
        (refuser, glutton) = (new Refuser(), new Glutton(vault));
        vm.prank(creator);
        book.setOperator(address(desk), true);
    }

    function split() private view returns (Split.Shares memory) {
        return threeWays(address(refuser), address(glutton), ANN);
    }

    function order(uint128 price, address currency) private view returns (OrderDesk.Order memory made) {
        made.licence = plain(1, address(0));
        (made.price, made.currency, made.splitHash) = (price, currency, hashOf(split()));
        (made.closes, made.count, made.salt) = (2000, 1, bytes32(uint256(9)));
    }

    function signature(OrderDesk.Order memory made, uint256 key) private view returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, desk.digestOf(made));
        return abi.encodePacked(r, s, v);
    }

    function completion(OrderDesk.Order memory made, address licensee)
        private
        view
        returns (OrderDesk.Completion memory)
    {
        uint256 assetId = made.licence.deal.asset.assetId;
        uint256 pageId = book.assetPageOf(collectionId, assetId);
        return OrderDesk.Completion(
            signature(made, KEY),
            desk.bought(desk.hashOrder(made)),
            licensee,
            split(),
            proofFor(assetId),
            pages[pageId],
            pages[collectionId]
        );
    }

    function buy(OrderDesk.Order memory made, address licensee, uint256 value) private returns (bytes32 id) {
        id = desk.complete{value: value}(made, completion(made, licensee));
        ILicenceBook.Licence memory licence = abi.decode(abi.encode(made.licence), (ILicenceBook.Licence));
        licence.standing.licensee = licensee;
        uint256 pageId = pageOf(licence);
        pages[pageId] = rule.enter(pages[pageId], claimOf(licence), block.timestamp);
    }

    function refuses(bytes memory reason, OrderDesk.Order memory made, OrderDesk.Completion memory with_, uint256 value)
        private
    {
        vm.deal(address(this), value);
        vm.expectRevert(reason);
        desk.complete{value: value}(made, with_);
    }

    function test_anOrderIsBoughtInOneTransaction() public {
        OrderDesk.Order memory made = order(100, address(0));
        vm.deal(address(this), 100);
        bytes32 id = buy(made, BEN, 100);
        ILicenceBook.Licence memory got = plain(1, BEN);
        bytes32 key = desk.keyOf(desk.hashOrder(made), 0);
        got.deal.invoiceId = vault.invoiceIdOf(address(desk), key);
        eq(id, book.licenceIdOf(collectionId, key));
        yes(book.isActive(id, got));
        eq(vault.credit(address(0), ANN), 34);
        eq(vault.credit(address(0), address(refuser)), 33);
        eq(address(desk).balance, 0);
        eq(address(vault).balance, 100);
    }

    function test_griefingPayeesHinderNobody() public {
        vm.deal(address(this), 100);
        buy(order(100, address(0)), BEN, 100);
        vm.expectRevert();
        vault.withdraw(address(0), address(refuser));
        eq(vault.withdraw(address(0), address(glutton)), 33);
        eq(glutton.servedTwice(), 0);
        eq(vault.withdraw(address(0), ANN), 34);
        eq(ANN.balance, 34);
    }

    function test_anOrderIsSpentOnceOrAsOftenAsItSays() public {
        OrderDesk.Order memory made = order(0, address(0));
        made.count = 2;
        bytes32 first = buy(made, BEN, 0);
        bytes32 second = buy(made, ANN, 0);
        yes(first != second && state(first) == 1 && state(second) == 1);
        bytes memory spent = abi.encodeWithSelector(OrderDesk.OrderSpent.selector, desk.hashOrder(made));
        refuses(spent, made, completion(made, BEN), 0);
    }

    function test_theSameCompletionSentAgainBuysNothingMore() public {
        OrderDesk.Order memory made = order(100, address(0));
        made.count = 3;
        OrderDesk.Completion memory with_ = completion(made, BEN);
        vm.deal(address(this), 200);
        buy(made, BEN, 100);
        vm.expectRevert(abi.encodeWithSelector(OrderDesk.WrongPurchase.selector, desk.hashOrder(made), 1));
        desk.complete{value: 100}(made, with_);
        with_ = completion(made, BEN);
        with_.index = 2;
        vm.expectRevert(abi.encodeWithSelector(OrderDesk.WrongPurchase.selector, desk.hashOrder(made), 1));
        desk.complete{value: 100}(made, with_);
        eq(address(this).balance, 100);
        eq(desk.bought(desk.hashOrder(made)), 1);
    }

    function test_onlyTheCreatorsSignatureOverExactlyThis() public {
        bytes memory bad = abi.encodeWithSelector(OrderDesk.BadSignature.selector, creator);
        OrderDesk.Order memory made = order(100, address(0));
        OrderDesk.Completion memory with_ = completion(made, BEN);
        made.price = 99;
        refuses(bad, made, with_, 99);
        made = order(100, address(0));
        made.licence.deal.run = 7;
        refuses(bad, made, with_, 100);
        made = order(100, address(0));
        with_.signature = signature(made, 0xbad);
        refuses(bad, made, with_, 100);
        with_.signature = new bytes(65);
        refuses(bad, made, with_, 100);
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(KEY, desk.digestOf(made));
        bytes32 mirrored = bytes32(
            0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141 - uint256(s)
        );
        yes(uint256(mirrored) > HALF_ORDER_OF_SECP256K1);
        with_.signature = abi.encodePacked(r, mirrored, v == 27 ? uint8(28) : uint8(27));
        refuses(bad, made, with_, 100);
        with_.signature = abi.encodePacked(r, s, v);
        vm.chainId(5);
        refuses(bad, made, with_, 100);
        vm.chainId(31337);
        made.licence.deal.collectionId = 77;
        refuses(abi.encodeWithSelector(OrderDesk.BadSignature.selector, address(0)), made, with_, 100);
    }

    function test_expiresAndIsWithdrawn() public {
        OrderDesk.Order memory made = order(0, address(0));
        OrderDesk.Completion memory with_ = completion(made, BEN);
        bytes memory withdrawn = abi.encodeWithSelector(OrderDesk.OrderWithdrawn.selector, desk.hashOrder(made));
        vm.expectRevert(abi.encodeWithSelector(OrderDesk.NotCreator.selector, creator));
        desk.cancel(made);
        vm.prank(creator);
        desk.cancel(made);
        refuses(withdrawn, made, with_, 0);
        made.salt = 0;
        with_ = completion(made, BEN);
        vm.prank(creator);
        desk.cancelAll();
        withdrawn = abi.encodeWithSelector(OrderDesk.OrderWithdrawn.selector, desk.hashOrder(made));
        refuses(withdrawn, made, with_, 0);
        made.epoch = 1;
        with_ = completion(made, BEN);
        vm.warp(2000);
        refuses(abi.encodeWithSelector(OrderDesk.OrderClosed.selector, 2000), made, with_, 0);
    }

    function test_anOrderForOneIsForNobodyElse() public {
        OrderDesk.Order memory made = order(0, address(0));
        made.licence.standing.licensee = ANN;
        refuses(abi.encodeWithSelector(OrderDesk.WrongLicensee.selector, BEN), made, completion(made, BEN), 0);
        made.licence.standing.licensee = address(0);
        bytes memory nobody = abi.encodeWithSelector(OrderDesk.WrongLicensee.selector, address(0));
        refuses(nobody, made, completion(made, address(0)), 0);
        made.licence.deal.invoiceId = bytes32(uint256(1));
        refuses(abi.encodeWithSelector(OrderDesk.InvoiceInOrder.selector), made, completion(made, BEN), 0);
    }

    function test_theMoneyIsExactAndSharedAsSigned() public {
        OrderDesk.Order memory made = order(100, address(0));
        OrderDesk.Completion memory with_ = completion(made, BEN);
        refuses(abi.encodeWithSelector(OrderDesk.WrongValue.selector, 100, 99), made, with_, 99);
        refuses(abi.encodeWithSelector(OrderDesk.WrongValue.selector, 100, 101), made, with_, 101);
        with_.split.payees[2] = BEN;
        refuses(abi.encodeWithSelector(OrderDesk.SplitMismatch.selector, made.splitHash), made, with_, 100);
    }

    function test_noMoneyMovesWhenTheBookRefuses() public {
        OrderDesk.Order memory first = order(0, address(0));
        first.licence.deal.traits = Licences.EXCLUSIVE;
        buy(first, ANN, 0);
        OrderDesk.Order memory made = order(100, address(0));
        OrderDesk.Completion memory with_ = completion(made, BEN);
        vm.deal(address(this), 100);
        vm.expectRevert();
        desk.complete{value: 100}(made, with_);
        eq(address(vault).balance, 0);
        eq(desk.bought(desk.hashOrder(made)), 0);
    }

    function test_withoutLeaveTheDeskGrantsNothing() public {
        vm.prank(creator);
        book.setOperator(address(desk), false);
        OrderDesk.Order memory made = order(0, address(0));
        bytes memory refusal = abi.encodeWithSelector(Operators.NotAllowed.selector, creator);
        refuses(refusal, made, completion(made, BEN), 0);
    }

    function test_paidInTokens() public {
        TestDollar dollar = new TestDollar();
        OrderDesk.Order memory made = order(100, address(dollar));
        dollar.mint(address(this), 100);
        dollar.approve(address(desk), 100);
        refuses(abi.encodeWithSelector(OrderDesk.WrongValue.selector, 0, 1), made, completion(made, BEN), 1);
        eq(state(buy(made, BEN, 0)), 1);
        eq(vault.credit(address(dollar), ANN), 34);
        eq(dollar.balanceOf(address(vault)), 100);
        eq(dollar.balanceOf(address(desk)), 0);
    }

    function test_tokensThatKeepAFeeOrSayNoAreRefused() public {
        FeeToken fee = new FeeToken();
        fee.mint(address(this), 1000);
        fee.approve(address(desk), 1000);
        OrderDesk.Order memory made = order(100, address(fee));
        OrderDesk.Completion memory with_ = completion(made, BEN);
        vm.expectRevert();
        desk.complete(made, with_);
        fee.mint(address(desk), 50); // money of nobody's in the desk does not help
        vm.expectRevert();
        desk.complete(made, with_);
        made = order(100, address(new FalseToken()));
        with_ = completion(made, BEN);
        vm.expectRevert();
        desk.complete(made, with_);
        eq(fee.balanceOf(address(this)), 1000);
    }

    function test_aTokenThatBuysAgainWhilePayingGetsOneLicence() public {
        BuyAgainToken token = new BuyAgainToken();
        token.mint(address(this), 200);
        token.approve(address(desk), 200);
        OrderDesk.Order memory made = order(100, address(token));
        made.count = 2;
        token.plan(desk, abi.encodeCall(desk.complete, (made, completion(made, BEN))));
        eq(state(buy(made, BEN, 0)), 1);
        yes(!token.succeeded());
        yes(token.reason() == bytes4(keccak256("ReentrancyGuardReentrantCall()")));
        eq(desk.bought(desk.hashOrder(made)), 1);
        eq(token.balanceOf(address(vault)), 100);
    }

    function test_aContractSignsByItself() public {
        Studio studio = new Studio();
        bytes32 root = pairRoot(registry.leafOf(asset(1)), registry.leafOf(asset(2)));
        collectionId = studio.register(BookBaseRegistry(address(registry)), root);
        studio.allow(book, address(desk));
        OrderDesk.Order memory made = order(0, address(0));
        OrderDesk.Completion memory with_ = completion(made, BEN);
        refuses(abi.encodeWithSelector(OrderDesk.BadSignature.selector, address(studio)), made, with_, 0);
        studio.sign(desk.digestOf(made));
        eq(state(buy(made, BEN, 0)), 1);
    }

    function testFuzz_anAlteredSignatureIsWorthless(uint8 place, uint8 flip) public {
        OrderDesk.Order memory made = order(0, address(0));
        OrderDesk.Completion memory with_ = completion(made, BEN);
        with_.signature[place % 65] ^= bytes1(flip);
        if (flip == 0) return;
        refuses(abi.encodeWithSelector(OrderDesk.BadSignature.selector, creator), made, with_, 0);
    }
}
