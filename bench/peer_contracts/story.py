"""Story's protocol core (beta): an IP asset for each design, a licence token for each licence."""

from __future__ import annotations

from typing import Any

from bench.peer_contracts.deployed import Deployed, Stage, create, used
from bench.peer_contracts.packages import Build, compiled, shipped
from ledger.chain import keccak

PACKAGE = "@story-protocol/protocol-core"
COMPILER = "solc-0.8.23"  # its sources name this one alone
NOBODY = "0x" + 40 * "0"
ALLOW = 1
SOURCES = (
    "governance/Governance",
    "AccessController",
    "IPAccountImpl",
    "registries/ModuleRegistry",
    "registries/IPAssetRegistry",
    "registries/LicenseRegistry",
    "modules/royalty/RoyaltyModule",
    "modules/dispute/DisputeModule",
    "modules/licensing/LicensingModule",
    "modules/licensing/PILPolicyFrameworkManager",
    "resolvers/IPResolver",
    "modules/RegistrationModule",
)
LIBRARIES = ("IPAccountChecker",)


class Protocol:
    """The protocol, put together as its own script does, without the parts for paid licences and disputes."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.built = stage, build()
        self.libraries: dict[str, str] = {}  # none to link with yet
        self.libraries = {name: self._create(name).address for name in LIBRARIES}
        self.governance = self._create("Governance", stage.manager.address)
        self.access = self._create("AccessController", self.governance)
        self.modules = self._create("ModuleRegistry", self.governance)
        account = self._create("IPAccountImpl", self.access)
        erc6551 = self._create("ERC6551Registry")
        self.assets = self._create("IPAssetRegistry", erc6551, account, self.modules, self.governance)
        self.licences = self._create("LicenseRegistry", self.governance, "")
        self._create_modules()
        self._configure()

    def _create_modules(self) -> None:
        self.royalty = self._create("RoyaltyModule", self.governance)
        self.dispute = self._create("DisputeModule", self.access, self.assets, self.governance)
        parts = (self.access, self.assets, self.royalty, self.licences, self.dispute)
        self.licensing = self._create("LicensingModule", *parts)
        text = ("pil", "the licence's text")
        self.policies = self._create(
            "PILPolicyFrameworkManager", self.access, self.assets, self.licensing, *text
        )
        self.resolver = self._create("IPResolver", self.access, self.assets)
        self.registration = self._create("RegistrationModule", self.assets, self.licensing, self.resolver)

    def _configure(self) -> None:
        manager, licensing = self.stage.manager, self.licensing.address
        self.licences.send(manager, "setDisputeModule", self.dispute.address)
        self.licences.send(manager, "setLicensingModule", licensing)
        self.royalty.send(manager, "setLicensingModule", licensing)
        self.assets.send(manager, "setRegistrationModule", self.registration.address)
        self.access.send(manager, "initialize", self.assets.address, self.modules.address)
        for module in (self.registration, self.resolver, self.dispute, self.licensing, self.royalty):
            self.modules.send(manager, "registerModule(string,address)", module.ask("name"), module.address)
        adding = bytes.fromhex(self.licensing.data("addPolicyToIp", NOBODY, 0)[2:10])
        self.access.send(manager, "setGlobalPermission", self.registration.address, licensing, adding, ALLOW)
        self.licensing.send(manager, "registerPolicyFrameworkManager", self.policies.address)

    def _create(self, name: str, *parts: Any) -> Deployed:
        plain = [part.address if isinstance(part, Deployed) else part for part in parts]
        return create(self.stage.here, self.built[name].linked(self.libraries), *plain)


def build() -> dict[str, Build]:
    """By the compiler and settings that the package names for itself."""
    root = f"node_modules/{PACKAGE}"
    sources = [f"{root}/contracts/{name}.sol" for name in SOURCES]
    return compiled(
        COMPILER,
        [*sources, "node_modules/erc6551/ERC6551Registry.sol"],
        [f"@openzeppelin/={root}/node_modules/@openzeppelin/", "erc6551/=node_modules/erc6551/"],
        optimizer={"enabled": True, "runs": 20_000},
    )


def measure(stage: Stage) -> dict[str, dict[str, int]]:
    protocol = Protocol(stage)
    tokens = create(
        stage.here,
        shipped("@openzeppelin/contracts/build/contracts/ERC721PresetMinterPauserAutoId.json"),
        *("Selvage", "SLV", ""),
    )
    policy = _policy(protocol)
    _mint(protocol, policy, _design(protocol, tokens, policy, 0)[0], 0)
    design, offered = _design(protocol, tokens, policy, 1)
    first, second = (_mint(protocol, policy, design, buyer) for buyer in (0, 1))
    held = (protocol.licences.ask("mintedLicenses"), stage.buyers[0].address)
    checked = protocol.licences.check("isLicensee", *held)
    return {
        "offer": {"token and registerRootIp": offered},
        "free": {"first": first, "second": second},
        "check": {"isLicensee": checked},
    }


def _policy(protocol: Protocol) -> int:
    """Free, for one territory; what follows is for paid and derived works."""
    content: tuple[Any, ...] = (True, False, False, NOBODY, b"", 0, True, True, False, True, ["IT"], [], [])
    words = ("registerPolicy", (False, NOBODY, 0, NOBODY, content))
    policy = int(protocol.policies.ask(*words, account=protocol.stage.manager))
    protocol.policies.send(protocol.stage.manager, *words)
    return policy


def _design(protocol: Protocol, tokens: Deployed, policy: int, number: int) -> tuple[str, int]:
    """A token of the manager's, registered with a policy."""
    manager = protocol.stage.manager
    minted = tokens.send(manager, "mint", manager.address)
    name = (f"Fern lattice {number}", keccak(b"%d" % number), "https://example.org/fern-lattice")
    words = ("registerRootIp", policy, tokens.address, number, *name)
    design = str(protocol.registration.ask(*words, account=manager))
    return design, used(minted) + protocol.registration.gas(manager, *words)


def _mint(protocol: Protocol, policy: int, design: str, buyer: int) -> int:
    account = protocol.stage.buyers[buyer]
    return protocol.licensing.gas(account, "mintLicense", policy, design, 1, account.address, b"")
