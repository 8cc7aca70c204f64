"""The files in deploy/ against the program that they are for: settings, commands, addresses and limits agree.

Where nginx and systemd are on this machine they read their files too; the rest is checked always.
"""

import http.client
import importlib.util
import re
import shutil
import ssl
import subprocess
import sys
import time
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from adapters.databases import database_of
from adapters.uvicorn_worker import _DESCRIPTORS_KEPT, CONNECTIONS_MAX, GRACE_SECONDS
from adapters.waiting import Limits
from scripts.checks import free_port
from scripts.cli import COMMANDS, EXITS
from scripts.settings import PREFIX, SETTINGS, read_settings
from scripts.sources import from_environment
from scripts.supervisor import Pace
from scripts.values import address
from tests.hosts import answer_of
from tests.served import PATIENCE_SECONDS, House, Serve, wait_until

ROOT = Path(__file__).resolve().parents[1]
DEPLOY = ROOT / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("*.service"))
CONF = DEPLOY / "nginx" / "counterfoil.conf"
EXAMPLE = DEPLOY / "counterfoil.toml"
KNOWN = tuple(f"{setting.name}{end}" for setting in SETTINGS for end in ("", "_FILE"))
DEFAULTS = {setting.name: setting.default for setting in SETTINGS}

by_name = pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)


def lines_of(unit: Path) -> dict[str, list[str]]:
    """Every setting of a unit with its values in order; the sections' names do not matter here."""
    found = defaultdict(list)
    for line in unit.read_text().splitlines():
        if line and not line.startswith(("#", "[")):
            name, equals, value = line.partition("=")
            assert equals, line
            found[name].append(value)
    return found


def test_there_is_a_unit_for_all_and_one_for_each_part() -> None:
    assert [unit.name for unit in UNITS] == [
        "counterfoil-listener.service",
        "counterfoil-office.service",
        "counterfoil-worker@.service",
        "counterfoil.service",
    ]


@by_name
def test_a_unit_starts_what_there_is(unit: Path) -> None:
    (start,) = lines_of(unit)["ExecStart"]
    program, *words = start.split()
    match Path(program).name:
        case "counterfoil":
            assert words[0] in COMMANDS
        case "gunicorn":
            assert words[0] == "-c"
            module = words[1].removeprefix("python:")
            assert importlib.util.find_spec(module) is not None
        case other:
            pytest.fail(f"what is {other}?")


@by_name
def test_a_unit_gives_settings_that_there_are(unit: Path) -> None:
    given = dict(line.split("=", 1) for line in lines_of(unit)["Environment"])
    # A name that is none raises SettingsError.
    from_environment({name: text for name, text in given.items() if name.startswith(PREFIX)}, KNOWN)
    assert given[f"{PREFIX}CONFIG"] == "/etc/counterfoil/counterfoil.toml"


@by_name
def test_a_unit_writes_where_it_may(unit: Path) -> None:
    lines = lines_of(unit)
    assert lines["WorkingDirectory"] == [f"/var/lib/{lines['StateDirectory'][0]}"]
    assert lines["ProtectSystem"] == ["strict"]
    # Nobody else reads what payers wrote.
    assert (lines["UMask"], lines["StateDirectoryMode"]) == (["0077"], ["0700"])


@by_name
def test_a_unit_waits_for_what_is_in_hand_and_for_as_many_connections(unit: Path) -> None:
    lines = lines_of(unit)
    graces = {"serve": Pace().grace_seconds, "work": Pace().grace_seconds}
    last = lines["ExecStart"][0].split()[-1]
    assert int(lines["TimeoutStopSec"][0]) > graces.get(last, GRACE_SECONDS + 3)
    assert int(lines["LimitNOFILE"][0]) >= CONNECTIONS_MAX + _DESCRIPTORS_KEPT


@by_name
def test_a_unit_comes_back_unless_a_person_must_correct_a_setting(unit: Path) -> None:
    lines = lines_of(unit)
    assert lines["Restart"] == ["always"]
    assert lines["StartLimitIntervalSec"] == ["0"]
    assert lines["RestartPreventExitStatus"] == [str(EXITS["scripts.sources.SettingsError"])]


def test_all_units_are_bound_alike() -> None:
    varying = {"ExecStart", "Description", "TimeoutStopSec", "Conflicts"}
    first, *others = (
        {name: values for name, values in lines_of(unit).items() if name not in varying} for unit in UNITS
    )
    assert all(other == first for other in others)


