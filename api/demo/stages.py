"""The stages of the story, in order. Each can be run again and does only what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from api.demo.scene import ARTISTS, KEY, LICENSEE, LICENSEE_NAME, STUDIO, Scene, write_json

if TYPE_CHECKING:
    from datetime import date

    from ledger.domain.finding import Sighting
    from ledger.domain.ids import AssetId, LicenceId
    from ledger.domain.use import Use

LICENSED_PICTURE = "on a papered wall"
UNLICENSED_PICTURE = "on a cushion"
WILD_SEED = 7
PURSE_MINOR = 5_000_000_000  # 5,000 test dollars for the licensee
RUN, REPORTED, TOO_MANY = 3_000, 1_200, 9_000


def plan(scene: Scene) -> None:
    """The parties, and the brief with its terms."""
    from ledger import parties
    from ledger.create import plan as plan_collection
    from ledger.domain.ids import PartyId
    from ledger.domain.money import Money

    for name, text in {STUDIO: "Selvage Studio", **ARTISTS, LICENSEE: LICENSEE_NAME}.items():
        parties.add(scene.ledger, name, text)
    parties.fund(scene.ledger, PartyId(LICENSEE), Money(PURSE_MINOR, "TUSD"))
    plan_collection(scene.ledger, scene.brief, scene.terms, KEY)


def generate(scene: Scene) -> None:
    """Each tile drawn, marked, signed, fingerprinted and kept; a copy of its file goes to `tiles/`."""
    scene.run("generate", "generate", {"collection": scene.collection}, KEY)
    folder = scene.out / "tiles"
    folder.mkdir(exist_ok=True)
    for tile in scene.tiles:
        path = folder / tile_file(tile.signed.marked.draft.index)
        if not path.exists():
            path.write_bytes(scene.ledger.blobs.get(tile.signed.sha256))


def register(scene: Scene) -> None:
    """One Merkle root and the terms hash on chain; the tiles' files name the transaction."""
    scene.run("register", "register", {"collection": scene.collection}, KEY)
    scene.run("register", "confirm", {"collection": scene.collection, "confirmations": 0}, KEY)


def draw_wild(scene: Scene) -> None:
    """Pictures of the tiles as they turn up out there, and strangers; the truth stands in `truth.json`."""
    from api.demo.wild import make_wild
    from forensics import decode_image

    if "truth" in scene.told:
        return
    folder = scene.out / "wild"
    folder.mkdir(exist_ok=True)
    tiles = {str(tile.id): decode_image(scene.ledger.blobs.get(tile.signed.sha256)) for tile in scene.tiles}
    truth: dict[str, dict[str, Any]] = {}
    for wild in make_wild(tiles, WILD_SEED):
        (folder / wild.file).write_bytes(wild.data)
        truth[wild.file] = {"asset": wild.truth.asset, "transform": wild.truth.transform}
        scene.progress("wild", len(truth), 32, wild.file)
    write_json(scene.out / "truth.json", truth)
    scene.remember("truth", truth)


def license_tile(scene: Scene) -> None:
    """The licensee asks, is told to pay, buys, asks again, and then asks for too much."""
    from ledger import settle
    from ledger.domain.ids import InvoiceId
    from ledger.domain.licence import licence_id

    use = _use("wallpaper", RUN, scene.ledger.today())
    offer = ask(scene, "first", use)
    if "licence" not in scene.told:
        billed = scene.run("license", "license", {"offer": offer}, str(offer))
        invoice = InvoiceId(str(billed["invoice"]))
        if not _settled(scene, invoice):
            authorization = settle.sign(scene.ledger, invoice).to_dict()
            scene.run("license", "settle", {"invoice": invoice, "authorization": authorization}, invoice)
        scene.remember("licence", licence_id(offer))
    ask(scene, "again", use)
    ask(scene, "too much", _use("wallpaper", TOO_MANY, scene.ledger.today()))


