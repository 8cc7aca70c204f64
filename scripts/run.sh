#!/usr/bin/env bash
# Start Counterfoil. On the first start this makes .venv and installs into it. Arguments go to `counterfoil serve`.
set -euo pipefail
. "$(dirname -- "${BASH_SOURCE[0]}")/venv.sh"

prepare run .
exec .venv/bin/counterfoil serve "$@"
