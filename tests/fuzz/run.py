"""All targets under the fuzzer for a while: `python -m tests.fuzz.run [SECONDS]`; 1 when a law was broken."""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.fuzz.seeds import seeds_of, words_of
from tests.fuzz.targets import TARGETS

_INPUT_BYTES_MAX = 4_096
_MEGABYTES_MAX = 1_024  # of one process, the largest bodies included; more is a law broken too
_STARTING_SECONDS_MAX = 600  # on a busy machine
_LINES_SHOWN, _COLUMNS_SHOWN = 40, 200
# What libFuzzer says of itself while nothing is wrong.
_NOISE = re.compile(r"#\d|INFO|WARNING|Dictionary|stat::|MS: |0x|Base64|$")


def start(target: str, seconds: int, folder: Path) -> subprocess.Popen[bytes]:
    """One target in a process of its own, over its seeds; all that it writes lies in its folder."""
    (folder / "corpus").mkdir(parents=True)
    for i, seed in enumerate(seeds_of(target)):
        (folder / "corpus" / f"seed{i}").write_bytes(seed)
    escaped = ("".join(f"\\x{byte:02x}" for byte in word) for word in words_of(target))
    (folder / "words").write_text("".join(f'"{word}"\n' for word in escaped))
    command = [
        *(sys.executable, "-B", "-m", "tests.fuzz.drive", target),
        f"-max_total_time={seconds}",
        f"-max_len={_INPUT_BYTES_MAX}",
        f"-rss_limit_mb={_MEGABYTES_MAX}",
        f"-dict={folder / 'words'}",
        f"-artifact_prefix={folder}/found-",
        "-print_final_stats=1",
        "-report_slow_units=100000",  # processor time is measured in drive.py
        str(folder / "corpus"),
    ]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)


def account(target: str, status: int, folder: Path) -> str:
    """What became of one target: how much was tried, or the input that broke a law, and how."""
    log = (folder / "log").read_text("utf-8", "replace")
    if status == 0:
        tried, reached = _last(r"number_of_executed_units: (\d+)", log), _last(r" cov: (\d+)", log)
        return f"{target}: {tried:,} inputs, {reached} branches, no law broken"
    told = [line[:_COLUMNS_SHOWN] for line in log.splitlines() if _NOISE.match(line) is None]
    found = [
        f'{path.name}: TARGETS["{target}"](bytes.fromhex("{path.read_bytes().hex()}"))'
        for path in sorted(folder.glob("found-*"))
    ]
    return "\n".join(
        (*told[-_LINES_SHOWN:], f"{target}: BROKEN, exit status {status}", *(found or ["no input was kept"]))
    )


def _last(pattern: str, log: str) -> int:
    found: list[str] = re.findall(pattern, log)
    return int(found[-1]) if found else 0


def run(seconds: int) -> int:
    """Fuzz every target at once for so many seconds; 1 when any of them found something."""
    failed = False
    running: dict[str, subprocess.Popen[bytes]] = {}
    with tempfile.TemporaryDirectory(prefix="counterfoil-fuzz-") as name:
        folder = Path(name)
        try:
            for target in TARGETS:
                running[target] = start(target, seconds, folder / target)
            for target, process in running.items():
                status = process.wait(seconds + _STARTING_SECONDS_MAX)
                failed = failed or status != 0
                print(account(target, status, folder / target), flush=True)
        finally:
            for process in running.values():
                process.kill()
                process.wait()
    return 1 if failed else 0


def main() -> int:
    given = sys.argv[1] if len(sys.argv) > 1 else "60"
    if len(sys.argv) > 2 or not given.isdecimal() or int(given) < 1:
        print("usage: fuzz.sh [SECONDS]", file=sys.stderr)
        return 2
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    return run(int(given))


if __name__ == "__main__":
    sys.exit(main())
