from pathlib import Path

from telephony.lab.apt_sources import AptSource, classic_sources, deb822_sources, debian_mirror, sources_below

CLASSIC = """
# deb http://commented.example/debian bookworm main
deb-src http://source.example/debian bookworm main
deb [arch=amd64 signed-by=/usr/share/keyrings/x.gpg] https://first.example/debian bookworm main contrib  # ours
deb http://second.example/debian-security bookworm-security main
broken line
"""

DEB822 = """# a comment
Types: deb deb-src
# another
URIs: http://one.example/debian
  http://two.example/debian
Suites: trixie trixie-updates
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: trixie
"""

FIRST = AptSource("https://first.example/debian", ("bookworm",), ("main", "contrib"))
SECOND = AptSource("http://second.example/debian-security", ("bookworm-security",), ("main",))


def test_classic_lines_are_read_without_comments_and_options() -> None:
    assert list(classic_sources(CLASSIC)) == [FIRST, SECOND]


def test_enabled_stanzas_are_read_with_each_of_their_addresses() -> None:
    suites = ("trixie", "trixie-updates")
    expected = [AptSource(f"http://{name}.example/debian", suites, ("main",)) for name in ("one", "two")]
    assert expected == list(deb822_sources(DEB822))


def test_the_hosts_own_release_comes_before_other_archives() -> None:
    other = AptSource("https://tools.example/apt", ("nodistro",), ("main",))
    assert FIRST.uri == debian_mirror([other, SECOND, FIRST], "bookworm")


def test_without_a_known_release_the_first_archive_is_taken() -> None:
    assert FIRST.uri == debian_mirror([FIRST, SECOND], "")


def test_a_host_without_archives_has_no_mirror() -> None:
    assert debian_mirror([AptSource("cdrom:[Debian]/", ("bookworm",), ("main",))], "bookworm") is None


def test_both_kinds_of_files_are_read_in_apts_order(tmp_path: Path) -> None:
    (tmp_path / "sources.list").write_text("deb http://a.example/debian bookworm main\n")
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "z.sources").write_text("Types: deb\nURIs: http://c.example/debian\nSuites: x\nComponents: main\n")
    (parts / "b.list").write_text("deb http://b.example/debian bookworm main\n")
    (parts / "a.list.off").write_text("deb http://off.example/debian bookworm main\n")
    expected = [f"http://{name}.example/debian" for name in "abc"]
    assert expected == [source.uri for source in sources_below(tmp_path)]
