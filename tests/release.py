"""Make a release from a tag: `python tests/release.py TAG FOLDER`.

It stands beside `run.sh`, for the top level of the project is fixed, and releasing is checking first. The folder gets
the wheel, the source archive, the data in every format, the licences of all parts, and `SHA256SUMS`. All of it is made
from the files of the tag, never from those of the checkout, and two runs with the same tools give the same bytes: times
are that of the tag's commit. It needs git, and what `pip install "xpo1-kg[dev]"` brings.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import tomllib
from collections.abc import Iterable, Iterator
from email.parser import BytesParser
from importlib import metadata
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZipFile

from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
# Run with the code of the tag, not with what is installed.
_EXPORT = """
import sys
from pathlib import Path
from kg.export import FORMATS, export
from kg.store import load
graph = load(cache=False)
for form in FORMATS:
    export(graph, form, Path(sys.argv[1]) / form)
"""
# What goes into the data archive beside the formats.
_BESIDE = ("LICENSE-DATA", "CITATION.cff", "CHANGELOG.md")
# Extras that only those need who work on the project.
_NOT_FOR_USERS = ("all", "dev", "docs", "test")


class ReleaseError(Exception):
    """What keeps a tag from being released, one line for each fault."""


def release(tag: str, folder: Path, repository: Path = ROOT) -> list[Path]:
    """Make all files of a release.

    Args:
        tag: a tag such as `v0.1.0`.
        folder: where to; made if it is not there.
        repository: the git repository that has the tag.

    Returns:
        The files; the last is the list of their digests.

    Raises:
        ReleaseError: no such tag, files in the way, versions that differ from the tag, or a step that failed.
    """
    epoch = _run(["git", "log", "-1", "--format=%ct", f"refs/tags/{tag}", "--"], repository).strip()
    if folder.exists() and any(folder.iterdir()):
        raise ReleaseError(f"{folder} is not empty")
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory() as scratch:
        source = Path(scratch) / "source"
        _check_out(repository, tag, source)
        if faults := version_faults(source, tag.removeprefix("v")):
            raise ReleaseError("\n".join(faults))
        environment = {**os.environ, "SOURCE_DATE_EPOCH": epoch, "PYTHONPATH": str(source / "src")}
        environment.pop("KG_HOME", None)
        build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(source)]
        _run(build, source, environment)
        data = Path(scratch) / f"xpo1-kg-data-{tag.removeprefix('v')}"
        _run([sys.executable, "-c", _EXPORT, str(data)], source, environment)
        for name in _BESIDE:
            (data / name).write_bytes((source / name).read_bytes())
        (data / "SHA256SUMS").write_text(_digests(data), encoding="utf-8", newline="\n")
        _pack(data, folder / f"{data.name}.tar.gz", int(epoch))
        [wheel] = folder.glob("*.whl")
        (folder / "LICENSES.md").write_text(licences(wheel), encoding="utf-8", newline="\n")
    made = sorted(folder.iterdir())
    (folder / "SHA256SUMS").write_text(_digests(folder), encoding="utf-8", newline="\n")
    return [*made, folder / "SHA256SUMS"]


def _run(command: list[str], folder: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise ReleaseError(f"{' '.join(command[:4])} … failed: {said[-1] if said else done.returncode}")
    return done.stdout


def _check_out(repository: Path, tag: str, folder: Path) -> None:
    packed = subprocess.run(
        ["git", "archive", f"refs/tags/{tag}"], cwd=repository, capture_output=True, check=True
    ).stdout
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        archive.extractall(folder, filter="data")


def version_faults(source: Path, version: str) -> list[str]:
    """Name every file whose version is not that of the tag."""
    said = {
        "pyproject.toml": tomllib.loads(_text(source, "pyproject.toml"))["project"]["version"],
        "CITATION.cff": _found(r"^version: (\S+)$", _text(source, "CITATION.cff")),
        "src/kg/__init__.py": _found(r'^__version__ = "(.+)"$', _text(source, "src/kg/__init__.py")),
        "ontology/kg.ttl, owl:versionInfo": _found(r'owl:versionInfo "(.+?)"', _text(source, "ontology/kg.ttl")),
        "ontology/kg.ttl, owl:versionIRI": _found(
            r"owl:versionIRI <\S+/ontology/(.+?)/>", _text(source, "ontology/kg.ttl")
        ),
    }
    faults = [
        f"{name}: version {one or 'not found'}, the tag says {version}" for name, one in said.items() if one != version
    ]
    if f"## [{version}]" not in _text(source, "CHANGELOG.md"):
        faults.append(f"CHANGELOG.md: no section [{version}]")
    return faults


def _text(source: Path, name: str) -> str:
    return (source / name).read_text(encoding="utf-8")


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text, re.MULTILINE)
    return found[1] if found else ""


def _digests(folder: Path) -> str:
    """List the digest of every file below a folder, as `sha256sum -c` reads it."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    return "".join(
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n" for path in files
    )


