#!/usr/bin/env bash
# Mutation testing of domain/, or of some of its modules: `./scripts/mutate.sh [MODULE…]`, as in `mutate.sh money`.
#
# mutmut changes every function in one small way after the other, and the tests that reach it should notice. Each
# change that none noticed is printed, then how many were: 0 when that is 90 % or more, 1 when it is less. All of
# domain/ takes an hour or two on two cores, so this is no part of .ci/run. Works on a copy in a temporary folder.
set -euo pipefail

. "$(dirname -- "${BASH_SOURCE[0]}")/venv.sh"

LEAST_PERCENT=90

prepare mutation '.[dev,mutation]'
stamp >.venv/stamp-dev
root="$PWD"
modules=("$@")
names=()
for module in ${modules[@]+"${modules[@]}"}; do
    module="${module##*/}"
    module="${module%.py}"
    [ -f "domain/$module.py" ] || {
        echo "counterfoil: there is no domain/$module.py" >&2
        exit 2
    }
    names+=("domain.$module.*")
done

folder="$(mktemp -d)"
trap 'rm -rf -- "$folder"' EXIT
cp -R domain projections adapters scripts tests pyproject.toml "$folder"
cd -- "$folder"
unset "${!COUNTERFOIL_@}"
export COUNTERFOIL_MUTATION=1 PATH="$root/.venv/bin:$PATH"

mutmut run ${names[@]+"${names[@]}"} >&2 || {
    echo "counterfoil: could not try the mutants; mutmut says above why" >&2
    exit 3
}

# Those of other modules are not checked.
mutmut results --all true | awk '/: / && !/: not checked$/ { sub(/^ +/, ""); print }' >results
while read -r name; do
    mutmut show "$name" | sed '2,3d'
done < <(awk -F': ' '$2 != "killed" && $2 != "timeout" { print $1 }' results)
awk -F': ' -v least="$LEAST_PERCENT" '
    { count[$2]++ }
    END {
        if (NR == 0) { print "nothing was tried"; exit 1 }
        noticed = count["killed"] + count["timeout"]
        printf "%d mutants: %d killed, %d never ended, %d survived; %.1f %%\n", NR, count["killed"],
            count["timeout"], NR - noticed, 100 * noticed / NR
        exit 100 * noticed < least * NR
    }' results