def scan(scene: Scene) -> None:
    """Every wild picture examined; two of them were seen in the licensee's shop."""
    from ledger import scan as scanning

    pictures = [
        (path.name, path.read_bytes(), _sighting(scene, path.name))
        for path in sorted((scene.out / "wild").glob("*.jpg"))
    ]
    opened = scanning.open_scan(scene.ledger, KEY, pictures, "the demo's wild pictures")
    scene.run("scan", "scan", {"scan": opened.id}, KEY)
    scene.remember("scan", opened.id)


def bill(scene: Scene) -> None:
    """Usage is reported; with the unlicensed finding it becomes an invoice in the vault."""
    from ledger import bill as billing

    use = _use("wallpaper", REPORTED, scene.ledger.today())
    billing.report(scene.ledger, licence(scene), use, "first-half")
    if "invoice" not in scene.told:
        billed = scene.run("bill", "bill", {"payer": LICENSEE, "collection": scene.collection}, KEY)
        scene.remember("invoice", billed["invoice"])


def settle(scene: Scene) -> None:
    """The licensee signs, anybody relays; the vault shares what was paid."""
    from ledger import settle as settling
    from ledger.domain.ids import InvoiceId

    invoice = InvoiceId(scene.told["invoice"])
    if not _settled(scene, invoice):
        authorization = settling.sign(scene.ledger, invoice).to_dict()
        scene.run("settle", "settle", {"invoice": invoice, "authorization": authorization}, invoice)


def pay_out(scene: Scene) -> None:
    """Every payee withdraws what is theirs."""
    for share in scene.terms.split.shares:
        scene.run("payout", "payout", {"payee": share.payee}, f"{KEY}-{share.payee}")


def ask(scene: Scene, name: str, use: Use) -> Any:
    """Ask once; the answer is kept, because the same question gets another answer after the purchase."""
    from ledger.decide import decide
    from ledger.domain.brief_text import use_to_dict
    from ledger.domain.ids import PartyId

    answers = dict(scene.told.get("answers", {}))
    if name not in answers:
        decision, offer = decide(scene.ledger, licensed_tile(scene), PartyId(LICENSEE), use)
        answers[name] = {
            "use": {"asset": licensed_tile(scene), "licensee": LICENSEE, **use_to_dict(use)},
            "outcome": decision.outcome.value,
            "reason": decision.reason,
            "offer": offer.id if offer else None,
        }
        scene.remember("answers", answers)
    return answers[name]["offer"]


def licensed_tile(scene: Scene) -> AssetId:
    return _shown_in(scene, LICENSED_PICTURE)


def licence(scene: Scene) -> LicenceId:
    from ledger.domain.ids import LicenceId

    return LicenceId(scene.told["licence"])


def tile_file(index: int) -> str:
    return f"tile-{index + 1:02d}.png"


def picture_of(scene: Scene, transform: str) -> str:
    """The wild picture that shows this transform."""
    return next(str(file) for file, truth in scene.told["truth"].items() if truth["transform"] == transform)


def _shown_in(scene: Scene, transform: str) -> AssetId:
    from ledger.domain.ids import AssetId

    return AssetId(scene.told["truth"][picture_of(scene, transform)]["asset"])


def _sighting(scene: Scene, file: str) -> Sighting | None:
    from ledger.domain.finding import Sighting
    from ledger.domain.ids import PartyId

    transform, today = scene.told["truth"][file]["transform"], scene.ledger.today()
    products = {LICENSED_PICTURE: "wallpaper", UNLICENSED_PICTURE: "cushion"}
    if transform not in products:
        return None
    return Sighting(PartyId(LICENSEE), _use(products[transform], 1, today))


def _use(product: str, units: int, on: date) -> Use:
    from ledger.domain.use import Action, Use

    return Use(Action.REPRODUCE, product, "GB", units, on, "in-store")


def _settled(scene: Scene, invoice: Any) -> bool:
    from ledger.store import money

    with scene.ledger.store.reading() as tx:
        return money.get(tx, invoice).settled_tx is not None
