#!/bin/sh
# Run pytest on servers of its own, apart from those of a running Bangfu: sh infra/test.sh [pytest arguments]
#
# Where the machine has memory to spare the servers and what the tests write lie in it: a test that needs a database
# of its own then gets one in a quarter of a second instead of two. BANGFU_TEST_STATE_DIR names another place.
set -eu
BANGFU_ENV=test
PYTHONPATH=platform:.
export BANGFU_ENV BANGFU_STATE_DIR PYTHONPATH
# Every process of a run, and every server a test starts, would compile the same modules anew.
unset PYTHONDONTWRITEBYTECODE
python=${VENV:-.venv}/bin/python
NEEDED_KB=4000000

has_memory() {
    [ -w /dev/shm ] || return 1
    [ "$(df -Pk /dev/shm | awk 'NR == 2 {print $4}')" -gt $NEEDED_KB ] || return 1
    [ "$(awk '$1 == "MemAvailable:" {print $2}' /proc/meminfo)" -gt $((2 * NEEDED_KB)) ]
}

memory=
if [ -n "${BANGFU_TEST_STATE_DIR:-}" ]; then
    BANGFU_STATE_DIR=$BANGFU_TEST_STATE_DIR
elif has_memory; then
    memory=/dev/shm/bangfu-test-$(id -u)-$(printf %s "$PWD" | cksum | cut -d' ' -f1)
    BANGFU_STATE_DIR=$memory/state
    PYTEST_DEBUG_TEMPROOT=$memory
    export PYTEST_DEBUG_TEMPROOT
    # The account of the servers reaches what is its own below it.
    mkdir -p "$memory"
    chmod 711 "$memory"
else
    BANGFU_STATE_DIR=$PWD/.bangfu/test
fi

leave() {
    "$python" -m bangfu.local stop
    [ -z "$memory" ] || rm -rf "$memory"
}

# Servers that run already belong to another run of the tests, and are left to it.
if ! "$python" -m bangfu.local urls >/dev/null 2>&1; then
    "$python" -m bangfu.local start >/dev/null
    trap leave EXIT
    trap 'exit 130' INT TERM
fi
"$python" -m pytest "$@"
