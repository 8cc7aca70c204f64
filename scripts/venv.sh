# Sourced by run.sh and test.sh: cd to the project, and `prepare NAME REQUIREMENT` makes .venv hold it.
#
# A stamp says for which pyproject.toml, Python and folder the installation was finished. While it agrees nothing is
# installed and pip is not even asked; it is written last, so that an interrupted installation is made anew.

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."

fail() {
    echo "counterfoil: $1" >&2
    exit 3
}

find_python() {
    local name found=""
    for name in python3 python3.14 python3.13 python3.12 python3.11 python; do
        "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        found="$name"
        if has_ensurepip "$name" || has_pip "$name"; then
            echo "$name"
            return
        fi
    done
    [ -n "$found" ] || fail "needs Python 3.11 or newer (on Debian: apt install python3 python3-venv)"
    fail "needs pip, or Python's venv with ensurepip; $found has neither (on Debian: apt install python3-venv)"
}

has_ensurepip() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }
has_pip() { "$1" -m pip --version >/dev/null 2>&1; }

# Debian keeps ensurepip in a package of its own; where only pip is there, it installs itself into the environment.
make_environment() {
    if has_ensurepip "$1"; then
        "$1" -m venv --clear .venv
    else
        "$1" -m venv --clear --without-pip .venv &&
            "$1" -m pip --python .venv/bin/python install --quiet --disable-pip-version-check pip
    fi
}

stamp() {
    echo "$(cksum <pyproject.toml) $(.venv/bin/python -V 2>&1) $PWD"
}

is_stamped() {
    [ -x .venv/bin/python ] && [ "$(cat ".venv/stamp-$1" 2>/dev/null)" = "$(stamp)" ]
}

install() {
    local python
    if [ ! -f .venv/stamp-made ] || [ "$(cat .venv/stamp-made)" != "$(.venv/bin/python -V 2>&1) $PWD" ]; then
        python="$(find_python)"
        make_environment "$python" >&2 || fail "could not make .venv with $python"
    fi
    echo "Installing Counterfoil into .venv; later starts do not." >&2
    # Nothing counts as made until pip has finished.
    rm -f .venv/stamp-*
    .venv/bin/python -m pip install --quiet --disable-pip-version-check --editable "$2" >&2 ||
        fail "could not install; pip says above why (the package index must be reachable)"
    stamp >".venv/stamp-$1"
    stamp >.venv/stamp-run
    echo "$(.venv/bin/python -V 2>&1) $PWD" >.venv/stamp-made
}

prepare() {
    is_stamped "$1" && return
    # Of two at once the second one waits, and then finds all done.
    if command -v flock >/dev/null; then
        exec 9>.venv.lock
        flock 9
    fi
    is_stamped "$1" || install "$1" "$2"
    exec 9>&-
}
