"""Chains that are wrong, gone, or not what they were; records and keys that are damaged."""

from __future__ import annotations

import pytest

from ledger.chain import (
    Chain,
    ChainError,
    ChainResetError,
    ChainUnavailableError,
    DeploymentError,
    FaucetError,
    KeyFileError,
    NotDeployedError,
    WrongChainError,
    load_or_create_account,
)
from ledger.chain.anvil import free_port


@pytest.fixture
def remote(node, tmp_path):
    """A chain with our contracts on a node that a test can end: (url, folder, port, manager)."""
    port = free_port()
    url = node("anvil", port=port)
    manager = load_or_create_account(tmp_path / "keys", "manager")
    with Chain.open(url, tmp_path) as chain:
        chain.fund(manager.address, 10**18)
        chain.deploy(manager)
    return url, tmp_path, port, manager


def register(chain, manager):
    return chain.register_collection(manager, root=b"\x01" * 32, size=1, terms_hash=b"\x02" * 32)


def test_wrong_chain_id_is_refused(remote):
    url, folder, _, _ = remote
    with pytest.raises(WrongChainError, match="SELVAGE_CHAIN_ID"):
        Chain.open(url, folder, expected_chain_id=1)
    with Chain.open(url, folder, expected_chain_id=31337) as chain:
        assert chain.chain_id == 31337


def test_folder_of_another_chain_is_refused(remote, node):
    _, folder, _, _ = remote
    with pytest.raises(WrongChainError, match="31337"):
        Chain.open(node("anvil", "--chain-id", "1337"), folder)


def test_reset_under_our_feet_is_noticed(remote, node):
    url, folder, _, manager = remote
    chain = Chain.open(url, folder)
    register(chain, manager)
    chain._node.rpc("anvil_reset")
    for call in (
        lambda: register(chain, manager),
        lambda: chain.collection(1),
        lambda: chain.invoice_state(b"\0" * 32),
    ):
        with pytest.raises(ChainResetError, match="data folder"):
            call()
    with pytest.raises(ChainResetError):
        Chain.open(url, folder)


def test_another_chain_with_the_same_id_is_noticed(remote, node):
    _, folder, _, _ = remote
    with pytest.raises(ChainResetError, match="same id"):
        Chain.open(node("anvil", "--timestamp", "1700000000"), folder)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{}", "ws://127.0.0.1:{}"])
def test_no_node_there(tmp_path, url):
    with pytest.raises(ChainUnavailableError, match="SELVAGE_CHAIN_URL"):
        Chain.open(url.format(free_port()), tmp_path)


def test_server_that_is_no_chain(tmp_path):
    import http.server
    import threading

    class Silent(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>hello</html>")

        def log_message(self, *arguments):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Silent) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with pytest.raises(ChainUnavailableError):
            Chain.open(f"http://127.0.0.1:{server.server_port}", tmp_path)
        server.shutdown()


def test_node_that_goes_away_and_comes_back(node, tmp_path):
    with Chain.open("devnet:", tmp_path) as devnet:
        manager = load_or_create_account(tmp_path / "keys", "manager")
        devnet.fund(manager.address, 10**18)
        devnet.deploy(manager)
        with Chain.open(devnet.url, tmp_path) as chain:
            devnet._node.devnet._process.stop()
            with pytest.raises(ChainUnavailableError):
                register(chain, manager)
            devnet._node.devnet.ensure()
            assert register(chain, manager).block == register(devnet, manager).block


def test_unknown_kind_of_url(tmp_path):
    with pytest.raises(ChainError, match="devnet:"):
        Chain.open("ftp://127.0.0.1", tmp_path)


def test_calls_before_deploying(tmp_path):
    with Chain.open("devnet:", tmp_path) as chain, pytest.raises(NotDeployedError):
        chain.collection(1)


def test_real_chains_give_nothing_away(node, tmp_path):
    account = load_or_create_account(tmp_path / "keys", "manager")
    with Chain.open(node("anvil", "--chain-id", "777"), tmp_path) as chain:
        with pytest.raises(FaucetError, match="777"):
            chain.fund(account.address, 1)
        with pytest.raises(FaucetError):
            chain.mint_test_dollars(account, account.address, 1)
        chain._node.rpc("anvil_setBalance", account.address, hex(10**18))
        assert "TestDollar" not in chain.deploy(account).addresses
        assert register(chain, account).block > 0


def test_damaged_deployment_record(remote):
    url, folder, _, _ = remote
    for text in ("", "{}", '{"addresses": 3, "chain_id": 1, "genesis": ""}'):
        (folder / "deployment.json").write_text(text)
        with pytest.raises(DeploymentError, match=r"deployment\.json"):
            Chain.open(url, folder)


def test_keys_are_private_and_checked(tmp_path):
    made = load_or_create_account(tmp_path, "manager")
    assert load_or_create_account(tmp_path, "manager").address == made.address
    file = tmp_path / "manager.key"
    assert file.stat().st_mode & 0o777 == 0o600
    file.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_or_create_account(tmp_path, "manager")
    file.chmod(0o600)
    for text in ("", "xyz", "00" * 32, "11" * 31):
        file.write_text(text)
        with pytest.raises(KeyFileError, match="32-byte"):
            load_or_create_account(tmp_path, "manager")
    with pytest.raises(KeyFileError, match="account name"):
        load_or_create_account(tmp_path, "../manager")
