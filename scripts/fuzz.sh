#!/usr/bin/env bash
# Fuzz the readers of bodies, dates and amounts for SECONDS (60): `./scripts/fuzz.sh [SECONDS]`.
#
# 0: nothing was found. 1: a law of tests/fuzz/targets.py is broken; the input is printed, ready for a test.
# 4: this machine cannot fuzz. All that is written lies in a temporary folder, gone at the end.
# COUNTERFOIL_IPN_SAMPLES, the folder of real messages, gives more to begin with.
set -euo pipefail

. "$(dirname -- "${BASH_SOURCE[0]}")/venv.sh"

# With dev in it, so that tests and fuzzing take turns without installing anew.
prepare fuzz '.[dev,fuzz]'
stamp >.venv/stamp-dev
if ! .venv/bin/python -c 'import atheris' 2>/dev/null; then
    echo "counterfoil: cannot fuzz here: atheris has no wheel for $(.venv/bin/python -V) on $(uname -sm)" >&2
    exit 4
fi
exec .venv/bin/python -B -m tests.fuzz.run "$@"
