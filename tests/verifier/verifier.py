"""A second verifier of proof bundles, written from docs/proofs.md: python verifier.py BUNDLE ROOTS."""

# fmt: off
# ruff: noqa: E401, E501, E731, I001
import base64, contextlib, datetime, functools, hashlib, io, json, pathlib, sys
import c2pa, jwt, rfc8785, rlp
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from eth_utils.crypto import keccak
ENTRY = ("sequence", "kind", "subject", "at", "body", "previous")
TILE, CHAIN = ("file", "manifest", "membership", "statements", "terms"), ("receipts", "anchor", "blocks")
LINKS = {"asset": TILE, "licence": (*TILE, "licence", "decision"), "finding": (*TILE, "finding", "picture")}
GRANTS, DECIMALS = ("licence-granted", "sublicence-granted", "order-completed"), {"TUSD": 6, "ETH": 18}
EVENTS = {  # contract, and types of the arguments
    "CollectionRegistered": ("PatternRegistry", "uint256,address,bytes32,uint32,bytes32,address,uint16,string"),
    "LicenceGranted": ("LicenceBook", "bytes32,uint256,address,bytes32,uint256,bytes32,bytes32,uint256,uint256,bytes32,uint256"),
    "InvoiceIssued": ("RoyaltyVault", "bytes32,address,address,uint128,address,uint40,bytes32,bytes32"),
    "InvoiceSettled": ("RoyaltyVault", "bytes32,address,address,uint128"),
    "Anchored": ("CheckpointBook", "address,uint64,bytes32,bytes32")}
USES = ("1.3.6.1.4.1.62558.2.1", "1.3.6.1.5.5.7.3.4", "1.3.6.1.5.5.7.3.8")  # claims, mail, time-stamps
b64, sha, extension = base64.b64decode, lambda data: hashlib.sha256(data).digest(), lambda it, kind: it.extensions.get_extension_for_class(kind).value
unhex, digest = lambda text: bytes.fromhex(text.removeprefix("0x")), lambda it: sha(rfc8785.dumps(it)).hex()
once, crl = lambda pairs: need(len(dict(pairs)) == len(pairs)) and dict(pairs), lambda roots: x509.load_pem_x509_crl(roots["crl_pem"].encode()) if roots.get("crl_pem") else ()
word, whole = lambda text: unhex(text).rjust(32, b"\0"), lambda number: number.to_bytes(32, "big")
ends = lambda roots: [c for c in x509.load_pem_x509_certificates(roots["outside_pem"].encode()) if not extension(c, x509.BasicConstraints).ca] if roots.get("outside_pem") else []
revoked = lambda roots, serial: next((each.revocation_date_utc for each in crl(roots) if each.serial_number == serial), None)
def need(*holds):
    if not all(holds):
        raise ValueError("it does not hold")
    return True
def statement(token, roots, kind, when):
    """The payload of a JWS whose certificates lead to the root, good at the time it names, the first not revoked."""
    header = jwt.get_unverified_header(token)
    chain = [*map(x509.load_der_x509_certificate, map(b64, header["x5c"]))]
    payload = json.loads(jwt.PyJWS().decode(token, chain[0].public_key(), ["ES256"]), object_pairs_hook=once)
    at, root, known = datetime.datetime.fromisoformat(payload[when]), x509.load_pem_x509_certificate(roots["root_pem"].encode()), chain[0] in ends(roots)
    for below, above in [] if known else zip(chain, [*chain[1:], root], strict=True):
        below.verify_directly_issued_by(above)
        need(extension(above, x509.BasicConstraints).ca)
    return need(header["typ"] == kind, known or x509.ObjectIdentifier(USES[0]) in extension(chain[0], x509.ExtendedKeyUsage), not revoked(roots, chain[0].serial_number), *(each.not_valid_before_utc <= at <= each.not_valid_after_utc for each in chain[: 1 if known else None])) and payload
