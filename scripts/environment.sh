#!/bin/sh
# Makes or completes .venv from one hash-pinned lock, and installs ringtrust into it. Usage: environment.sh run|develop|heavy
# Needs Python 3.11 or later and nothing else; PYTHON=... names one when several are installed.
set -eu
lock="requirements/$1.txt"
stamp=".venv/.$1.stamp"
suits='import sys, ensurepip, venv; print("suits" if sys.version_info >= (3, 11) else "")'

find_python() {
    for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13 python3.14 python}; do
        if [ "$("$candidate" -c "$suits" 2>/dev/null)" = suits ]; then echo "$candidate"; return; fi
    done
    echo "ringtrust needs Python 3.11 or later with its venv module; ${PYTHON:-what this machine has} is not that." >&2
    echo "Install it (Debian, Ubuntu: apt install python3 python3-venv), or name it: make PYTHON=/path/to/python3" >&2
    exit 1
}

if [ "$(.venv/bin/python -c "$suits" 2>/dev/null)" != suits ]; then
    python=$(find_python)
    echo "Making .venv with $("$python" --version)."
    rm -rf .venv
    "$python" -m venv .venv
fi
echo "Installing $lock into .venv (the first time takes about a minute)."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r "$lock" || {
    echo "The packages of $lock could not be installed: see pip's message above. A package index must be reachable." >&2
    exit 1
}
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps --no-index -e .
touch "$stamp"
