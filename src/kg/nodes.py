"""Names of terms and things as nodes of the engine, and those that several modules look for."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from kg.terms import expand

__all__ = ["IMPORTS", "ONTOLOGY_CLASS", "TYPE", "node"]


def node(name: str) -> ox.NamedNode:
    """Make the node of a CURIE or an IRI.

    Raises:
        UsageError: the prefix is not in the table.

    >>> str(node("kgd:Drug_selinexor"))
    '<https://w3id.org/xpo1-kg/data/Drug_selinexor>'
    """
    return ox.NamedNode(expand(name))


TYPE: Final = node("rdf:type")
# What the header of an ontology module is, and says.
ONTOLOGY_CLASS: Final = node("owl:Ontology")
IMPORTS: Final = node("owl:imports")
