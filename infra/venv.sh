#!/bin/sh
# Make the virtual environment of this checkout and install a lock into it: sh infra/venv.sh <lock>
set -eu
lock=$1
venv=${VENV:-.venv}

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))' 2>/dev/null
}

if [ ! -x "$venv/bin/python" ] || ! suits "$venv/bin/python"; then
    python=
    for candidate in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
        if suits "$candidate"; then
            python=$candidate
            break
        fi
    done
    if [ -z "$python" ]; then
        echo "Bangfu needs Python 3.11 to 3.14; found: $(python3 --version 2>&1 || echo none)." >&2
        echo "Install one, or name it: make run PYTHON=/path/to/python3.12" >&2
        exit 1
    fi
    rm -rf "$venv"
    echo "making $venv with $("$python" --version)"
    if ! "$python" -m venv "$venv"; then
        rm -rf "$venv"
        echo "$python cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv" >&2
        exit 1
    fi
fi

echo "installing what $lock names (the first time takes a minute)"
if ! "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --require-hashes --only-binary :all: -r "$lock"; then
    echo "The installation of $lock failed; the lines above say why. A package index must be reachable once." >&2
    exit 1
fi
