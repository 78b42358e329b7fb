"""A knowledge graph of XPO1 inhibition in multiple myeloma, every number traced to its place in the source.

`import kg` costs nothing: what it exports is loaded when it is first named.
"""

from __future__ import annotations

TYPE_CHECKING = False  # type checkers take it for true; importing `typing` would be a third of `kg --help`
if TYPE_CHECKING:
    from kg.errors import KgError
    from kg.results import Table
    from kg.store import Graph, load

__all__ = ["Graph", "KgError", "Table", "__version__", "load"]

__version__ = "0.1.0"

_HOME = {"Graph": "kg.store", "KgError": "kg.errors", "Table": "kg.results", "load": "kg.store"}


def __getattr__(name: str) -> object:
    """Import an export from its module."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOME[name]), name)