def _pack(folder: Path, target: Path, epoch: int) -> None:
    """Pack a folder so that the same files give the same bytes: fixed order, time, owner and mode."""
    with (
        target.open("wb") as raw,
        gzip.GzipFile(filename="", mode="wb", fileobj=raw, mtime=epoch) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = tarfile.TarInfo(path.relative_to(folder.parent).as_posix())
            entry.size, entry.mtime, entry.mode = path.stat().st_size, epoch, 0o644
            with path.open("rb") as content:
                archive.addfile(entry, content)


def licences(wheel: Path) -> str:
    """List the licence of each part: our own, the scripts inside the wheel, and the packages that it asks for.

    Raises:
        ReleaseError: a package that the wheel asks for is not installed, or names no licence.
    """
    with ZipFile(wheel) as parts:
        [name] = (name for name in parts.namelist() if name.endswith(".dist-info/METADATA"))
        wanted = BytesParser().parsebytes(parts.read(name)).get_all("Requires-Dist", [])
        vendored = parts.read("kg/web/vendor/LICENSES.txt").decode()
    lines = ["# Licences", "", "## Shipped", "", "| part | licence |", "|---|---|", "| code | MIT |"]
    lines.append("| data, ontology, queries, documents | CC BY 4.0 |")
    for row in vendored.partition("\n\n")[0].splitlines():
        script, package, version, licence = row.split("\t")
        lines.append(f"| {script} ({package} {version}) | {licence} |")
    lines += ["", "The texts are in the wheel: `kg/web/vendor/LICENSES.txt`, `LICENSE`, `LICENSE-DATA`.", ""]
    lines += ["## Asked for at installation, not shipped", "", "| package | for | licence |", "|---|---|---|"]
    return "\n".join([*lines, *sorted(_asked_for(map(Requirement, wanted)), key=str.lower), ""])


def _asked_for(requirements: Iterable[Requirement]) -> Iterator[str]:
    """Give a row for each package that a user's installation may bring."""
    for one in requirements:
        extra = _found(r'extra == "(.+?)"', str(one.marker))
        if one.name != "xpo1-kg" and extra not in _NOT_FOR_USERS:
            yield f"| {one.name} | {f'`[{extra}]`' if extra else 'all'} | {_licence(one.name)} |"


def _licence(package: str) -> str:
    try:
        about = metadata.metadata(package)
    except metadata.PackageNotFoundError as fault:
        raise ReleaseError(f"{package} is not installed, so that its licence is not known") from fault
    classes = [line.rpartition(" :: ")[2] for line in about.get_all("Classifier", []) if line.startswith("License ::")]
    # A field that holds the whole text of the licence is of no use in a table.
    fields = [about.get(name) for name in ("License-Expression", "License")]
    named = [words for words in fields if words and "\n" not in words.strip()]
    if not named and not classes:
        raise ReleaseError(f"{package} names no licence")
    return (named or ["; ".join(classes)])[0].strip()


def main(arguments: list[str]) -> int:
    """Run from a command line: 0 done, 1 with the faults on standard error."""
    parser = argparse.ArgumentParser(description="Make a release from a tag.")
    parser.add_argument("tag", help="such as v0.1.0")
    parser.add_argument("folder", type=Path, help="where to; made if it is not there")
    parser.add_argument("--repository", type=Path, default=ROOT, help="the repository that has the tag")
    given = parser.parse_args(arguments)
    try:
        made = release(given.tag, given.folder.resolve(), given.repository.resolve())
    except ReleaseError as fault:
        print(fault, file=sys.stderr)
        return 1
    print(*made, sep="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
