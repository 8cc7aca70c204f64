# Sourced by test.sh, after venv.sh: `bring_hledger` puts Debian's hledger into PATH. It reads an export in the tests.
#
# Who may install installs it; for anybody else the package is unpacked into .venv, with package lists of its own, since
# a fresh machine has none. Tests never skip what they need: where it cannot be had, nothing is run.

bring_hledger() {
    PATH="$PWD/.venv/hledger/usr/bin:$PATH"
    export PATH
    has_hledger && return
    echo "Getting hledger for the tests; later runs do not." >&2
    if [ "$(id -u)" -eq 0 ]; then
        install_hledger
    else
        unpack_hledger
    fi >&2 || fail "could not get hledger; apt-get says above why (elsewhere than on Debian: install hledger yourself)"
    has_hledger || fail "hledger was installed and does not start: install it yourself"
}

has_hledger() { hledger --version >/dev/null 2>&1; }

install_hledger() {
    apt-get -qq -o DPkg::Lock::Timeout=300 update &&
        DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends hledger
}

unpack_hledger() (
    folder="$(mktemp -d "$PWD/.venv/hledger.XXXXXX")" || return
    trap 'rm -rf -- "$folder"' EXIT
    mkdir -p "$folder/lists/partial" "$folder/cache/archives/partial"
    cd -- "$folder" || return
    own=(-qq -o "Dir::State::Lists=$folder/lists" -o "Dir::Cache=$folder/cache" -o "Debug::NoLocking=1")
    apt-get "${own[@]}" update && apt-get "${own[@]}" download hledger && dpkg -x hledger_*.deb unpacked || return
    rm -rf -- ../hledger && mv unpacked ../hledger
)
