"""The third-party scripts of the pages, which `hatch_build.py` fetches through npm when the package is built."""

from __future__ import annotations

from pathlib import Path

from kg.errors import KgError

__all__ = ["EDITOR", "ENGINE", "LICENCES", "SCRIPTS", "vendor_files"]

# What draws graphs; each needs those before it.
SCRIPTS = ("cytoscape.min.js", "layout-base.js", "cose-base.js", "cytoscape-fcose.js")
# What edits and what answers queries in the browser.
EDITOR = ("yasqe.min.js", "yasqe.min.css")
ENGINE = ("oxigraph.js", "oxigraph.wasm")
LICENCES = "LICENSES.txt"

_FOLDER = Path(__file__).parent / "web" / "vendor"


def vendor_files(folder: Path = _FOLDER) -> dict[str, Path]:
    """Find what is fetched, the scripts in the order in which a page loads them, and the file of the licences.

    Raises:
        KgError: they are not there; the line says how to get them.

    >>> list(vendor_files())[:2]
    ['cytoscape.min.js', 'layout-base.js']
    """
    found = {name: folder / name for name in (*SCRIPTS, *EDITOR, *ENGINE, LICENCES)}
    missing = [name for name, path in found.items() if not path.is_file()]
    if missing:
        raise KgError(f"the pages lack {', '.join(missing)}: fetch them with `pip install -e .` in the checkout")
    return found
