"""Names of terms and things as nodes of the engine, and those that several modules look for."""

from __future__ import annotations

from typing import Final

import pyoxigraph as ox

from kg.terms import RDF_TYPE, expand

__all__ = ["IMPORTS", "ONTOLOGY_CLASS", "TYPE", "node"]


def node(name: str) -> ox.NamedNode:
    """Make the node of a CURIE or an IRI.

    Raises:
        UsageError: the prefix is not in the table.

    >>> str(node("kgd:Drug_selinexor"))
    '<https://w3id.org/xpo1-kg/data/Drug_selinexor>'
    """
    return ox.NamedNode(expand(name))


TYPE: Final = ox.NamedNode(RDF_TYPE)
# Spelt out, as in kg.terms. What the header of an ontology module is, and says.
ONTOLOGY_CLASS: Final = ox.NamedNode("http://www.w3.org/2002/07/owl#Ontology")
IMPORTS: Final = ox.NamedNode("http://www.w3.org/2002/07/owl#imports")
