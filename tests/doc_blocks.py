"""What the pages under `docs/` show is run: `python tests/doc_blocks.py PAGE…` writes what comes out into the pages.

A page is run from top to bottom in a folder of its own. Blocks marked `sh` go to a shell, those marked `python` to one
Python, those marked `sparql` to `kg query`. A block marked `text` right below shows what they print; if it ends in a
line `…`, only the beginning. `kg serve` in a block of its own is started and lives until the page ends.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from serving import serving

DOCS = Path(__file__).parents[1] / "docs"
MORE = "…\n"
# The address that pages show; the server of a test has another port.
SHOWN = "127.0.0.1:8000"
_BLOCK = re.compile(r"^```(sh|python|sparql)\n(.*?)^```\n(?:\n```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """One block that is run, what the page shows of its output, and where that stands in the page."""

    language: str
    code: str
    shown: str | None
    span: tuple[int, int]


class Ran(NamedTuple):
    """What a block printed; `fault` is what went wrong, if anything."""

    block: Block
    printed: str
    fault: str

    @property
    def holds(self) -> bool:
        """Say whether it ran, and printed what the page shows."""
        shown = self.block.shown
        if shown is not None and shown.endswith(MORE):
            beginning = shown.removesuffix(MORE)
            return not self.fault and self.printed.startswith(beginning) and self.printed != beginning
        return not self.fault and shown in (None, self.printed)


def read_blocks(text: str) -> list[Block]:
    """Find the blocks of a page.

    >>> [block.shown for block in read_blocks("```sh\\nkg stats\\n```\\n\\n```text\\nwhat\\n…\\n```\\n")]
    ['what\\n…\\n']
    """
    return [Block(found[1], found[2], found[3], found.span(3)) for found in _BLOCK.finditer(text)]


def run_page(text: str) -> Iterator[Ran]:
    """Run the blocks of a page, one after the other."""
    names: dict[str, Any] = {"__name__": "page"}
    with TemporaryDirectory() as scratch, contextlib.ExitStack() as open_things:
        folder = Path(scratch) / "page"
        folder.mkdir()
        port = ""
        for block in read_blocks(text):
            code = block.code.replace(SHOWN, port or SHOWN)
            if code.startswith("kg serve"):
                server = open_things.enter_context(serving(Path(scratch) / "server"))
                port, ran = f"127.0.0.1:{server.port}", Ran(block, "", "")
            else:
                ran = Ran(block, *_RUN[block.language](code, folder, names))
            yield ran._replace(printed=ran.printed.replace(port, SHOWN) if port else ran.printed)


def _shell(code: str, folder: Path, names: dict[str, Any]) -> tuple[str, str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": path},
    )
    return done.stdout, done.stderr or (f"exit code {done.returncode}" if done.returncode else "")


def _python(code: str, folder: Path, names: dict[str, Any]) -> tuple[str, str]:
    said = io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.chdir(folder):
        exec(compile(code, "page", "exec"), names)
    return said.getvalue(), ""


def _sparql(code: str, folder: Path, names: dict[str, Any]) -> tuple[str, str]:
    (folder / "recipe.rq").write_text(code, encoding="utf-8")
    return _shell("kg query recipe.rq", folder, names)


_RUN = {"sh": _shell, "python": _python, "sparql": _sparql}


def updated(text: str) -> str:
    """Write into a page what its blocks print; a block that ends in `…` keeps its number of lines.

    Raises:
        RuntimeError: a block fails.
    """
    for ran in reversed(list(run_page(text))):
        if ran.fault:
            raise RuntimeError(f"{ran.block.code}{ran.fault}")
        if ran.block.shown is not None:
            lines, kept = ran.printed.splitlines(keepends=True), len(ran.block.shown.splitlines()) - 1
            cut = ran.block.shown.endswith(MORE) and len(lines) > kept
            start, end = ran.block.span
            text = text[:start] + ("".join(lines[:kept]) + MORE if cut else ran.printed) + text[end:]
    return text


if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = DOCS / name
        page.write_text(updated(page.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
