"""The shipped weights: what files there are, and that they are what they claim to be."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.editions import Knowledge, finer_scales, learnt_by
from generator.errors import WeightsError
from generator.flow_shape import FIRST_FLOW, FlowShape

NETWORKS = ("autoencoder", "unet", "text")
CONFIG_FILE = "config.json"
TOKENIZER_FILE = "tokenizer.json"
SUMS_FILE = "SHA256SUMS"
UNREADABLE = "missing"  # what stands for the digest of a file that cannot be read
SHIPPED = Path(__file__).parent / "weights"
EARLIER = "earlier"
FIRST_SCREENS = 3
# Where screens are encoded anew to tidy them: pixels down and across, off the latents' grid of 8.
PHASES = ((4, 4), (2, 6), (6, 2))
_WHETHER = {"yes": True, "no": False}
_DRAFTED = {"no": 0, "yes": 1, "by the square": 2, "by square and spline": 3}
_GET = "restore the file from the repository, or train it with python -m generator.training"


def weights_file(network: str) -> str:
    """The file name of one network's weights."""
    return f"{network}.safetensors"


def required_files() -> tuple[str, ...]:
    """Every file that decides a tile, in the order in which the bundle's digest covers them."""
    return (CONFIG_FILE, TOKENIZER_FILE, *(weights_file(network) for network in NETWORKS))


@dataclass(frozen=True)
class Settings:
    """Mean and spread of each latent channel, and the sampler's defaults.

    `units` is how many training units a tile is wide; it belongs to the weights, not to the recipe.
    `knows` says which words they were trained on, `screens` the most inks over the ground; `flow` is the make
    of the flow network, `tidied` at how many of PHASES screens of one unit are tidied, `regular` whether
    a tile is drawn in the symmetry that its words have by rule, and `drafted` the edition of the rules by
    which outlines are drawn anew, 0 where they are not.
    """

    mean: tuple[float, ...]
    spread: tuple[float, ...]
    steps: int
    units: int
    guidance: float
    knows: Knowledge
    screens: int = FIRST_SCREENS
    flow: FlowShape = FIRST_FLOW
    tidied: int = 0
    regular: bool = False
    drafted: int = 0


@dataclass(frozen=True)
class Bundle:
    """A folder of weights whose every file was checked; `digest` names the whole (SHA-256, hex)."""

    folder: Path
    digest: str

    @classmethod
    def open(cls, folder: Path | None = None) -> Bundle:
        """Check every file against SHA256SUMS; raises WeightsError naming the first that is wrong."""
        home = SHIPPED if folder is None else folder
        return cls(home, bundle_digest(check_sums(home, required_files(), _GET)))

    def earlier(self, digest: str) -> Bundle:
        """The bundle of `digest` that these weights replaced, from the folder `earlier` beside them.

        Raises WeightsError when there is none, so that a recipe is never drawn by other weights than its own.
        """
        for folder in sorted((self.folder / EARLIER).glob("*/")):
            if bundle_digest(read_sums(folder, _GET)) == digest:
                return Bundle.open(folder)
        remedy = f"put the weights the recipe names into {EARLIER}/ beside these"
        raise WeightsError("recipe", digest, self.digest, remedy)

    def settings(self) -> Settings:
        """Latent statistics and sampler defaults; raises WeightsError when config.json is unusable."""
        try:
            config = json.loads((self.folder / CONFIG_FILE).read_text())
            mean, spread = (tuple(map(float, config["latents"][key])) for key in ("mean", "spread"))
            sampler = config["sampler"]
            steps, units, guidance = int(sampler["steps"]), int(sampler["units"]), float(sampler["guidance"])
            edition, screens = int(config["format"]), int(config.get("screens", FIRST_SCREENS))
            learnt, finer = learnt_by(edition, config.get("families")), finer_scales(sampler.get("finer", ()))
            flow, tidied = FlowShape.read(config.get("flow")), _tidied(sampler.get("tidied", 0))
            regular, drafted = _WHETHER[sampler.get("regular", "no")], _DRAFTED[sampler.get("drafted", "no")]
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise WeightsError(CONFIG_FILE, "of usable settings", repr(error), _GET) from error
        knows = Knowledge(edition, learnt, finer)
        return Settings(mean, spread, steps, units, guidance, knows, screens, flow, tidied, regular, drafted)

    def words(self) -> tuple[str, ...]:
        """The tokenizer's words in token order; raises WeightsError when tokenizer.json is unusable."""
        try:
            return tuple(map(str, json.loads((self.folder / TOKENIZER_FILE).read_text())["words"]))
        except (OSError, ValueError, TypeError, KeyError) as error:
            raise WeightsError(TOKENIZER_FILE, "of a word list", repr(error), _GET) from error


def _tidied(given: object) -> int:
    times = int(str(given))
    if not 0 <= times <= len(PHASES):
        raise ValueError(f"tidied {times} times: give 0 to {len(PHASES)}")
    return times


def file_digest(path: Path) -> str:
    """SHA-256 (hex) of a file's bytes, or the word `missing`."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return UNREADABLE


def bundle_digest(listed: dict[str, str]) -> str:
    """SHA-256 (hex) of the required files' lines of SHA256SUMS, in order."""
    lines = "".join(f"{listed.get(name)}  {name}\n" for name in required_files())
    return hashlib.sha256(lines.encode()).hexdigest()


def check_sums(folder: Path, names: Sequence[str], remedy: str) -> dict[str, str]:
    """The digests of SHA256SUMS by file. Raises WeightsError naming the first of `names` that is another."""
    listed = read_sums(folder, remedy)
    for name in names:
        expected, found = listed.get(name, "none listed"), file_digest(folder / name)
        if found != expected:
            raise WeightsError(name, expected, found, remedy)
    return listed


def read_sums(folder: Path, remedy: str) -> dict[str, str]:
    """The digests of SHA256SUMS by file, as they are listed. Raises WeightsError when there is no list."""
    try:
        text = (folder / SUMS_FILE).read_text()
    except (OSError, UnicodeDecodeError):
        raise WeightsError(SUMS_FILE, "of the listed files", "missing", remedy) from None
    pairs = [line.split(maxsplit=1) for line in text.splitlines() if line.strip()]
    return {pair[1].strip(): pair[0] for pair in pairs if len(pair) == 2}


def list_sums(folder: Path, names: Sequence[str]) -> dict[str, str]:
    """Write SHA256SUMS over `names` and return their digests."""
    listed = {name: file_digest(folder / name) for name in names}
    text = "".join(f"{digest}  {name}\n" for name, digest in listed.items())
    (folder / SUMS_FILE).write_text(text)
    return listed


def keep_replaced(folder: Path) -> Path | None:
    """Copy the whole bundle in `folder` to `earlier/` beside it, so that its recipes can still be drawn.

    Returns the copy, or None where there is no bundle yet; raises WeightsError for one that is damaged.
    """
    if not (folder / SUMS_FILE).exists():
        return None
    bundle = Bundle.open(folder)
    home = folder / EARLIER / bundle.digest[:12]
    home.mkdir(parents=True, exist_ok=True)
    for name in (*required_files(), SUMS_FILE):  # the sums last: without them a half copy is no bundle
        shutil.copyfile(folder / name, home / name)
    return home


def write_sums(folder: Path) -> str:
    """Write SHA256SUMS over the required files and return the bundle's digest."""
    return bundle_digest(list_sums(folder, required_files()))
