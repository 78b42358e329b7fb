"""The pages under `docs/` build without a warning, describe what is public, and need no other host."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

import kg

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
SOURCES = ROOT / "src" / "kg"
# What a browser fetches by itself when it shows a page; a link waits for a click.
FETCHED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "object": "data", "link": "href"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the pages once, warnings being errors, and every reference that leads nowhere a warning."""
    out = tmp_path_factory.mktemp("docs")
    command = [sys.executable, "-m", "sphinx", "-W", "-n", "-q", "-E", "-d", str(out / "cache"), str(DOCS)]
    done = subprocess.run([*command, str(out / "html")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    return out / "html"


def test_every_page_is_built_and_reached(built: Path) -> None:
    """Each Markdown file becomes a page that the index leads to."""
    names = {path.stem for path in DOCS.glob("*.md")}
    assert len(names) >= 9
    index = (built / "index.html").read_text(encoding="utf-8")
    assert {name for name in names if f'href="{name}.html"' in index} == names - {"index"}


def _imported(node: ast.AST) -> Iterator[str]:
    for found in ast.walk(node):
        if isinstance(found, ast.ImportFrom) and (found.module or "").startswith("kg."):
            yield str(found.module)


def _public() -> set[str]:
    """Collect the modules that `kg` exports from, whose values its graph hands out, or that the documents use."""
    tree = ast.parse((SOURCES / "store.py").read_text(encoding="utf-8"))
    types = [name for node in tree.body if isinstance(node, ast.If) for name in _imported(node)]
    texts = [ROOT / "README.md", *DOCS.glob("*.md"), *DOCS.glob("notebooks/*.ipynb")]
    used = [name for path in texts for name in re.findall(r"from (kg\.\w+) import", path.read_text(encoding="utf-8"))]
    return {*kg._HOME.values(), *types, *used}


def test_public_modules_are_in_the_reference(built: Path) -> None:
    """The reference has each public module with every name it exports."""
    page = (built / "reference.html").read_text(encoding="utf-8")
    listed = re.findall(r"^\.\. automodule:: (\S+)$", (DOCS / "reference.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert _public() >= {"kg.store", "kg.results", "kg.explain", "kg.checks", "kg.view_page", "kg.errors"}
    assert _public() - set(listed) == set()
    for name in listed:
        assert f'id="module-{name}"' in page
    for name in kg.__all__:
        assert name == "__version__" or f'id="{kg._HOME[name]}.{name}"' in page


class _Fetches(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name == FETCHED.get(tag) or name == "srcset"]


def _fetches(page: str) -> list[str]:
    parser = _Fetches()
    parser.feed(page)
    return parser.addresses


def test_built_pages_ask_no_other_host(built: Path) -> None:
    """Scripts, styles and images all lie beside the pages."""
    assert _fetches('<script src="https://a.example/x.js"></script>') == ["https://a.example/x.js"]
    fetched = [address for page in built.rglob("*.html") for address in _fetches(page.read_text(encoding="utf-8"))]
    assert len(fetched) > 50
    assert [address for address in fetched if re.match(r"(\w+:)?//", address)] == []
    styles = [text for path in built.rglob("*.css") for text in [path.read_text(encoding="utf-8")]]
    assert [text for text in styles if re.search(r"(url\(|@import)\s*[\"']?(\w+:)?//", text)] == []
