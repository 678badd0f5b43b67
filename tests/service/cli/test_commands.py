"""What every command promises: help, --json, exit codes, errors that say what to do."""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import click
import cv2
import numpy as np
import pytest
import yaml
from commanding import every_command
from PIL import Image

from api.cli.app import COMMANDS, selvage

PROGRAM = [sys.executable, "-c", "from api.cli import main; main()"]
HEAVY = {
    *("torch", "diffusers", "transformers", "web3", "eth_account", "c2pa", "cv2", "numpy", "scipy", "PIL"),
    *("dbos", "sqlmodel", "sqlalchemy", "fastapi", "uvicorn", "pydantic", "yaml", "cryptography"),
}


def test_help_loads_nothing_heavy() -> None:
    code = f"import sys, atexit; atexit.register(lambda: print(sys.modules.keys() & {HEAVY!r}))"
    code += "; from api.cli.app import run; run(['--help'])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "set()"
    assert all(name in done.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_of_the_tree_is_the_help_of_the_command(name: str) -> None:
    entry = COMMANDS[name]
    command = getattr(importlib.import_module(f"api.cli.{entry.module}"), entry.attribute)
    assert command.name == name
    assert command.help
    assert " ".join(command.help.split()).startswith(entry.help)


@pytest.mark.parametrize(
    ("name", "command"), every_command(), ids=lambda part: part if isinstance(part, str) else ""
)
def test_every_command_takes_json_and_explains_its_options(name: str, command: click.Command) -> None:
    options = [each for each in command.params if isinstance(each, click.Option)]
    assert "--json" in {flag for each in options for flag in each.opts}, name
    assert all(each.help for each in options), name
    assert command.help, name


def test_every_module_of_commands_is_in_the_tree() -> None:
    assert isinstance(selvage, click.Group)
    assert sorted(COMMANDS) == sorted(selvage.list_commands(click.Context(selvage)))


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("generat",), 2, "did you mean generate"),
        (("generate",), 2, "Missing argument"),
        (("generate", "/no/such.yaml"), 2, "cannot be read"),
        (("show", "asset", "0" * 32), 2, "unknown-asset"),
        (("register", "0" * 32), 2, "unknown-collection"),
        (("decide", "x", "--party", "mara", "--product", "wallpaper", "--territory", "GB"), 2, "units"),
        (("license", "x"), 2, "offer"),
        (("license", "x", "--units", "5000"), 2, "party"),
        (("license", "0" * 32, "--party", "mill"), 2, "an offer is taken without --party"),
        (("license", "x", "--modification", "crop"), 2, "party"),
        (("settle", "0" * 32), 2, "unknown-invoice"),
        (("payout", "nobody"), 2, "party add"),
        (("party", "add", "Not An Id"), 2, "is not a party id"),
        (("party", "add", "x", "--address", "0x12"), 2, "address"),
        (("party", "fund", "mara", "3.5e3"), 2, "amount"),
        (("key", "create", "Ann", "--role", "licensee"), 2, "party"),
        (("key", "revoke", "12"), 2, "at least the first 8"),
        (("scan", "/no/such/folder"), 2, "does not exist"),
        (("mark", "/no/such.png", "-o", "x.png", "--id", "zz"), 2, "hex digits"),
        (("mark", "/no/such.png", "-o", "x.jpg", "--id", "1"), 2, "lossless"),
        (("verify", "-", "--proof", "-"), 2, "stdin"),
    ],
)
def test_a_mistake_is_told_in_words_and_as_a_problem(
    selvage: Any, arguments: tuple[str, ...], code: int, told: str
) -> None:
    words = selvage(*arguments)
    assert words.code == code, words
    assert told in words.err
    assert words.out == ""
    problem = selvage(*arguments, "--json")
    assert problem.code == code
    assert {"type", "title", "detail", "code"} <= problem.json.keys()
    assert told in f"{problem.json['code']}: {problem.json['detail']}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: [", "line"),
        ("- 1", "holds no mapping"),
        ("\x00", "not YAML"),
        ("name: x", "terms"),
        ("terms: {preset: standard}", "name"),
        ("[" * 1000, "not YAML"),
    ],
)
def test_a_brief_that_cannot_be_read_is_told_by_its_line_or_field(
    selvage: Any, tmp_path: Path, text: str, told: str
) -> None:
    file = tmp_path / "brief.yaml"
    file.write_text(text)
    done = selvage("generate", file)
    assert (done.code, told in done.err) == (2, True), done


