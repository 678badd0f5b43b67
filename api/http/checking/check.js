// Checks a file in the visitor's browser. All that a file says is put on the page as text, never as markup.
import { createC2pa } from "./index.js";

const LONGEST = 300;
const WORDS = {
  trusted: ["Trusted", "A key of this house signed the claim, and nothing was changed since."],
  other: ["Signed by this house, but not the claim of a tile", "Such as a recovered copy: it is not the file that was registered."],
  valid: ["Not trusted", "The file is as it was signed, but nobody this house knows vouches for who signed it."],
  named: ["Not trusted", "A key of this house signed the claim, but whom it names as publisher is not this house, or did not sign that."],
  revoked: ["Not trusted", "The certificate that signed this was revoked before it did."],
  untimed: ["Not trusted", "A key of this house signed it, but no clock that it trusts says when."],
  invalid: ["Not trusted", "The file or its claim is not what was signed: it was changed, or the claim is of another file."],
  none: ["No claim", "Nothing in this file says where it comes from: it was never signed, or what said so was taken out."],
  unread: ["Cannot be read", "This is no file that claims are read from, or it is damaged."],
};
const SOURCES = {
  trainedAlgorithmicMedia: "made by a model",
  digitalCreation: "drawn by a person",
};
const ASSET = "org.selvage.asset";
const CONFIRMATION = "org.selvage.confirmation";
const IDENTITY = "cawg.identity";
const UNTRUSTED = ["cawg.x509.credential.untrusted", "signingCredential.untrusted"];
const here = (name) => new URL(name, import.meta.url).href;
const result = document.getElementById("result");
const input = document.getElementById("file");

