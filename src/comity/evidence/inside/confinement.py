"""What the process that reads foreign containers may still ask of the system: to compute, and to answer.

Promises: once ``confine`` gave true, the process can read and write what is open already, get memory, look at
clocks, and end. Every other call of the system is refused (``EPERM``), whoever it runs as: it opens,
makes, removes and renames no file, has no socket, starts nothing, signals nobody; and no child of it can.

Leaves to others: bounds on memory and time (``reader``), and a system other than Linux on x86-64 or ARM 64:
there the bounds alone hold.
"""

from __future__ import annotations

import ctypes
import os
import platform
import struct
import subprocess
import sys
from typing import Final

_NO_NEW_PRIVILEGES: Final = 38
_PARENT_DIES: Final = 1
_SECCOMP: Final = 22
_FILTER: Final = 2
"""Linux, include/uapi/linux/prctl.h and seccomp.h."""

_LOAD: Final = 0x20
_EQUAL: Final = 0x15
_AT_LEAST: Final = 0x35
_RETURN: Final = 0x06
"""Instructions of the classic packet filter (include/uapi/linux/bpf_common.h)."""

_CONFINED: Final = 42
"""How a process ends that was confined and could open nothing: as none ends by chance."""

_WAITS: Final = 60
"""Seconds for it to start, on a machine that is busy."""

_NUMBER, _MACHINE = 0, 4
"""Where the call's number and the machine stand (struct seccomp_data)."""

_ALLOW: Final = 0x7FFF0000
_REFUSE: Final = 0x00050000 | 1
"""SECCOMP_RET_ALLOW; SECCOMP_RET_ERRNO with EPERM."""

_OTHER_ABI: Final = 0x40000000
"""Calls of x86-64's second interface (x32) begin here: refused, all of them."""

_MACHINES: Final = {
    "x86_64": (
        0xC000003E,
        {
            "read": 0, "write": 1, "close": 3, "fstat": 5, "lseek": 8, "mmap": 9, "mprotect": 10,
            "munmap": 11, "brk": 12, "rt_sigaction": 13, "rt_sigprocmask": 14, "rt_sigreturn": 15,
            "sched_yield": 24, "mremap": 25, "madvise": 28, "setitimer": 38, "getpid": 39, "exit": 60,
            "gettimeofday": 96, "getrusage": 98, "sigaltstack": 131, "futex": 202, "restart_syscall": 219,
            "clock_gettime": 228, "exit_group": 231, "getrandom": 318,
        },
    ),
    "aarch64": (
        0xC00000B7,
        {
            "read": 63, "write": 64, "close": 57, "fstat": 80, "lseek": 62, "mmap": 222, "mprotect": 226,
            "munmap": 215, "brk": 214, "rt_sigaction": 134, "rt_sigprocmask": 135, "rt_sigreturn": 139,
            "sched_yield": 124, "mremap": 216, "madvise": 233, "getpid": 172, "exit": 93, "gettimeofday": 169,
            "getrusage": 165, "setitimer": 103, "sigaltstack": 132, "futex": 98, "restart_syscall": 128,
            "clock_gettime": 113, "exit_group": 94, "getrandom": 278,
        },
    ),
}  # fmt: skip
"""Of each machine: its mark, and the calls that are allowed, by their numbers in the kernel's table."""


def confine() -> bool:
    """Refuse this process all but what is allowed, for good; gives whether the system took it."""
    known = _MACHINES.get(platform.machine())
    if known is None or not sys.platform.startswith("linux") or sys.maxsize < 2**32:
        return False
    steps = _program(*known)
    code = ctypes.create_string_buffer(b"".join(steps), 8 * len(steps))
    program = ctypes.create_string_buffer(struct.pack("@HP", len(steps), ctypes.addressof(code)))
    system = ctypes.CDLL(None, use_errno=True)
    zero = ctypes.c_ulong(0)
    if system.prctl(_NO_NEW_PRIVILEGES, ctypes.c_ulong(1), zero, zero, zero) != 0:
        return False
    return bool(system.prctl(_SECCOMP, ctypes.c_ulong(_FILTER), program, zero, zero) == 0)


def is_confined() -> bool:
    """Whether a process of this machine can be confined so: one is started, and tries to open its own code.

    Raises:
        OSError: no process can be started.
    """
    command = (sys.executable, "-I", "-S", __file__)
    tried = subprocess.run(  # noqa: S603 - this very file, with this very interpreter
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={}, cwd="/", check=False, timeout=_WAITS,
    )  # fmt: skip
    return tried.returncode == _CONFINED


def end_with_parent() -> None:
    """Have the system end this process when who started it ends, however that comes."""
    if sys.platform.startswith("linux"):
        parent = os.getppid()
        zero = ctypes.c_ulong(0)
        ctypes.CDLL(None).prctl(_PARENT_DIES, ctypes.c_ulong(9), zero, zero, zero)
        if os.getppid() != parent:
            raise SystemExit(1)


def _program(machine: int, allowed: dict[str, int]) -> list[bytes]:
    calls = sorted(allowed.values())
    return [
        _step(_LOAD, _MACHINE),
        _step(_EQUAL, machine, 0, len(calls) + 2),
        _step(_LOAD, _NUMBER),
        _step(_AT_LEAST, _OTHER_ABI, len(calls), 0),
        *(_step(_EQUAL, number, len(calls) - at, 0) for at, number in enumerate(calls)),
        _step(_RETURN, _REFUSE),
        _step(_RETURN, _ALLOW),
    ]


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return struct.pack("=HBBI", code, yes, no, value)


def _try() -> int:
    if not confine():
        return 1
    try:
        os.close(os.open(__file__, os.O_RDONLY))
    except PermissionError:
        return _CONFINED
    return 1


if __name__ == "__main__":
    sys.exit(_try())