def test_a_payee_that_is_nobody_stops_a_brief_before_anything_is_kept(
    selvage: Any, brief: Path, tmp_path: Path
) -> None:
    data = yaml.safe_load(brief.read_text())
    data["terms"]["split"] = {"no-such-artist": "100 %"}
    file = tmp_path / "brief.yaml"
    file.write_text(yaml.safe_dump(data))
    here = tmp_path / "fresh"
    done = selvage("generate", file, "--json", at=here)
    assert (done.code, done.json["field"]) == (2, "split.no-such-artist")
    assert selvage("show", "collection", "--json", at=here).json == []
    assert selvage("operations", "--json", at=here).json == []


def test_a_mark_goes_in_and_comes_out(selvage: Any, tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.png", tmp_path / "marked.png"
    _picture(plain)
    done = selvage("mark", plain, "-o", marked, "--id", "0xC0FFEE", "--json")
    assert (done.code, done.json["mark_id"]) == (0, "000000c0ffee"), done
    read = selvage("read", marked, "--json")
    assert (read.code, read.json[0]["mark_id"]) == (0, "000000c0ffee")
    assert read.json[0].keys() == {"file", "mark_id", "key", "p_value", "seconds"}
    assert read.json[0]["p_value"] < 1e-9
    both = selvage("read", marked, plain, tmp_path / "none.png", "--json")
    assert both.code == 2
    assert [row["mark_id"] for row in both.json] == ["000000c0ffee", None, None]
    assert selvage("read", plain).code == 1


def test_pictures_go_through_pipes(data: Path, tmp_path: Path) -> None:
    plain = tmp_path / "plain.png"
    _picture(plain)
    command = [*PROGRAM, "--data", str(data)]
    mark = [*command, "mark", "-", "-o", "-", "--id", "beef"]
    marked = subprocess.run(mark, input=plain.read_bytes(), capture_output=True, check=True).stdout
    assert marked.startswith(b"\x89PNG")
    read = subprocess.run([*command, "read", "-", "--json"], input=marked, capture_output=True, check=True)
    assert json.loads(read.stdout)[0]["mark_id"] == "00000000beef"


def test_doctor_tells_every_setting_and_every_check(
    selvage: Any, collection: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.settings import Settings, variable

    monkeypatch.setenv("SELVAGE_DATABASE_URL", "")
    monkeypatch.setenv("SELVAGE_SCAN_BUDGET_SECONDS", "30")
    healthy = selvage("doctor", "--json").json
    named = {each["name"]: each for each in healthy["settings"]}
    assert list(named) == [variable(field) for field in Settings.model_fields]
    assert named["SELVAGE_DATA"]["source"] == "option"
    assert named["SELVAGE_SCAN_BUDGET_SECONDS"]["source"] == "environment"
    assert not named["SELVAGE_CHAIN_URL"]["fit_for_production"]
    checks = {each["name"]: each["ok"] for each in healthy["checks"]}
    assert (
        checks["database"]
        is checks["certificates"]
        is checks["chain"]
        is checks["weights"]
        is checks["critic"]
        is True
    )
    assert healthy["ok"] is True


def test_doctor_finds_what_is_wrong_and_hides_secrets(
    selvage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELVAGE_CHAIN_URL", "http://127.0.0.1:9/hunter2")
    monkeypatch.setenv("SELVAGE_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("SELVAGE_WIEGHTS", "x")
    done = selvage("doctor", at=tmp_path / "fresh")
    assert done.code == 1
    assert "hunter2" not in done.out
    assert "SELVAGE_WIEGHTS (did you mean SELVAGE_WEIGHTS?)" in done.out
    for name in ("environment", "weights", "chain"):
        assert f"FAIL {name}" in done.out, name
    assert not (tmp_path / "fresh" / "selvage.sqlite").exists()


def test_production_refuses_to_open_with_stand_ins(
    selvage: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SELVAGE_ENV", "prod")
    done = selvage("party", "list", "--json", at=tmp_path / "fresh")
    assert (done.code, done.json["code"]) == (2, "unsafe-setting")
    assert "SELVAGE_CHAIN_URL" in done.json["detail"]
    assert not (tmp_path / "fresh").exists()


def test_a_lost_or_foreign_watermark_key_is_never_replaced(selvage: Any, tmp_path: Path) -> None:
    here = tmp_path / "data"
    assert selvage("party", "add", "mara", at=here).code == 0
    key = here / "mark.key"
    assert key.stat().st_mode & 0o077 == 0
    secret = key.read_bytes()
    key.unlink()
    assert "restore it from a backup" in selvage("party", "list", at=here).err
    assert not key.exists()
    key.write_bytes(bytes(32))
    key.chmod(0o600)
    assert selvage("party", "list", "--json", at=here).json["code"] == "conflict"
    key.write_bytes(secret)
    key.chmod(0o644)
    assert "chmod 600" in selvage("party", "list", at=here).err
    key.chmod(0o600)
    assert selvage("party", "list", at=here).code == 0


@pytest.mark.parametrize("format", ["grey", "transparent", "16-bit"])
def test_a_marked_picture_keeps_its_format(selvage: Any, tmp_path: Path, format: str) -> None:
    plain, marked = tmp_path / "plain.png", tmp_path / "marked.png"
    _picture(plain)
    colour = cv2.imread(str(plain), cv2.IMREAD_UNCHANGED)
    before = {
        "grey": cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY),
        "transparent": np.dstack([colour, np.full(colour.shape[:2], 200, np.uint8)]),
        "16-bit": colour.astype(np.uint16) * 257,
    }[format]
    cv2.imwrite(str(plain), before)
    done = selvage("mark", plain, "-o", marked, "--id", "beef", "--json")
    assert done.code == 0, done
    after = cv2.imread(str(marked), cv2.IMREAD_UNCHANGED)
    assert (after.shape, after.dtype) == (before.shape, before.dtype)
    assert (after != before).any()
    assert selvage("read", marked, "--json").json[0]["mark_id"] == "00000000beef"


def test_a_picture_of_few_inks_keeps_them(selvage: Any, tmp_path: Path) -> None:
    plain, marked = tmp_path / "plain.png", tmp_path / "marked.png"
    _picture(plain)
    few = cv2.imread(str(plain)) // 86 * 85
    cv2.imwrite(str(plain), few)
    done = selvage("mark", plain, "-o", marked, "--id", "beef", "--inks", "--json")
    assert done.code == 0, done
    after = cv2.imread(str(marked))
    assert {tuple(ink) for ink in after.reshape(-1, 3)} <= {tuple(ink) for ink in few.reshape(-1, 3)}
    noise = np.random.default_rng(1).integers(0, 256, few.shape, dtype=np.uint8)
    cv2.imwrite(str(plain), noise)
    many = selvage("mark", plain, "-o", marked, "--id", "beef", "--inks", "--json")
    assert (many.code, many.json["field"]) == (2, "inks")


def test_what_an_older_key_marked_is_read_after_the_key_was_rotated(selvage: Any, tmp_path: Path) -> None:
    here, plain = tmp_path / "data", tmp_path / "plain.png"
    _picture(plain)
    for number in (1, 2):
        marked = tmp_path / f"marked-{number}.png"
        assert selvage("mark", plain, "-o", marked, "--id", str(number), at=here).code == 0
        if number == 1:
            rotated = selvage("key", "rotate-mark", "--json", at=here)
            assert (rotated.code, len((here / "mark.key").read_bytes())) == (0, 64), rotated
    read = selvage("read", tmp_path / "marked-1.png", tmp_path / "marked-2.png", "--json", at=here).json
    assert [int(row["mark_id"], 16) for row in read] == [1, 2]
    assert read[0]["key"] != read[1]["key"] == rotated.json["key"]
    secrets = (here / "mark.key").read_bytes()
    (here / "mark.key").write_bytes(secrets[:32])
    lost = selvage("party", "list", at=here)
    assert (lost.code, "has marked with more" in lost.err) == (3, True), lost


def test_keys_are_made_listed_and_revoked(selvage: Any) -> None:
    made = selvage("key", "create", "Ann", "--role", "auditor", "--json")
    assert made.json["token"].startswith("slv_")
    listed = selvage("key", "list", "--json")
    assert made.json["id"] in {each["id"] for each in listed.json}
    assert made.json["token"] not in listed.out
    assert selvage("key", "revoke", made.json["id"][:12], "--json").json["revoked_at"]


def test_migrating_twice_changes_nothing(selvage: Any, tmp_path: Path) -> None:
    first = selvage("migrate", "--json", at=tmp_path / "new").json
    again = selvage("migrate", "--json", at=tmp_path / "new").json
    assert (first["before"], again["before"]) == (None, first["now"])


def _picture(path: Path) -> None:
    """A tile of two inks: soft dots on a ground, periodic."""
    y, x = np.mgrid[0:256, 0:256] / 256 * 2 * np.pi
    dots = np.clip((np.sin(4 * x) * np.sin(4 * y) + 0.2 * np.sin(9 * x + 2 * y)) * 2 + 0.5, 0, 1)[..., None]
    pixels = dots * [30, 60, 110] + (1 - dots) * [240, 230, 210]
    Image.fromarray(pixels.astype(np.uint8)).save(path)


def test_terms_are_read_and_compared_with_what_was_granted(
    selvage: Any, collection: dict[str, Any], tmp_path: Path
) -> None:
    file = tmp_path / "terms.yaml"
    file.write_text("preset: training\nsplit: {mara: 60 %, studio: 40 %}\n")
    read = selvage("terms", file, "--collection", collection["id"], "--json")
    assert (read.code, read.json["conflicts"], read.json["terms"]["format"]) == (0, [], 2)
    assert read.json["terms_hash"] in selvage("terms", file).out
    file.write_text("preset: standard\nmodification: recolour\nsplit: {mara: 100 %}\n")
    refused = selvage("terms", file, "--json")
    assert (refused.code, refused.json["field"]) == (2, "modification")


def test_a_brief_is_told_before_anything_is_drawn(selvage: Any, tmp_path: Path) -> None:
    example = Path(__file__).parents[3] / "examples" / "seaside.yaml"
    told = selvage("brief", "show", example)
    assert told.code == 0
    assert "12 tiles (2 themes x 3 motifs x 2 colourways x 1)" in told.out
    asked = yaml.safe_load(example.read_text()) | {"motifs": ["dasiy floral"], "generator": "archive"}
    (tmp_path / "brief.yaml").write_text(yaml.safe_dump(asked))
    unknown = selvage("brief", "show", tmp_path / "brief.yaml")
    assert (unknown.code, "'dasiy' means nothing here; did you mean daisy?" in unknown.out) == (1, True)
    listed = selvage("brief", "show", tmp_path / "brief.yaml", "--json").json
    assert [tile["unknown"] for tile in listed["tiles"]] == [{"dasiy": ["daisy"]}] * 4
    assert listed["brief"]["words"]["colourways"] == ["night", "sand"]
