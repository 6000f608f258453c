"""An Asterisk that can be run: the host's own, or a tree unpacked in a private folder."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from telephony.dialplan.wiring import AsteriskVersion, UnsupportedAsterisk

_LOADERS = ("usr/lib64/ld-linux-*.so.*", "usr/lib/ld-linux*.so.*", "lib64/ld-linux-*.so.*", "lib/ld-linux*.so.*")
_MODULES = ("usr/lib/*/asterisk/modules", "usr/lib64/asterisk/modules", "usr/lib/asterisk/modules")
_TEXTS = ("usr/share/asterisk", "var/lib/asterisk")
_LANGUAGES = {"en": ("en", "en_US_f_Allison", "en_US"), "de": ("de", "de_DE")}


@dataclass(frozen=True, slots=True)
class Installation:
    """How to run an Asterisk (`argv`, to be followed by its options) and where its parts lie."""

    argv: tuple[str, ...]
    release: AsteriskVersion
    modules: Path
    documentation: Path
    sounds: tuple[tuple[str, Path], ...]  # language -> folder of sound files


def installation_below(root: Path, program: Path, argv: tuple[str, ...]) -> Installation | None:
    """The Asterisk whose files lie below `root`, None when a part is missing or it does not run."""
    release = _asked_release(argv) if program.exists() else None
    modules = next((folder for folder in _found(root, _MODULES) if (folder / "app_queue.so").exists()), None)
    texts = next((path for path in _found(root, _TEXTS) if (path / "documentation").is_dir()), None)
    if release is None or modules is None or texts is None:
        return None
    return Installation(argv, release, modules, texts / "documentation", _sounds(texts / "sounds"))


def unpacked(root: Path) -> Installation | None:
    """The Asterisk of a tree that was extracted below `root`, run in place by the tree's own loader."""
    program = root / "usr/sbin/asterisk"
    loader = next(iter(_found(root, _LOADERS)), None)
    modules = next(iter(_found(root, _MODULES[:1])), None)
    if loader is None or modules is None:
        return None
    libraries = modules.parent.parent
    return installation_below(root, program, (str(loader), "--library-path", str(libraries), str(program)))


def host_installation() -> Installation | None:
    """The host's own Asterisk if it has one that is new enough, else None."""
    found = shutil.which("asterisk", path="/usr/local/sbin:/usr/sbin:/usr/local/bin:/usr/bin")
    if found is None:
        return None
    installation = installation_below(Path("/"), Path(found), (found,))
    if installation is None or not installation.release.is_supported:
        return None
    return installation


def _asked_release(argv: tuple[str, ...]) -> AsteriskVersion | None:
    try:
        said = subprocess.run([*argv, "-V"], capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - argv is ours
        return AsteriskVersion.parse(said.stdout)
    except (OSError, subprocess.TimeoutExpired, UnsupportedAsterisk):
        return None


def _found(root: Path, patterns: tuple[str, ...]) -> list[Path]:
    return [path for pattern in patterns for path in sorted(root.glob(pattern))]


def _sounds(folder: Path) -> tuple[tuple[str, Path], ...]:
    found = []
    for language, names in _LANGUAGES.items():
        real = next((folder / name for name in names if (folder / name).is_dir()), None)
        if real is not None:
            found.append((language, real.resolve()))
    return tuple(found)
