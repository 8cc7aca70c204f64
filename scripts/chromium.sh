# Sourced by test.sh, after venv.sh: `bring_chromium` sees to it that Debian's chromium is there. The desk is tested in it.
#
# Who may install installs it. Unlike hledger it cannot be unpacked by anybody: it needs libraries beside it. Tests never
# skip what they need: where it cannot be had, nothing is run. A font comes with it, or pages would have no width.

bring_chromium() {
    has_chromium && return
    [ "$(id -u)" -eq 0 ] ||
        fail "the tests need Debian's chromium, and only root may install it (on Debian: apt install chromium fonts-dejavu-core)"
    echo "Getting chromium for the tests; later runs do not." >&2
    install_chromium >&2 ||
        fail "could not get chromium; apt-get says above why (elsewhere than on Debian: install chromium yourself)"
    has_chromium || fail "chromium was installed and does not start: install it yourself"
}

has_chromium() { chromium --version >/dev/null 2>&1; }

install_chromium() {
    apt-get -qq -o DPkg::Lock::Timeout=300 update &&
        DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends \
            chromium fonts-dejavu-core
}
