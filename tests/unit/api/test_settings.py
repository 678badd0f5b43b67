"""Settings: what is read, from where, and what is refused."""

from __future__ import annotations

import pickle
from pathlib import Path

import pytest
from pydantic import ValidationError

from api.errors import SettingError, UnsafeSettingError
from api.safety import refuse_stand_ins, stand_ins, unknown_variables
from api.settings import Settings, load_settings, sources, variable

SAFE = {
    "env": "prod",
    "chain_url": "https://rpc.example.org/token",
    "chain_id": 1,
    "tsa_url": "https://tsa.example.org",
    "keys_dir": "/run/secrets/selvage",
    "mark_key_file": "/run/secrets/mark.key",
}


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for field in Settings.model_fields:
        monkeypatch.delenv(variable(field), raising=False)
    monkeypatch.chdir(tmp_path)


def test_everything_has_a_default_that_stays_on_this_machine() -> None:
    chosen = load_settings()
    assert chosen.host == "127.0.0.1"
    assert chosen.chain == "devnet:"
    assert chosen.database == f"sqlite:///{Path('.selvage').absolute() / 'selvage.sqlite'}"
    assert chosen.blobs.startswith("file://")
    assert set(sources().values()) == {"default"}


def test_the_environment_wins_over_the_dotenv_file_and_an_option_over_both(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".env").write_text("SELVAGE_PORT=1\nSELVAGE_STUDIO=North Mill\nOTHER=1\n")
    monkeypatch.setenv("SELVAGE_PORT", "2")
    chosen = load_settings(data=tmp_path / "here")
    assert (chosen.port, chosen.studio, chosen.data) == (2, "North Mill", tmp_path / "here")
    origin = sources(frozenset({"data"}))
    assert (origin["port"], origin["studio"], origin["data"]) == ("environment", ".env", "option")
    assert origin["host"] == "default"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SELVAGE_PORT", "many"),
        ("SELVAGE_PORT", "70000"),
        ("SELVAGE_ENV", "production"),
        ("SELVAGE_CHAIN_URL", "ftp://there"),
        ("SELVAGE_TSA_URL", "there"),
        ("SELVAGE_CHAIN_ID", "0"),
        ("SELVAGE_WORKERS", "0"),
        ("SELVAGE_SCAN_BUDGET_SECONDS", "-1"),
    ],
)
def test_a_bad_value_is_refused_by_the_name_of_its_variable(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingError, match=name) as refused:
        load_settings()
    assert refused.value.field == name


def test_a_refused_secret_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELVAGE_CHAIN_URL", "hunter2")
    with pytest.raises(SettingError) as refused:
        load_settings()
    assert "hunter2" not in str(refused.value)


def test_settings_are_frozen_and_never_print_their_secrets() -> None:
    chosen = load_settings(database_url="postgresql://me:hunter2@db/x", chain_url="https://rpc/hunter2")
    with pytest.raises(ValidationError):
        chosen.port = 1  # type: ignore[misc]
    assert "hunter2" not in f"{chosen!r} {chosen}"
    assert "hunter2" in chosen.database
    assert pickle.loads(pickle.dumps(chosen)) == chosen


def test_development_names_its_stand_ins_and_accepts_them() -> None:
    chosen = load_settings()
    named = {each.name for each in stand_ins(chosen)}
    assert {"embedded devnet", "open test dollar", "built-in time-stamp authority"} <= named
    refuse_stand_ins(chosen)


def test_production_without_stand_ins_is_accepted() -> None:
    chosen = load_settings(**SAFE)
    assert stand_ins(chosen) == ()
    refuse_stand_ins(chosen)


@pytest.mark.parametrize(
    ("change", "setting"),
    [
        ({"chain_url": "devnet:"}, "SELVAGE_CHAIN_URL"),
        ({"chain_id": None}, "SELVAGE_CHAIN_ID"),
        ({"tsa_url": "builtin:"}, "SELVAGE_TSA_URL"),
        ({"keys_dir": None}, "SELVAGE_KEYS_DIR"),
        ({"keys_dir": ".selvage/elsewhere"}, "SELVAGE_KEYS_DIR"),
        ({"mark_key_file": None}, "SELVAGE_MARK_KEY_FILE"),
        ({"workers": 2}, "SELVAGE_DATABASE_URL"),
    ],
)
def test_production_refuses_each_stand_in_by_the_setting_that_ends_it(
    change: dict[str, object], setting: str
) -> None:
    with pytest.raises(UnsafeSettingError, match=f"set {setting} to") as refused:
        refuse_stand_ins(load_settings(**{**SAFE, **change}))
    assert refused.value.field == setting


def test_several_workers_are_fine_on_postgresql() -> None:
    refuse_stand_ins(load_settings(**SAFE, workers=4, database_url="postgresql://db/selvage"))


def test_a_misspelt_variable_is_found_with_what_was_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SELVAGE_CHAIN_ULR", "devnet:")
    assert unknown_variables() == {"SELVAGE_CHAIN_ULR": "SELVAGE_CHAIN_URL"}
