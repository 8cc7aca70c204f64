"""A PostgreSQL that goes away under a running house in every way, and comes back: nothing is half done."""

import itertools
import json
import os
import random
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
import pytest

from adapters.claims import LEASE_SECONDS
from scripts.checks import free_port
from tests.given import payment
from tests.hosts import Answer, Host, Hosts, answer_of, bare_environment, hosting
from tests.house import LocalPayPal
from tests.postgres import Server, running
from tests.postgres_keeper import processes_in
from tests.served import wait_until

CAMPAIGN = bool(os.environ.get("COUNTERFOIL_CAMPAIGN"))
# Ten minutes in the long run; long enough in the short one for every pause to have been taken more than once.
LONG_SECONDS = 600.0 if CAMPAIGN else 3.0
CUTS = 300 if CAMPAIGN else 15
PASSWORD: Final = "gehe1m-Passwort"
USER: Final = "clerk"
PATIENCE_SECONDS = 60.0
# What was not taken in yet waits too.
LEFT: Final = (
    "SELECT count(*) FROM deliveries WHERE n NOT IN (SELECT n FROM notifications WHERE outcome <> 'waiting')"
)
# Of an administrator, who needs neither the network nor a password.
Admin = Callable[..., list[tuple[Any, ...]]]


def admin_of(server: Server) -> Admin:
    def do(*statements: str, database: str = "postgres") -> list[tuple[Any, ...]]:
        with psycopg.connect(server.url(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    return do


@dataclass
class Load:
    """Messages that come all the time, each of another payment, and what was said to each."""

    said: dict[str, Answer] = field(default_factory=dict)

    def heard(self, status: int) -> list[str]:
        return [txn_id for txn_id, answer in self.said.items() if answer.status == status]


@dataclass
class Place:
    """A house at work over a server of its own, and its administrator."""

    server: Server
    host: Host
    admin: Admin
    settings: Mapping[str, str]
    hosts: Hosts
    numbers: Iterator[int] = field(default_factory=itertools.count)

    @contextmanager
    def load(self) -> Iterator[Load]:
        load, done = Load(), threading.Event()

        def send() -> None:
            while not done.wait(0.05):
                txn_id = f"T{next(self.numbers)}"
                load.said[txn_id] = self.host.posted(payment(txn_id))

        threads = [threading.Thread(target=send) for _ in range(3)]
        for thread in threads:
            thread.start()
        try:
            yield load
        finally:
            done.set()
            for thread in threads:
                thread.join()

    def check_away(self, load: Load, *, is_read: bool = False) -> None:
        """All say so in their way: the listener, the API and its probe. `is_read`: reading goes on."""
        before = len(load.heard(503))
        at_once(
            lambda: wait_until(lambda: len(load.heard(503)) >= before + 3, PATIENCE_SECONDS),
            self.check_probe,
            *([] if is_read else [self.check_office]),
        )

    def check_office(self) -> None:
        wait_until(lambda: self.host.asked("/api/status").status == 503, PATIENCE_SECONDS)
        said = self.host.asked("/api/transactions?limit=5")
        assert said.status == 503, said
        assert said.json["title"] == "Store unavailable"
        assert int(said.headers["retry-after"]) > 0
        assert self.host.asked("/livez").status == 200

    def check_probe(self) -> None:
        wait_until(lambda: self.host.asked("/readyz").status == 503, PATIENCE_SECONDS)

        def store() -> Any:
            checks = self.host.asked("/readyz").json["checks"]
            return next(check for check in checks if check["name"] == "store_writable")

        wait_until(lambda: not store()["ok"], PATIENCE_SECONDS)
        assert all(words not in ("", "ok") for words in store()["detail"].values())

    def check_back(self, load: Load) -> None:
        """All of it is there again by itself."""
        before = len(load.heard(200))
        wait_until(lambda: len(load.heard(200)) >= before + 3, PATIENCE_SECONDS)
        wait_until(lambda: self.host.asked("/readyz").status == 200, PATIENCE_SECONDS)
        wait_until(lambda: self.host.asked("/api/status").status == 200, PATIENCE_SECONDS)

    def check_whole(self, load: Load, admin: Admin | None = None) -> None:
        """Every message that was acknowledged ended once, and nothing else is half done."""
        do = admin or self.admin
        statuses = {answer.status for answer in load.said.values()}
        assert statuses <= {200, 503}, statuses
        assert all(int(load.said[one].headers["retry-after"]) > 0 for one in load.heard(503))
        acknowledged = set(load.heard(200))

        def waiting() -> int:
            return int(do(LEFT, database="house")[0][0])

        # A claim whose answer was lost with its connection ends with its lease.
        wait_until(lambda: waiting() == 0, LEASE_SECONDS + PATIENCE_SECONDS)
        kept = [
            t for (t,) in do("SELECT txn_id FROM notifications WHERE outcome = 'recorded'", database="house")
        ]
        assert len(kept) == len(set(kept))
        assert acknowledged <= set(kept)
        events = do("SELECT originator_id, count(*) FROM stored_events GROUP BY 1", database="house")
        assert {stream: count for stream, count in events if stream in set(load.said)} == {
            txn_id: 1 for txn_id in load.said if txn_id in set(kept)
        }
        wait_until(lambda: self.lag() == 0, PATIENCE_SECONDS)
        shown = {t for (t,) in do("SELECT txn_id FROM transactions", database="house")}
        assert acknowledged <= shown
        check_log(self.host.log)

    def lag(self) -> int:
        projections = self.host.ask("/api/status")["projections"]
        return max(int(projection["lag_events"]) for projection in projections)


def check_log(log: Path) -> None:
    """Lines of ours, each one line, without secrets and persons."""
    for line in log.read_text().splitlines():
        assert "Traceback" not in line, log.read_text()
        assert PASSWORD not in line
        assert "PAYER1" not in line
        assert "txn_id" not in line
        # A command that could not start says so in a line of its own.
        assert line.startswith("counterfoil: ") or "fault" not in json.loads(line), line


@contextmanager
def own_server(**settings: str) -> Iterator[tuple[Server, Admin]]:
    with running(settings=settings) as server:
        do = admin_of(server)
        do(
            f"CREATE ROLE {USER} LOGIN PASSWORD '{PASSWORD}'",
            f"CREATE DATABASE house OWNER {USER} TEMPLATE template0",
        )
        yield server, do


def address(*ports: int) -> str:
    hosts = ",".join(f"127.0.0.1:{port}" for port in ports)
    return f"postgresql://{USER}:{PASSWORD}@{hosts}/house"


@contextmanager
def house_over(folder: Path, server: Server, do: Admin, database: str) -> Iterator[Place]:
    with LocalPayPal().running() as paypal, hosting(bare_environment(), folder) as hosts:
        settings = {"DATABASE": database, "VERIFY_URL": paypal.url}
        settings |= {"RECEIVERS": "seller@example.com", "UNPRICED": "ship"}
        yield Place(server, hosts.serve(settings), do, settings, hosts)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with own_server(max_connections="60") as (server, do):
        rules = ("local all all trust", "host all all 127.0.0.1/32 scram-sha-256")
        (server.data / "pg_hba.conf").write_text("\n".join(rules) + "\n")
        do("SELECT pg_reload_conf()")
        folder = tmp_path_factory.mktemp("away")
        with house_over(folder, server, do, address(server.port)) as made:
            yield made


def at_once(*checks: Callable[[], None]) -> None:
    """Each in a thread of its own; what one of them raises comes out here."""
    with ThreadPoolExecutor(len(checks)) as pool:
        for done in [pool.submit(check) for check in checks]:
            done.result()


def through(
    place: Place,
    away: Callable[[], object],
    back: Callable[[], object],
    meanwhile: Callable[[], object] = lambda: None,
    *,
    is_read: bool = False,
) -> Load:
    """The whole of it: at work, away, and back."""
    with place.load() as load:
        wait_until(lambda: len(load.heard(200)) >= 3)
        away()
        try:
            place.check_away(load, is_read=is_read)
            meanwhile()
        finally:
            back()
        place.check_back(load)
    place.check_whole(load)
    return load


CUT: Final = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'counterfoil'"


# ---- the server itself ----


@pytest.mark.parametrize("how", ["fast", "immediate", "killed"])
def test_a_server_that_ends_and_is_started_again(place: Place, how: str) -> None:
    def end() -> None:
        if how == "immediate":
            os.kill(place.server.pid, signal.SIGQUIT)
            wait_until(lambda: not processes_in(place.server.data), PATIENCE_SECONDS)
        (place.server.stop if how == "fast" else place.server.kill)()

    through(place, end, place.server.start)


def test_a_server_that_is_away_for_long(place: Place) -> None:
    load = through(place, place.server.stop, place.server.start, lambda: time.sleep(LONG_SECONDS))
    assert load.heard(503)


def test_a_server_that_stands_still(place: Place) -> None:
    def signalled(number: signal.Signals) -> None:
        for pid in processes_in(place.server.data):
            os.kill(pid, number)

    through(place, lambda: signalled(signal.SIGSTOP), lambda: signalled(signal.SIGCONT))


def test_connections_that_are_cut_at_any_moment(place: Place) -> None:
    draw = random.Random(20261121)
    with place.load() as load:
        wait_until(lambda: len(load.heard(200)) >= 3)
        for _ in range(CUTS):
            time.sleep(draw.uniform(0.0, 0.25))
            place.admin(CUT)
        place.check_back(load)
    place.check_whole(load)


# ---- what an administrator does ----


def test_a_server_that_may_only_be_read(place: Place) -> None:
    def start_another() -> None:
        run = place.hosts.run(place.settings, "work")
        assert (run.returncode, run.stdout) == (3, "")
        assert "it can only be read (a standby?): name the primary in DATABASE" in run.stderr
        assert len(run.stderr.splitlines()) == 1

    through(
        place,
        lambda: place.admin("ALTER SYSTEM SET default_transaction_read_only = on", "SELECT pg_reload_conf()"),
        lambda: place.admin(
            "SET default_transaction_read_only = off",
            "ALTER SYSTEM RESET default_transaction_read_only",
            "SELECT pg_reload_conf()",
        ),
        start_another,
        is_read=True,
    )


def test_a_password_that_is_changed(place: Place) -> None:
    through(
        place,
        lambda: place.admin(f"ALTER ROLE {USER} PASSWORD 'another'", CUT),
        lambda: place.admin(f"ALTER ROLE {USER} PASSWORD '{PASSWORD}'"),
    )
    assert "does not let us in" in place.host.log.read_text()


def test_a_right_that_is_taken_away(place: Place) -> None:
    def give_to(role: str) -> None:
        tables = ("deliveries", "layout", "notifications")
        place.admin(*(f"ALTER TABLE {table} OWNER TO {role}" for table in tables), database="house")

    through(place, lambda: give_to("counterfoil"), lambda: give_to(USER))


def test_connections_that_others_use_up(place: Place) -> None:
    with ExitStack() as stack:

        def use_up() -> None:
            ours = stack.enter_context(psycopg.connect(place.server.url(), autocommit=True))
            query = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'counterfoil'"
            while ours.execute(query).fetchall() != [(0,)]:
                ours.execute(CUT)
                with suppress(psycopg.OperationalError):
                    for _ in range(100):
                        stack.enter_context(psycopg.connect(place.server.url()))

        through(place, use_up, stack.close)


def test_a_limit_of_time_that_an_administrator_sets_is_not_taken_for_ours(place: Place) -> None:
    tiny = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    place.admin(*(f"ALTER ROLE {USER} SET {name} = '1ms'" for name in tiny), CUT)
    try:
        with place.load() as load:
            place.check_back(load)
            place.admin(CUT)
            place.check_back(load)
        place.check_whole(load)
    finally:
        place.admin(*(f"ALTER ROLE {USER} RESET {name}" for name in tiny))


def test_sessions_that_an_administrator_ends_when_they_are_idle(place: Place) -> None:
    place.admin(f"ALTER ROLE {USER} SET idle_session_timeout = '100ms'", CUT)
    try:
        with place.load() as load:
            place.check_back(load)
            time.sleep(1.0)
            place.check_back(load)
        place.check_whole(load)
    finally:
        place.admin(f"ALTER ROLE {USER} RESET idle_session_timeout", CUT)


def test_a_commit_that_waits_for_a_standby_is_no_commit(place: Place) -> None:
    """The server gives such a wait up at `statement_timeout`, and says that it committed."""

    def nobody_has_it() -> None:
        place.admin("ALTER SYSTEM SET synchronous_standby_names = 'nobody'", "SELECT pg_reload_conf()")

    def enough() -> None:
        place.admin("ALTER SYSTEM RESET synchronous_standby_names", "SELECT pg_reload_conf()")

    with place.load() as load:
        wait_until(lambda: len(load.heard(200)) >= 3)
        nobody_has_it()
        try:
            time.sleep(0.5)  # those that were committed before
            before = len(load.heard(200))
            wait_until(lambda: len(load.heard(503)) >= 3, PATIENCE_SECONDS)
            assert len(load.heard(200)) <= before
        finally:
            enough()
        place.check_back(load)
    place.check_whole(load)


# ---- the database ----


def test_a_database_that_is_dropped_and_restored(place: Place) -> None:
    def drop() -> None:
        place.admin("ALTER DATABASE house ALLOW_CONNECTIONS false", CUT)
        wait_until(lambda: not place.admin("SELECT 1 FROM pg_stat_activity WHERE datname = 'house'"))
        place.admin("CREATE DATABASE copy TEMPLATE house", "DROP DATABASE house WITH (FORCE)")

    def restore() -> None:
        place.admin(f"CREATE DATABASE house OWNER {USER} TEMPLATE copy", "DROP DATABASE copy")

    through(place, drop, restore)


def test_a_database_that_is_put_back_as_it_was_before(place: Place) -> None:
    """Who restores an older copy loses what came since; what comes afterwards is kept, settled and shown."""

    def close() -> None:
        place.admin("ALTER DATABASE house ALLOW_CONNECTIONS false", CUT)
        wait_until(lambda: not place.admin("SELECT 1 FROM pg_stat_activity WHERE datname = 'house'"))

    close()
    place.admin("CREATE DATABASE older TEMPLATE house", "ALTER DATABASE house ALLOW_CONNECTIONS true")
    with place.load() as lost:
        place.check_back(lost)
        wait_until(lambda: len(lost.heard(200)) > 20)
    place.check_whole(lost)
    close()
    place.admin("DROP DATABASE house WITH (FORCE)")
    place.admin(f"CREATE DATABASE house OWNER {USER} TEMPLATE older", "DROP DATABASE older")
    # Fewer than were lost: the worker has been further than the book is now.
    load = Load()
    wait_until(lambda: place.host.posted(payment("AGAIN")).status == 200, PATIENCE_SECONDS)
    for n in range(5):
        load.said[f"AGAIN{n}"] = place.host.posted(payment(f"AGAIN{n}"))
    assert len(load.heard(200)) == 5
    place.check_whole(load)


def test_a_disk_that_is_full(place: Place) -> None:
    """The tables on a small disk of their own; the log of the server stays where it is."""
    folder = place.server.folder / "small"
    folder.mkdir()
    mounted = subprocess.run(
        ["/bin/mount", "-t", "tmpfs", "-o", "size=48m", "counterfoil", str(folder)],
        capture_output=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        if place.server.user is not None:
            shutil.chown(folder, place.server.user)
        place.admin(f"CREATE TABLESPACE small LOCATION '{folder}'")
        with ExitStack() as stack:
            stack.callback(lambda: place.admin("DROP TABLESPACE small"))
            move(place, "small")
            stack.callback(lambda: move(place, "pg_default"))

            def fill() -> None:
                with (folder / "filler").open("wb") as filler:
                    try:
                        while True:
                            filler.write(b"\0" * 65536)
                    except OSError:
                        pass

            with place.load() as load:
                wait_until(lambda: len(load.heard(200)) >= 3)
                fill()
                wait_until(lambda: len(load.heard(503)) >= 3, PATIENCE_SECONDS)
                (folder / "filler").unlink()
                place.check_back(load)
            place.check_whole(load)
    finally:
        subprocess.run(["/bin/umount", "-l", str(folder)], check=True)


def move(place: Place, tablespace: str) -> None:
    place.admin("ALTER DATABASE house ALLOW_CONNECTIONS false", CUT)
    wait_until(lambda: not place.admin("SELECT 1 FROM pg_stat_activity WHERE datname = 'house'"))
    place.admin(
        f"ALTER DATABASE house SET TABLESPACE {tablespace}", "ALTER DATABASE house ALLOW_CONNECTIONS true"
    )


# ---- another server takes over ----


def test_a_standby_that_takes_over_has_all_that_was_acknowledged(tmp_path: Path) -> None:
    """Of two hosts in the address the one that may be written is found, before and after."""
    with own_server() as (primary, do), ExitStack() as stack:
        standby = Server()
        stack.callback(standby.close)
        copy_of(primary, standby)
        standby.start()
        do("ALTER SYSTEM SET synchronous_standby_names = '*'", "SELECT pg_reload_conf()")
        wait_until(lambda: do("SELECT sync_state FROM pg_stat_replication") == [("sync",)])
        # The standby stands first: nobody may be satisfied with it.
        both = address(standby.port, primary.port)
        place = stack.enter_context(house_over(tmp_path, standby, admin_of(standby), both))
        with place.load() as load:
            place.check_back(load)
            primary.kill()
            place.check_away(load)
            place.admin("SELECT pg_promote()")
            place.check_back(load)
        place.check_whole(load)
        alone = place.hosts.run(place.settings, "state", load.heard(200)[0])
        assert alone.returncode == 0, alone.stderr


def copy_of(primary: Server, standby: Server) -> None:
    """Make a server's files those of a standby of another one's."""
    shutil.rmtree(standby.data)
    words = ("-D", str(standby.data), "-R", "-X", "stream", "-c", "fast", "-h", str(primary.folder))
    as_user: dict[str, Any] = {"user": primary.user, "extra_groups": []} if primary.user else {}
    subprocess.run(
        [str(primary.bin / "pg_basebackup"), *words, "-p", str(primary.port), "-U", "counterfoil"],
        check=True, capture_output=True, timeout=60, cwd=standby.folder, **as_user,
    )  # fmt: skip


# ---- before it is there ----


def test_what_is_started_while_the_server_is_away_says_so_in_a_line(place: Place) -> None:
    doors = ["--bind", free_address(), "--office", free_address()]
    commands = [["serve", *doors], ["work"], ["state", "T1"]]
    place.server.stop()
    try:
        for words in commands:
            run = place.hosts.run(place.settings, *words)
            assert (run.returncode, run.stdout) == (3, ""), (words, run)
            (line,) = run.stderr.splitlines()
            where = f"postgresql://{USER}@127.0.0.1:{place.server.port}/house"
            assert line.startswith(f"counterfoil: {where}: it cannot be reached"), line
            assert PASSWORD not in line
    finally:
        place.server.start()


def test_a_listener_alone_that_is_started_while_the_server_is_away_waits_for_it(place: Place) -> None:
    door = free_address()
    place.server.stop()
    try:
        process, log = place.hosts.gunicorn({**place.settings, "BIND": door}, "listener")
        wait_until(lambda: answer_of(f"http://{door}/livez").status == 200)
        assert answer_of(f"http://{door}/ipn", payment("EARLY")).status == 503
        office, office_log = place.hosts.gunicorn({**place.settings, "OFFICE": free_address()}, "office")
        assert office.wait(30) != 0
        assert "it cannot be reached" in office_log.read_text()
        assert "Traceback" not in office_log.read_text()
    finally:
        place.server.start()
    wait_until(lambda: answer_of(f"http://{door}/ipn", payment("EARLY")).status == 200, PATIENCE_SECONDS)
    process.terminate()
    assert process.wait(30) == 0
    check_log(log)


def free_address() -> str:
    return f"127.0.0.1:{free_port()}"
