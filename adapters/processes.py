"""Processes by name: who holds a lease, and whether that one is gone for certain."""

import os
import socket
from functools import cache
from pathlib import Path


@cache
def _house() -> str:
    """This machine since it was started; two containers may bear one name, and two machines too."""
    try:
        space = Path("/proc/self/ns/pid").readlink().name.strip("pid:[]")
        boot = Path("/proc/sys/kernel/random/boot_id").read_text().partition("-")[0]
    except OSError:  # not Linux, or a place without them
        return socket.gethostname()
    return f"{socket.gethostname()}:{boot}:{space}"


def this_process() -> str:
    """The name of this process: machine and process id."""
    return f"{_house()}/{os.getpid()}"


def is_gone(process: str) -> bool:
    """Whether a process of this machine is no more; of others' there is no telling."""
    house, _, pid = process.rpartition("/")
    if house != _house():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:  # it lives, under another user
        return False
    return False