def test_systemd_understands_the_units(tmp_path: Path) -> None:
    for unit in UNITS:
        # Where the programs will be nothing is now.
        text, changed = re.subn(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", unit.read_text())
        assert changed == 1
        (tmp_path / unit.name).write_text(text)
    if program := shutil.which("systemd-analyze"):
        done = subprocess.run(
            [program, "verify", "--man=no", *map(str, sorted(tmp_path.glob("*.service")))],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        ours = [line for line in done.stderr.splitlines() if "counterfoil" in line]
        assert (done.returncode, ours) == (0, [])


def test_the_example_is_made_of_settings_that_there_are() -> None:
    offered = re.findall(r"(?m)^# (\w+) = (.+)$", EXAMPLE.read_text())
    assert {name.upper() for name, _ in offered} <= set(KNOWN)
    assert all(tomllib.loads(f"{name} = {value}") for name, value in offered)
    # A name that is none raises SettingsError, and so does a wrong value.
    settings = read_settings({f"{PREFIX}CONFIG": str(EXAMPLE)})
    (many,) = (tomllib.loads(f"it = {value}")["it"] for name, value in offered if name == "database")
    assert (settings.store.takes_many_workers, database_of(many).takes_many_workers) == (False, True)


# ---- nginx ----


def said(name: str) -> list[str]:
    """The values that nginx's file gives to a name."""
    return re.findall(rf"(?m)^\s*{re.escape(name)}\s+(.+?)\s*(?:;|{{)$", CONF.read_text())


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_nginx_lets_in_what_the_listener_answers_and_nothing_else() -> None:
    assert said("location") == ["= /ipn", "= /livez", "/"]
    assert said("return") == ["404"]
    assert set(said("proxy_pass")) == {f"http://{said('upstream')[0]}"}
    assert said("server")[:1] == [DEFAULTS["BIND"]]
    assert str(address(str(DEFAULTS["OFFICE"])).port) not in CONF.read_text()


def test_nginx_takes_bodies_as_long_as_the_listener_does() -> None:
    in_bytes = [int(text.removesuffix("k")) * 1024 for text in said("client_max_body_size")]
    assert in_bytes == [int(str(DEFAULTS["BODY_MAX"]))]


def test_nginx_waits_longer_than_the_listener_and_lets_connections_go_earlier() -> None:
    from scripts import gunicorn_conf  # noqa: PLC0415 - reads the settings when it is imported

    assert seconds(said("proxy_read_timeout")[0]) > Limits().wait_seconds
    assert seconds(said("keepalive_timeout")[0]) < gunicorn_conf.keepalive


def test_nginx_tells_the_peer_that_it_saw() -> None:
    assert said("proxy_set_header") == ['Connection ""', "X-Forwarded-For $remote_addr"]


@contextmanager
def nginx_before(listeners: tuple[str, ...], folder: Path) -> Iterator[int | None]:
    """The port of an nginx with our file before those listeners; None where this machine has none."""
    program = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
    openssl = shutil.which("openssl")
    if program is None or openssl is None:
        yield None
        return
    port = free_port()
    (folder / "site.conf").write_text(site(listeners, port, folder))
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log {folder}/error; events {{}}"
        f" http {{ access_log off; {temporary(folder)} include {folder}/site.conf; }}\n"
    )
    words = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=ipn.example.com"]
    files = ["-keyout", f"{folder}/privkey.pem", "-out", f"{folder}/fullchain.pem"]
    subprocess.run([openssl, *words, *files], check=True, capture_output=True, timeout=60)
    command = [program, "-e", f"{folder}/error", "-c", f"{folder}/nginx.conf"]
    tested = subprocess.run([*command, "-t"], capture_output=True, text=True, timeout=60, check=False)
    assert tested.returncode == 0, tested.stderr
    assert "warn" not in tested.stderr
    process = subprocess.Popen(command)
    try:
        wait_until(lambda: (folder / "pid").exists() and (folder / "pid").read_text() != "")
        yield port
    finally:
        process.terminate()
        process.wait(PATIENCE_SECONDS)


def site(listeners: tuple[str, ...], port: int, folder: Path) -> str:
    """Our file with other addresses and another certificate, and nothing else changed."""
    text = CONF.read_text()
    for old, new in (
        (f"    server {DEFAULTS['BIND']};", "\n".join(f"    server {one};" for one in listeners)),
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl"),
        ("    listen [::]:443 ssl;\n", ""),
        ("/etc/letsencrypt/live/ipn.example.com", str(folder)),
    ):
        assert old in text
        text = text.replace(old, new)
    return text


def temporary(folder: Path) -> str:
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    return " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)


def asked(port: int, method: str, path: str, body: bytes | None = None, **headers: str) -> int:
    """What nginx says; a connection that it ends while we still send is a refusal of the body."""
    trusting = ssl._create_unverified_context()  # noqa: S323 - the certificate is a minute old, and our own
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=trusting)
    try:
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.request(method, path, body, {"Host": "ipn.example.com", **form, **headers})
        return connection.getresponse().status
    finally:
        connection.close()


