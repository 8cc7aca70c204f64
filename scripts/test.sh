#!/usr/bin/env bash
# Run all tests, on SQLite and on a PostgreSQL that the tests bring, a few at a time. Arguments go to pytest (`-n 0`:
# one at a time; `--engine sqlite`: on that alone; COUNTERFOIL_TEST_POSTGRES_BIN=/usr/lib/postgresql/15/bin: on
# another PostgreSQL); --campaign runs the long campaigns too, by COUNTERFOIL_CAMPAIGN=1,
# which tests/conftest.py reads.
set -euo pipefail

arguments=()
for argument in "$@"; do
    if [ "$argument" = --campaign ]; then
        export COUNTERFOIL_CAMPAIGN=1
        arguments+=(--timeout=0)
    else
        arguments+=("$argument")
    fi
done

. "$(dirname -- "${BASH_SOURCE[0]}")/venv.sh"
. scripts/hledger.sh
. scripts/chromium.sh

# The program is started many hundred times: what is compiled for one start is kept for the next.
unset PYTHONDONTWRITEBYTECODE

prepare dev '.[dev]'
bring_hledger
bring_chromium
exec .venv/bin/python -m pytest -n auto --maxprocesses 4 --dist worksteal ${arguments[@]+"${arguments[@]}"}