def signatures(note, key):
    """How many signatures of `key` a note has; each of them is verified."""
    (text, _, lines), (name, id_, material) = note.rpartition("\n\n"), key.split("+", 2)
    public, found = b64(material), 0
    need(sha(f"{name}\n".encode() + public)[:4].hex() == id_)
    for _, who, value in (line.split(" ") for line in lines.splitlines()):
        if who == name and b64(value)[:4].hex() == id_:
            value, said, found = b64(value)[4:], f"{text}\n", found + 1
            if public[0] == 4:  # a witness signs the time too, which stands before its signature
                said, value = f"cosignature/v1\ntime {int.from_bytes(value[:8], 'big')}\n{said}", value[8:]
            Ed25519PublicKey.from_public_bytes(public[1:]).verify(value, said.encode())
    return found
def above(node, index, size, path):
    """The root that an inclusion path leads to, from its end (RFC 6962, section 2.1.1)."""
    if size == 1:
        return need(not path) and node
    left, sibling = 1 << (size - 1).bit_length() - 1, b64(path[-1])
    right = index >= left
    node = above(node, index - left * right, size - left if right else left, path[:-1])
    return sha(b"\1" + (sibling + node if right else node + sibling))
def logs(event):
    """[address, topics, data] of what a receipt says that the header of its block leads to."""
    at, path = rlp.decode(unhex(event["header"]))[5], rlp.encode(event["index"]).hex()
    nodes = [*map(unhex, event["nodes"])]
    while path is not None:
        need(isinstance(at, list) or keccak(nodes[0]) == at)
        at = at if isinstance(at, list) else rlp.decode(nodes.pop(0))
        flag, part = ("0", path[0]) if len(at) == 17 else (at[0].hex()[0], at[0].hex()[2 - int(at[0].hex()[0]) % 2 :])
        need(path.startswith(part), flag < "2" or path == part)
        at, path = at[int(part, 16)] if len(at) == 17 else at[1], path[len(part) :] if flag < "2" else None
    status, _, _, found = rlp.decode(at[1:] if at[0] < 128 else at)
    need(status == b"\1", not nodes)
    return found
