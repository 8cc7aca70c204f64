#!/usr/bin/env bash
# Run all tests. Arguments go to pytest; --campaign runs the long campaigns too, by COUNTERFOIL_CAMPAIGN=1,
# which tests/conftest.py reads.
set -euo pipefail

arguments=()
for argument in "$@"; do
    if [ "$argument" = --campaign ]; then
        export COUNTERFOIL_CAMPAIGN=1
    else
        arguments+=("$argument")
    fi
done

. "$(dirname -- "${BASH_SOURCE[0]}")/venv.sh"
. scripts/hledger.sh

prepare dev '.[dev]'
bring_hledger
exec .venv/bin/python -m pytest ${arguments[@]+"${arguments[@]}"}
