"""How tests compare stores: the engine names blank nodes anew at each load."""

from collections.abc import Iterable

import pyoxigraph as ox


def canonical(quads: Iterable[ox.Quad]) -> set[ox.Quad]:
    """Name blank nodes after what is said of them."""
    named = ox.Dataset(quads)
    named.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return set(named)
