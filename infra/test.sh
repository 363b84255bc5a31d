#!/bin/sh
# Run pytest on servers of its own, apart from those of a running Bangfu: sh infra/test.sh [pytest arguments]
set -eu
BANGFU_ENV=test
BANGFU_STATE_DIR=${BANGFU_TEST_STATE_DIR:-$PWD/.bangfu/test}
PYTHONPATH=platform:.
export BANGFU_ENV BANGFU_STATE_DIR PYTHONPATH
python=${VENV:-.venv}/bin/python

# Servers that run already belong to another run of the tests, and are left to it.
if ! "$python" -m bangfu.local urls >/dev/null 2>&1; then
    "$python" -m bangfu.local start >/dev/null
    trap '"$python" -m bangfu.local stop' EXIT
    trap 'exit 130' INT TERM
fi
"$python" -m pytest "$@"