def peers(house: House, count: int) -> list[str]:
    """The peers of all deliveries, the first first, once the worker has taken in so many."""
    found: list[str] = []

    def are_there() -> bool:
        found[:] = [item["peer"] for item in house.ask("/api/notifications")["items"]]
        return len(found) >= count

    wait_until(are_there)
    return found[::-1]


def test_through_nginx_messages_come_in_and_nothing_else(
    on_sqlite: None, serve: Serve, tmp_path: Path
) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}/cgi-bin/webscr"
    house = serve(VERIFY_URL=nowhere)
    house.wait_until_ready()
    listener = house.listener.removeprefix("http://").removesuffix("/ipn")
    away = f"127.0.0.1:{free_port()}"
    # Directly, whoever is no proxy of ours is not believed.
    sent = sent_from("127.0.0.2", listener, b"txn_id=A0", "6.6.6.6")
    assert (sent, peers(house, 1)) == (200, ["127.0.0.2"])
    with nginx_before((away, listener), tmp_path) as port:
        if port is None:
            return
        assert [
            asked(port, "GET", "/livez"),
            asked(port, "GET", "/readyz"),
            asked(port, "GET", "/metrics"),
            asked(port, "GET", "/api/status"),
            asked(port, "GET", "/ipn"),
        ] == [200, 404, 404, 404, 405]
        # Several, so that the listener that is away is tried first by one of them.
        for n in range(4):
            assert asked(port, "POST", "/ipn", b"txn_id=A%d" % n, **{"X-Forwarded-For": "6.6.6.6"}) == 200
        most = int(str(DEFAULTS["BODY_MAX"]))
        assert asked(port, "POST", "/ipn", b"a" * most) == 200
        assert asked(port, "POST", "/ipn", b"a" * (most + 1)) == 413
    assert set(peers(house, 6)[1:]) == {"127.0.0.1"}


def sent_from(here: str, listener: str, body: bytes, forwarded: str) -> int:
    """Post to the listener from an address of this machine, with a header that says otherwise."""
    connection = http.client.HTTPConnection(listener, timeout=20, source_address=(here, 0))
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-For": forwarded}
    try:
        connection.request("POST", "/ipn", body, headers)
        return connection.getresponse().status
    finally:
        connection.close()


# ---- the parts, each by itself, as their units start them ----


def test_the_parts_run_apart_and_make_one_house(
    any_engine: str, environ: dict[str, str], tmp_path: Path
) -> None:
    doors = {name: f"127.0.0.1:{free_port()}" for name in ("BIND", "OFFICE")}
    nowhere = f"http://127.0.0.1:{free_port()}/cgi-bin/webscr"
    given = {**doors, "VERIFY_URL": nowhere, "OPERATOR_TOKEN": "o", "LOG_FORMAT": "json"}
    env = {**environ, **{f"{PREFIX}{name}": text for name, text in given.items()}}
    running = []
    try:
        for unit in UNITS[:3]:
            (start,) = lines_of(unit)["ExecStart"]
            program, *words = start.split()
            module = {"counterfoil": "scripts"}.get(Path(program).name, Path(program).name)
            with (tmp_path / f"{unit.stem}.log").open("w") as log:
                command = [sys.executable, "-m", module, *words]
                running.append(subprocess.Popen(command, cwd=tmp_path, env=env, stdout=log, stderr=log))
        wait_until(lambda: answer_of(f"http://{doors['BIND']}/ipn", b"txn_id=A1").status == 200)
        wait_until(lambda: answer_of(f"http://{doors['OFFICE']}/readyz").status == 200)
        listed = answer_of(f"http://{doors['OFFICE']}/api/notifications", token="o").json["items"]
        assert [item["txn_id"] for item in listed] == ["A1"]
    finally:
        for process in running:
            process.terminate()
        ends = time.monotonic() + PATIENCE_SECONDS
        codes = [process.wait(max(0.1, ends - time.monotonic())) for process in running]
    assert codes == [0, 0, 0]