class Bundle:
    """Each link is a method that raises where it is broken; None is for what could not be checked."""
    def __init__(self, data, roots):
        self.all, self.roots = json.loads(data, object_pairs_hook=once), roots
        self.__dict__ |= self.all["subject"] | self.all["log"]  # kind, id, entries, checkpoint
        self.tile, self.out, self.chain = (self.all[name] for name in ("asset", "left_out", "chain"))
        (self.origin, *_), self.size, self.root = (lines := self.checkpoint.split("\n")[:3]), int(lines[1]), b64(lines[2])
    def links(self):
        names = ("seal", "log", "witnesses", *LINKS.get(self.kind, ("invoice",)), *CHAIN)
        found = dict.fromkeys(names, False)
        for name in names:
            with contextlib.suppress(Exception):  # whatever is wrong with a link, it does not hold
                unseen = name == "blocks" if self.chain else name in CHAIN and "chain" in self.out
                found[name] = None if unseen else getattr(self, name)()
        return found
    def of(self, subject, *kinds):
        return [e for e in self.entries if e["subject"] == subject and (not kinds or e["kind"] in kinds)]
    def included(self, hash_, sequence, path):
        return need(0 < sequence <= self.size, above(sha(b"\0" + unhex(hash_)), sequence - 1, self.size, path) == self.root)
    def seal(self):
        parts = {n: digest(part) for n, part in self.all.items() if n != "seal"}
        return need(statement(self.all["seal"], self.roots, "selvage-proof+jws", "made_at")["parts"] == parts)
    def log(self):
        need(signatures(self.checkpoint, self.roots["log_key"]), self.of(self.id))
        need(self.origin == self.roots["log_key"].split("+")[0] == f"selvage/{self.all['ledger']}")
        for e, before in zip(self.entries, [{"sequence": 0}, *self.entries], strict=False):
            need(digest({n: e[n] for n in ENTRY}) == e["hash"], before["sequence"] < e["sequence"])
            self.included(e["hash"], e["sequence"], e["path"])
        return True
    def witnesses(self):
        keys = self.roots["witnesses"]
        return need(sum(signatures(self.checkpoint, key) > 0 for key in keys) >= max(1, self.roots["quorum"])) if keys else None
    def file(self, name="asset"):
        wanted = self.tile["content_sha256"] if name == "asset" else self.all["finding"]["sha256"]
        need(self.kind != "asset" or self.id == self.tile["asset"])
        there = name in self.all["files"] or "file" not in self.out
        return need(sha(b64(self.all["files"][name])).hex() == wanted) if there else None
    def manifest(self):
        kinds, files = (("root_pem", "manifest"), ("tsa_root_pem", "tsa")), self.all["files"]
        anchors = [{"trust_anchors": self.roots[n], "trust_kind": k, "trust_uri": f"urn:{k}"} for n, k in kinds]
        anchors += [{"trust_anchors": "", "allowed_list": pinned, "trust_kind": "manifest"}] if (pinned := self.roots.get("outside_pem")) else []
        anchors += [{**anchors[0], "trust_kind": "cawg"}]  # who is named
        context = c2pa.Context.from_dict({"version": 1, "trust": {"anchors": anchors, "trust_config": "\n".join(USES)}})
        mime, name = ("image/png", "asset") if "asset" in files else ("application/c2pa", "manifest")
        reader = c2pa.Reader(mime, io.BytesIO(b64(files[name])), context=context)
        found, by, said = reader.get_validation_results(), (active := reader.get_active_manifest())["signature_info"], json.dumps(active)
        good, bad = ({e["code"] for e in found["activeManifest"][kind]} for kind in ("success", "failure"))
        need(bad <= ({"assertion.dataHash.mismatch"} if name == "manifest" else set()))
        need(not (since := revoked(self.roots, int(by["cert_serial_number"]))) or datetime.datetime.fromisoformat(by["time"]) < since)
        need({"signingCredential.trusted", "timeStamp.trusted"} <= good, found["trustListUri"] in ("urn:manifest", *[""][:bool(pinned)]))
        return need(self.tile["asset"] in said, base64.b64encode(unhex(self.tile["mark"])).decode() in said)
    picture = functools.partialmethod(file, "picture")
    def membership(self):
        tile = self.tile
        node = keccak(keccak(word(tile["asset"]) + unhex(tile["content_sha256"]) + word(tile["mark"])))
        for sibling in map(unhex, tile["siblings"]):
            node = keccak(b"".join(sorted((node, sibling))))
        return need(node == unhex(tile["root"]), (tile["registration"] or tile)["root"] == tile["root"]) if tile["registration"] else None
    def statements(self):
        tile, told = self.tile, self.of(self.tile["asset"])
        was = [(e["sequence"], e["body"]["was"]) for e in told if "was" in e["body"]]
        need(told, not tile["registration"] or self.of(tile["collection"], "collection-registered"))
        for e in (*told, *self.of(tile["collection"])):
            file = next((old for at, old in was if at > e["sequence"]), tile["content_sha256"])
            facts = {"sha256": file, "mark": tile["mark"], "collection": tile["collection"]}
            facts = facts if e in told else {"root": tile["root"], **(tile["registration"] or {})}
            need(all(e["body"].get(name, value) == value for name, value in facts.items()))
        return True
    def terms(self):
        return need("0x" + digest(self.tile["terms"]) == self.tile["registration"]["terms_hash"]) if self.tile["registration"] else None
    def licence(self):
        told, granted = self.all["licence"], self.of(self.id, *GRANTS)[0]["body"]
        need(set(told) == {"id", "terms", "reference"}, told["id"] == self.id)
        return need((granted["asset"], granted["terms"]) == (self.tile["asset"], digest(told["terms"])))
    def decision(self):
        made, tile = self.all["decision"], self.tile
        if made is None and "decision" in self.out:
            return None
        said = statement(made["jws"], self.roots, "selvage-decision+jws", "decided_at")
        about = *(said["asset"][n] for n in ("id", "sha256")), *(said[n] for n in ("ledger", "licence", "terms_hash"))
        terms, at, hash_ = self.of(self.id, *GRANTS)[0]["body"]["terms"], *map(said["entry"].get, ("sequence", "hash"))
        need(about == (tile["asset"], tile["content_sha256"], self.all["ledger"], self.id, terms))
        return need(at > self.size) if made["path"] is None else self.included(hash_, at, made["path"])
    def paper(self, names, apart):
        told, entry = self.all[self.kind], self.of(self.id)[0]["body"]
        content = digest({n: value for n, value in told.items() if n not in apart})
        need(told["id"] == self.id, all(entry[n] == told[n] for n in names))
        return need(content in entry.values()) if {"measured", "content"} & set(entry) else None
    def finding(self):
        need(self.all["finding"]["asset"] == self.tile["asset"])
        return self.paper(("scan", "asset", "verdict", "standing", "p_value"), ("id", "scan", "standing"))
    def invoice(self):
        return self.paper(("payer", "collection", "total", "due_on"), ("id",))
    def said(self, name, **wanted):
        """Whether a contract of ours made an event with these words, by their places; its first word."""
        contract, types = EVENTS[name]
        ours = [keccak(f"{name}({types})".encode()), unhex(self.roots["chain"]["contracts"][contract])]
        shown = (log for each in self.chain["events"] if (each["event"], each["contract"]) == (name, contract) for log in logs(each))
        words = ([*topics[1:], *(data[at : at + 32] for at in range(0, len(data), 32))] for where, topics, data in shown if [topics[0], where] == ours)
        return next(each[0] for each in words if all(each[int(place[1:])] in values for place, values in wanted.items()))
    def receipts(self):
        ours, _ = [word(self.roots["chain"]["account"])], [*map(logs, self.chain["events"])]
        need(self.chain["chain_id"] == self.roots["chain"]["chain_id"])
        if self.kind == "invoice":
            kinds = {e["kind"] for e in self.of(self.id)}
            units, fraction, currency = self.all["invoice"]["total"].replace(".", " ").split()
            minor = [whole(int(units + fraction.ljust(DECIMALS[currency], "0")))]
            keys = [word(self.id), sha(b"\0\0\0\x04till\0\0\0\x20" + self.id.encode())[:16].rjust(32, b"\0")]
            if not kinds & {"invoice-issued", "invoice-settled"}:
                return None
            found = self.said("InvoiceIssued", _1=ours, _3=minor, _7=keys)
            return need("invoice-settled" not in kinds or self.said("InvoiceSettled", _0=[found], _3=minor))
        body = next((e["body"] for e in self.of(self.tile["collection"], "collection-registered")[-1:]), None)
        if body:
            token, root, terms = whole(int(body["token"])), word(body["root"]), word(body["terms_hash"])
            self.said("CollectionRegistered", _0=[token], _1=ours, _2=[root], _4=[terms])
        if self.kind == "licence":
            told, key = self.of(self.id, *GRANTS)[0]["body"], word(self.all["licence"]["reference"] or self.id)
            account = word(self.of(told["licensee"], "party-added")[0]["body"]["address"])
            self.said("LicenceGranted", _2=[account], _3=[key], _6=[word(told["terms"])])
        return bool(body) or None
    def anchor(self):
        said = {"_0": [word(self.roots["chain"]["account"])], "_1": [whole(self.size)], "_2": [self.root]}
        return None if "anchor" in self.out and self.chain else need(self.said("Anchored", **said))
if __name__ == "__main__":
    bundle, roots = (pathlib.Path(path).read_text() for path in sys.argv[1:])
    print(Bundle(bundle, json.loads(roots)).links())
