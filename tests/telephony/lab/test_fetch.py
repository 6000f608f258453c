import os
from pathlib import Path

import pytest

from telephony.lab import fetch
from telephony.lab.fetch import NoAsterisk, cache_folder, command, discard, tree_name


def test_the_cache_lies_where_the_user_wants_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/somewhere")
    assert Path("/somewhere/teamline") == cache_folder()


def test_without_a_wish_the_cache_lies_in_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert Path.home() / ".cache/teamline" == cache_folder()


def test_the_mirror_comes_last_and_packages_are_only_unpacked() -> None:
    argv = command(Path("/tree"), "http://mirror.example/debian")
    assert argv[-3:] == ["sid", "/tree", "http://mirror.example/debian"]
    assert "--variant=extract" in argv


def test_the_tree_has_the_same_name_in_every_run() -> None:
    assert tree_name() == tree_name()


def test_an_ordinary_user_is_told_which_packages_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(NoAsterisk, match="apt-get install mmdebstrap fakechroot"):
        fetch.provide_tools(lambda _percent, _doing: None)


def test_what_an_interrupted_run_left_is_removed_even_without_write_permission(tmp_path: Path) -> None:
    locked = tmp_path / "tree/usr/lib"
    locked.mkdir(parents=True)
    (locked / "file").touch()
    locked.chmod(0o500)
    discard(tmp_path / "tree")
    discard(tmp_path / "never was")
    assert list(tmp_path.iterdir()) == []


def test_a_fetch_goes_through_its_steps_and_leaves_a_whole_tree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in fetch.TOOLS:
        (tools / name).write_text(FAKE_MMDEBSTRAP)
        (tools / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{tools}:{os.environ['PATH']}")
    monkeypatch.setattr(fetch, "host_installation", lambda: None)
    monkeypatch.setattr(fetch, "_mirror", lambda: "http://mirror.example/debian")
    cache = tmp_path / "cache"
    left = cache / f"{tree_name()}.partial"
    left.mkdir(parents=True)
    (left / "half a file").touch()
    seen: list[int] = []
    found = fetch.asterisk(lambda percent, _doing: seen.append(percent), cache)
    again = fetch.asterisk(lambda percent, _doing: seen.append(-percent), cache)
    assert str(found.release) == "22.10.1"
    assert found == again
    assert seen == [2, 5, 70, 100]
    assert not left.exists()


FAKE_MMDEBSTRAP = """#!/bin/sh
for word; do root=$mirror; mirror=$word; done
echo 'I: running apt-get update...'
echo 'I: extracting archives...'
mkdir -p $root/usr/sbin $root/usr/lib64 $root/usr/lib/x86_64-linux-gnu/asterisk/modules
mkdir -p $root/usr/share/asterisk/documentation
touch $root/usr/sbin/asterisk $root/usr/lib/x86_64-linux-gnu/asterisk/modules/app_queue.so
printf '#!/bin/sh\\necho Asterisk 22.10.1\\n' > $root/usr/lib64/ld-linux-x86-64.so.2
chmod +x $root/usr/lib64/ld-linux-x86-64.so.2
"""


def test_a_failed_fetch_says_what_the_tool_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "mmdebstrap"
    tool.write_text("#!/bin/sh\necho E: mirror unreachable\nexit 1\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(NoAsterisk, match="mirror unreachable"):
        fetch._unpack(tmp_path / "tree", "http://mirror.example/debian", lambda _percent, _doing: None, 1)
