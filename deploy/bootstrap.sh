# Sourced by ./demo and ./test: the virtual environment and the Debian packages they need.
# Picks up where an interrupted run ended; a second run finds everything in place and says nothing.
# shellcheck shell=bash

say() { printf '\033[1m==>\033[0m %s\n' "$*" >&2; }
die() { printf 'error: %s\n' "$*" >&2; exit 1; }

cache_folder="${XDG_CACHE_HOME:-$HOME/.cache}/teamline"
mkdir -p "$cache_folder"

# need_packages COMMAND:PACKAGE ...: installs what is missing when root, else says what to install.
need_packages() {
    local missing=() pair
    for pair in "$@"; do
        command -v "${pair%%:*}" >/dev/null 2>&1 || missing+=("${pair#*:}")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ]; then
        die "these Debian packages are missing: install them with: sudo apt-get install --no-install-recommends ${missing[*]}"
    fi
    command -v apt-get >/dev/null 2>&1 || die "install ${missing[*]} with your system's package manager, then run this again"
    say "Installing Debian packages: ${missing[*]}"
    # Two runs at once wait for each other instead of failing on apt's lock.
    apt-get -o DPkg::Lock::Timeout=300 update -qq >&2 || die "apt-get update failed: see above"
    DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "${missing[@]}" \
        >"$cache_folder/apt.log" 2>&1 || { tail -n 20 "$cache_folder/apt.log" >&2; die "apt-get install failed: the whole log is $cache_folder/apt.log"; }
}

# A Python 3.11 or 3.12 that can make virtual environments.
find_python() {
    local name
    for name in python3.12 python3.11 python3; do
        if command -v "$name" >/dev/null 2>&1 &&
            "$name" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; then
            command -v "$name"
            return 0
        fi
    done
    return 1
}

wanted_python() {
    find_python && return 0
    { [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null 2>&1; } ||
        die "Python 3.11 or 3.12 with its venv module is missing: sudo apt-get install python3 python3-venv"
    say "Installing Python"
    apt-get update -qq >&2
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >&2
    find_python || die "this system's Python is neither 3.11 nor 3.12: install one of them beside it"
}

# The environment is complete when its stamp names today's lock file: it is written last.
make_environment() {
    local python wanted stamp=.venv/teamline-stamp
    wanted=$(cat requirements.lock pyproject.toml | sha256sum | cut -d' ' -f1)
    if [ -x .venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted $PWD" ]; then
        return 0
    fi
    exec 9>"$cache_folder/environment.lock"
    flock 9
    if ! .venv/bin/python -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 12))' 2>/dev/null; then
        python=$(wanted_python) || exit 1
        say "Making the virtual environment .venv with $("$python" --version)"
        rm -rf .venv
        "$python" -m venv .venv || die "the virtual environment could not be made: apt-get install python3-venv"
    fi
    say "Installing the Python packages of requirements.lock (a minute at the first time)"
    .venv/bin/python -m pip install --disable-pip-version-check --require-hashes --progress-bar on -q -r requirements.lock ||
        die "pip could not install them: see above; run this again to go on where it ended"
    .venv/bin/python -m pip install --disable-pip-version-check --no-deps --no-build-isolation -q -e . ||
        die "Teamline itself could not be installed: see above"
    printf '%s %s\n' "$wanted" "$PWD" >"$stamp"
    exec 9>&-
}
