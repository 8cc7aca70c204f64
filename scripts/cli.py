"""The command line: one file a command, loaded when it is asked for."""

import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated

import typer
from typer.core import TyperGroup
from typer.main import get_command

COMMANDS = {
    "serve": "scripts.serve:serve",
    "work": "scripts.work:work",
    "state": "scripts.state:state",
    "why": "scripts.why:why",
    "history": "scripts.history:history",
    "queue": "scripts.queue:queue",
    "ledger": "scripts.ledger:ledger",
    "todos": "scripts.todos:todos",
    "rebuild": "scripts.rebuild:rebuild",
    "audit": "scripts.audit:audit",
    "replay": "scripts.replay:replay",
    "proof": "scripts.proof:proof",
    "checkpoint": "scripts.checkpoint:checkpoint",
    "purge": "scripts.purge:purge",
    "forget": "scripts.forget:forget",
    "backup": "scripts.backup:backup",
    "config": "scripts.config:config",
    "simulate": "scripts.simulate:simulate",
    "bench": "scripts.bench:bench",
}
# Errors that end a command with one line, and its exit code. By name: a command imports only what it uses.
EXITS = {
    "scripts.sources.SettingsError": 2,
    "scripts.moments.UsageError": 2,
    "adapters.notary.signed_tree.ProofError": 1,
    "scripts.checks.CannotStartError": 3,
    "adapters.engines.StoreError": 3,
    "adapters.mapper.UnknownEventError": 3,
    "adapters.apart.ApartDiedError": 3,
    "adapters.book.StoreAwayError": 3,
    "adapters.rebuilding.lease.RebuildBusyError": 3,
    "adapters.rebuilding.lease.RebuildLostError": 3,
}


class Commands(TyperGroup):
    """The table above as typer's group."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - the table is all there is
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str):  # type: ignore[no-untyped-def]  # noqa: ANN201, ARG002
        """Import the command's module; its type is private to typer."""
        if cmd_name not in COMMANDS:
            return None
        module, function = COMMANDS[cmd_name].split(":")
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(cmd_name)(getattr(import_module(module), function))
        return get_command(alone)


app = typer.Typer(
    cls=Commands,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def version_text() -> str:
    """The installed version; a checkout that nobody installed has none."""
    try:
        return version("counterfoil")
    except PackageNotFoundError:
        return "(not installed)"


def _show_version(asked: bool) -> None:  # noqa: FBT001 - typer calls it
    if asked:
        print(f"counterfoil {version_text()}")
        raise typer.Exit


@app.callback()
def counterfoil(
    *,
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Keep PayPal's notifications, verify them, and tell the state of each transaction."""


def main() -> None:
    """Run one command."""
    in_one_line(app)


def in_one_line(run: Callable[[], object]) -> None:
    """Run something; an error that we know ends the process with one line and its exit code."""
    try:
        run()
    except Exception as error:
        code = exit_code(error)
        if code is None:
            raise
        print(f"counterfoil: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(code)
    finally:
        _flush()


def exit_code(error: Exception) -> int | None:
    """The code by which this error ends a command, or null when it is none that we know."""
    names = (f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__)
    return next((EXITS[name] for name in names if name in EXITS), None)


def _flush() -> None:
    """Hand on what is still held back; a reader that has gone (`| head`) is no reason to complain."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
