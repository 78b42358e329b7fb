"""Large pages of memory, for a process that goes back and forth in a graph of gigabytes.

The processor keeps the addresses of few pages at hand. On Linux, the GNU C library (2.35 or newer) asks the kernel for
pages of 2 MB instead of 4 KB, but only where its environment says so when a process starts; others ignore this.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["asked_for", "asked_for_graph", "start_again"]

_NAME = "glibc.malloc.hugetlb"
# Bytes of N-Quads, or of a store on disk. Below it nothing is gained, and less of what a query takes comes back.
_LARGE = 64 << 20


def asked_for(environment: Mapping[str, str]) -> dict[str, str] | None:
    """Give an environment that asks for large pages, or nothing where the present one says yes or no already.

    >>> asked_for({"GLIBC_TUNABLES": "glibc.malloc.perturb=1"})
    {'GLIBC_TUNABLES': 'glibc.malloc.perturb=1:glibc.malloc.hugetlb=1'}
    >>> asked_for({"GLIBC_TUNABLES": "glibc.malloc.hugetlb=0"})
    """
    before = environment.get("GLIBC_TUNABLES", "")
    if _NAME in before:
        return None
    return {**environment, "GLIBC_TUNABLES": ":".join(filter(None, (before, f"{_NAME}=1")))}


def asked_for_graph(place: Path, environment: Mapping[str, str]) -> dict[str, str] | None:
    """Give an environment that asks for large pages where this file or store holds a large graph.

    >>> asked_for_graph(Path("of a small graph"), {})
    """
    files = place.rglob("*") if place.is_dir() else [place]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return asked_for(environment) if size >= _LARGE else None


def start_again() -> None:
    """Let this very process start anew with large pages; it goes on where it is if it has them, or cannot.

    Only for the start of a command: nothing may be open or half done. Its number, files and terminal stay.
    """
    environment = asked_for(os.environ)
    if environment and sys.platform == "linux" and sys.executable:
        with contextlib.suppress(OSError):
            os.execve(sys.executable, [sys.executable, *sys.orig_argv[1:]], environment)