function shown(text) {
  const whole = String(text);
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST)} ...` : whole;
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function show(verdict, facts = []) {
  const [title, words] = WORDS[verdict];
  const list = document.createElement("dl");
  for (const [name, value] of facts) {
    const said = document.createElement("dd");
    said.append(element("bdi", shown(value))); // text that runs right to left stays where it is
    list.append(element("dt", name), said);
  }
  result.replaceChildren(element("h2", title), element("p", words), list);
  result.dataset.verdict = verdict;
}

// What is gathered is somebody else's word; what is created is the signer's.
function creates(manifest, label) {
  return (manifest.assertions ?? []).some((each) => each.label === label && each.created === true);
}

// The manifest that speaks of the tile: the one below, where the registration was confirmed over it.
function tellingOf(store, manifest) {
  const parents = manifest.ingredients ?? [];
  if (!creates(manifest, CONFIRMATION) || creates(manifest, ASSET) || parents.length !== 1) return manifest;
  const label = String(parents[0].active_manifest);
  return Object.hasOwn(store.manifests, label) ? store.manifests[label] : manifest;
}

function isOurs(manifest, roots) {
  return roots.signers.includes(manifest.signature_info?.cert_serial_number);
}

// Whom the identity assertion names: the library tells so only where its signature holds.
function identity(manifest) {
  return (manifest.assertions ?? []).find((each) => each.label === IDENTITY)?.data?.signature_info;
}

// Where a claim names somebody, it is us: of an identity whose signature does not hold nothing is told.
function namesUs(manifest, roots) {
  const names = (manifest.assertions ?? []).some((each) => each.label.startsWith(IDENTITY));
  return !names || roots.identities.includes(identity(manifest)?.cert_serial_number);
}

// The claim's time-stamp is over its identity assertion too.
function isRevoked(manifest, revoked) {
  const signature = manifest.signature_info ?? {};
  return [signature.cert_serial_number, identity(manifest)?.cert_serial_number].some((serial) => {
    const since = revoked[serial];
    return since !== undefined && !(Date.parse(signature.time) < Date.parse(since));
  });
}

function codes(store, kind) {
  return (store.validation_results?.activeManifest?.[kind] ?? []).map((each) => each.code);
}

// The library cannot be told who vouches for identities, and calls a file with one Valid at best: its claim is
// trusted then, and of whom it names we ask whether we know the certificate.
function trustsClaim(store, own) {
  const failures = store.validation_results?.activeManifest?.failure ?? [];
  const passes = (each) => isOfIdentity(each) && (UNTRUSTED.includes(each.code) || isStrangers(each, own));
  return codes(store, "success").includes("signingCredential.trusted") && failures.every(passes);
}

function isOfIdentity({ url }) {
  return String(url).endsWith(`/c2pa.assertions/${IDENTITY}`);
}

// Whom a stranger's manifest below names is the stranger's affair.
function isStrangers({ code, url }, own) {
  const place = String(url).split("=").pop();
  return code.startsWith("cawg.") && place.startsWith("/c2pa/") && !own.some((each) => place.includes(`/${each.label}/`));
}

function judged(store, manifest, told, roots) {
  if (store.validation_state === "Valid" && !trustsClaim(store, [manifest, told])) return "valid";
  if (!["Trusted", "Valid"].includes(store.validation_state)) return "invalid";
  // the library lets the root of time-stamps vouch for claims; we do not
  if (!isOurs(manifest, roots) || !isOurs(told, roots)) return "valid";
  if (!namesUs(manifest, roots) || !namesUs(told, roots)) return "named";
  if (!codes(store, "success").includes("timeStamp.trusted")) return "untimed";
  if (isRevoked(manifest, roots.revoked) || isRevoked(told, roots.revoked)) return "revoked";
  return creates(told, ASSET) ? "trusted" : "other";
}

function source(manifest) {
  const actions = (manifest.assertions ?? []).filter((each) => each.label.startsWith("c2pa.actions"));
  const created = actions.flatMap((each) => each.data?.actions ?? []).find((each) => each.action === "c2pa.created");
  return SOURCES[String(created?.digitalSourceType ?? "").split("/").pop()];
}

function facts(file, store, manifest, verdict) {
  const signature = manifest.signature_info ?? {};
  const trusted = verdict === "trusted" || verdict === "other";
  const found = [
    ["File", file.name],
    [trusted ? "Signed by" : "Says it was signed by", signature.issuer],
    ["Named as publisher", trusted ? identity(manifest)?.issuer : undefined],
    [trusted ? "Signed at" : "Says it was signed at", signature.time],
    [trusted ? "Title" : "Says its title is", manifest.title],
    ["Source", trusted ? source(manifest) : undefined],
    ["What failed", trusted ? "" : codes(store, "failure").join(", ")],
  ];
  return found.filter(([, value]) => value !== undefined && value !== null && value !== "");
}

async function check(c2pa, roots, file) {
  let reader;
  try {
    reader = await c2pa.reader.fromBlob(file.type, file);
    if (reader === null) return show("none", [["File", file.name]]);
    const store = await reader.manifestStore();
    const manifest = store.manifests[store.active_manifest];
    const told = tellingOf(store, manifest);
    const verdict = judged(store, manifest, told, roots);
    return show(verdict, facts(file, store, told, verdict));
  } catch (error) {
    return show("unread", [["File", file.name], ["What failed", error?.message ?? error]]);
  } finally {
    await reader?.free();
  }
}

async function begin() {
  const roots = await (await fetch(here("roots.json"))).json();
  const settings = {
    // an authority that is not ours vouches for others too, so its certificates are listed one by one
    trust: {
      trustAnchors: roots.claims + roots.time,
      trustConfig: roots.usages,
      ...(roots.listed === "" ? {} : { allowedList: roots.listed }), // an empty one is an error to the library
    },
    verify: { verifyTrust: true, remoteManifestFetch: false, ocspFetch: false },
  };
  const c2pa = await createC2pa({ wasmSrc: here("c2pa_bg.wasm"), settings });
  let last = Promise.resolve();
  input.addEventListener("click", () => { input.value = ""; }); // so that the same file may be chosen again
  input.addEventListener("change", () => {
    const [file] = input.files;
    if (file === undefined) return;
    result.dataset.verdict = "checking";
    last = last.then(() => check(c2pa, roots, file));
  });
  input.disabled = false;
  result.replaceChildren();
  result.dataset.verdict = "ready";
}

begin().catch((error) => {
  result.replaceChildren(element("p", `The checker could not be loaded: ${shown(error?.message ?? error)}`));
  result.dataset.verdict = "failed";
});
