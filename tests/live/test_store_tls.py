"""The store as production runs it: redis-server with TLS by an authority of its own, and an ACL user."""

import contextlib
import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from running_lab import RunningLab, until

from store.connection import StoreAddress, connect
from store.journal import JournalStore

PASSWORD = "n0t-a-real-one"
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
CONFIGURATION = """\
port 0
tls-port {port}
bind 127.0.0.1
tls-cert-file server.crt
tls-key-file server.key
tls-ca-cert-file ca.crt
tls-auth-clients no
appendonly yes
appendfsync always
save ""
dir {folder}
user default off
user teamline on >{password} {rights}
"""


@dataclass(frozen=True, slots=True)
class TlsStore:
    """One running redis-server and how to reach it."""

    folder: Path
    port: int

    @property
    def environment(self) -> Mapping[str, str]:
        """TEAMLINE_* that lead to it, the password in a file of its own."""
        return {
            "TEAMLINE_STORE_URL": f"rediss://teamline@127.0.0.1:{self.port}/0",
            "TEAMLINE_STORE_PASSWORD_FILE": str(self.folder / "password"),
            "TEAMLINE_STORE_CA_FILE": str(self.folder / "ca.crt"),
        }


def _program(name: str, package: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is missing: install the Debian package {package}"
    return found


def _rights() -> str:
    """What docs/operations.md gives the router's user, and nothing more."""
    found = re.search(r"^user teamline on >PASSWORD (.+)$", OPERATIONS.read_text(), re.MULTILINE)
    assert found, "docs/operations.md names the user's rights"
    return found[1]


def _certificates(folder: Path) -> None:
    """A CA and a certificate for 127.0.0.1 by it; another CA that signed nothing."""
    openssl = _program("openssl", "openssl")
    new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    for name in ("ca", "other"):
        own = ["-x509", "-days", "2", "-subj", f"/CN={name}", "-keyout", f"{name}.key", "-out", f"{name}.crt"]
        _run(folder, openssl, "req", *new_key, *own)
    _run(folder, openssl, "req", *new_key, "-subj", "/CN=store", "-keyout", "server.key", "-out", "server.csr")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    signed = ["-in", "server.csr", "-CA", "ca.crt", "-CAkey", "ca.key", "-CAcreateserial", "-out", "server.crt"]
    _run(folder, openssl, "x509", "-req", *signed, "-days", "2", "-extfile", "names")


def _run(folder: Path, *argv: str) -> None:
    done = subprocess.run(argv, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TlsStore]:
    folder = tmp_path_factory.mktemp("tls")
    _certificates(folder)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = int(free.getsockname()[1])
    (folder / "password").write_text(PASSWORD + "\n")
    told = CONFIGURATION.format(port=port, folder=folder, password=PASSWORD, rights=_rights())
    (folder / "redis.conf").write_text(told)
    server = subprocess.Popen(
        [_program("redis-server", "redis-server"), "redis.conf"], cwd=folder, stdout=subprocess.DEVNULL
    )
    try:
        until(lambda: _listens(port), 20, "redis-server listens")
        yield TlsStore(folder, port)
    finally:
        server.terminate()
        server.wait(10)


def _told(lab: RunningLab, store: TlsStore, *words: str, **other: str) -> subprocess.CompletedProcess[str]:
    """One command against this store, with the lab's other settings (prompts, secret, teams)."""
    return subprocess.run(
        [sys.executable, "-m", "teamline", *words],
        env={**lab.environment, **store.environment, **other},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_teams_and_customers_are_kept_behind_tls_and_a_password(lab: RunningLab, store: TlsStore) -> None:
    activated = _told(lab, store, "activate", "--json")
    assert activated.returncode == 0, activated.stderr
    imported = _told(lab, store, "import", "examples/customers.csv", "--json")
    assert imported.returncode == 0, imported.stderr
    explained = _told(lab, store, "explain", "320F811491", "--json")
    versions = {"config": json.loads(activated.stdout)["version"], "directory": json.loads(imported.stdout)["version"]}
    assert versions == json.loads(explained.stdout)["versions"]


async def test_the_journal_is_kept_with_the_rights_that_operations_name(store: TlsStore) -> None:
    url = store.environment["TEAMLINE_STORE_URL"]
    client = connect(StoreAddress(url, PASSWORD, store.folder / "ca.crt"))
    journal, today = JournalStore(client), datetime.now(UTC).date()
    facts = [("fact/1", b"one"), ("fact/2", b"two")]
    assert [2, 0] == [await journal.append(today, facts), await journal.append(today, facts)]
    await JournalStore(client, days_kept=0).keep_days()
    assert ([today], [b"one", b"two"]) == (await journal.days(), [told async for told in journal.read(today)])
    await client.aclose()


def test_a_certificate_of_another_authority_is_refused(lab: RunningLab, store: TlsStore) -> None:
    refused = _told(lab, store, "rollback", TEAMLINE_STORE_CA_FILE=str(store.folder / "other.crt"))
    assert refused.returncode == 1
    assert "no answer" in refused.stderr


def test_a_wrong_password_is_refused_and_never_shown(lab: RunningLab, store: TlsStore, tmp_path: Path) -> None:
    (tmp_path / "wrong").write_text("guessed")
    refused = _told(lab, store, "rollback", TEAMLINE_STORE_PASSWORD_FILE=str(tmp_path / "wrong"))
    assert refused.returncode == 1
    assert "password" in refused.stderr
    assert "guessed" not in refused.stderr + refused.stdout


def test_a_router_serves_from_it_and_follows_it(lab: RunningLab, store: TlsStore, tmp_path: Path) -> None:
    assert _told(lab, store, "activate").returncode == 0
    router = subprocess.Popen(
        [sys.executable, "-m", "teamline", "serve"],
        env={
            **lab.environment,
            **store.environment,
            **dict.fromkeys(("TEAMLINE_AGI_PORT", "TEAMLINE_HTTP_PORT", "TEAMLINE_METRICS_PORT"), "0"),
            "TEAMLINE_RENDER_INTO": str(tmp_path / "rendered"),
        },
        stderr=(tmp_path / "router.log").open("wb"),
    )
    log = tmp_path / "router.log"
    try:
        until(lambda: "router_started" in log.read_text(), 30, "the router has started")
        assert "store_away" not in log.read_text()
        imported = _told(lab, store, "import", "examples/customers.csv", "--json")
        version = json.loads(imported.stdout)["version"]
        until(lambda: version in log.read_text(), 5, "the router follows the import")
        assert PASSWORD not in log.read_text()
        assert PASSWORD.encode() not in Path(f"/proc/{router.pid}/cmdline").read_bytes()
    finally:
        router.terminate()
        router.wait(20)
