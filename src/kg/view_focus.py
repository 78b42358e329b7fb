"""The drawing of what stands around one thing.

What is nearer is drawn first, and no statement twice; a thing that is reached in several ways has a box for each.
"""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from kg.view_claims import Claim, Thing
from kg.view_picture import Picture, kind_rank, label_height
from kg.view_style import KIND_LOOKS, LOOKS
from kg.view_tree import Spot, Strand, place_tree, stack_height

__all__ = ["MOST_BOXES", "focus_picture", "neighbourhood"]

MOST_BOXES = 60  # around the focus; a drawing with more is only scrolled through
WORD_LETTERS = 18


def neighbourhood(claims: Mapping[str, Claim], focus: str, hops: int) -> dict[str, Claim]:
    """Choose the claims about a thing, those about the things that these name, and so on for some hops.

    >>> ends = {"1": ("a", "b"), "2": ("c", "b"), "3": ("c", "d")}
    >>> claims = {name: Claim("", one, "", two, "", 0, {}, [], "") for name, (one, two) in ends.items()}
    >>> list(neighbourhood(claims, "a", 2))
    ['1', '2']
    """
    reached = {focus}
    kept: dict[str, Claim] = {}
    for _ in range(hops):
        kept = {name: claim for name, claim in claims.items() if not reached.isdisjoint((claim.subject, claim.object))}
        reached |= {end for claim in kept.values() for end in (claim.subject, claim.object)}
    return kept


def focus_picture(things: Mapping[str, Thing], claims: Mapping[str, Claim], focus: str) -> Picture:
    """Draw the claims around a thing: its causes left, its effects right, all else where there is room.

    Args:
        things: at least the ends of the claims.
        claims: a `neighbourhood` of the focus.
        focus: the thing in the middle, by its CURIE.
    """
    root = _grow(things, claims, focus)
    return place_tree(root, _sides(root, claims))


def _sides(root: Spot, claims: Mapping[str, Claim]) -> dict[int, list[Spot]]:
    sides: dict[int, list[Spot]] = {1: [], -1: []}
    for child in root.children:
        first = child.strands[0]
        emptier = min(sides, key=lambda side: stack_height(sides[side]))
        ahead = 1 if first.outward else -1
        sides[ahead if claims[first.claim].sign else emptier].append(child)
    return sides


def _grow(things: Mapping[str, Thing], claims: Mapping[str, Claim], focus: str) -> Spot:
    """Hang boxes on the focus, ring by ring, until the claims or the room end."""
    root = Spot(focus, focus, label_height(things[focus].label))
    met: Counter[str] = Counter({focus: 1})
    said: set[str] = set()
    room, ring = MOST_BOXES, [root]
    while ring and room:
        offers = sorted(_offers(things, claims, ring, said), key=lambda offer: offer[0])[:room]
        room -= len(offers)
        ring = []
        for _, parent, thing, names in offers:
            met[thing] += 1
            key = thing if met[thing] == 1 else f"{thing} ({met[thing]})"
            strands = [_strand(name, claims[name], parent.thing) for name in names]
            spot = Spot(thing, key, label_height(things[thing].label), strands)
            parent.children.append(spot)
            if met[thing] == 1:
                ring.append(spot)
    return root


_Rank = tuple[int, int, str, str]


def _offers(
    things: Mapping[str, Thing], claims: Mapping[str, Claim], ring: Sequence[Spot], said: set[str]
) -> Iterator[tuple[_Rank, Spot, str, list[str]]]:
    """Offer a box for each thing that claims not yet said join to one of the ring, the most telling to rank first."""
    for spot in ring:
        joined: defaultdict[str, list[str]] = defaultdict(list)
        for name, claim in claims.items():
            if name not in said and spot.thing in (claim.subject, claim.object):
                joined[claim.object if claim.subject == spot.thing else claim.subject].append(name)
        for thing, names in joined.items():
            said.update(names)
            names.sort(key=lambda name: (kind_rank(claims[name].kind), name))
            rank = kind_rank(claims[names[0]].kind), -len(names), f"{things[thing].label} {thing}", spot.key
            yield rank, spot, thing, names


def _strand(name: str, claim: Claim, parent: str) -> Strand:
    """Write on a line what its look, or else its kind, and its relation are called."""
    look = LOOKS[claim.look]
    named = look.label or LOOKS[KIND_LOOKS.get(claim.kind, claim.look)].label
    words = textwrap.wrap(f"{named}: {claim.predicate}" if named else claim.predicate, WORD_LETTERS)
    return Strand(name, "\n".join(words), outward=claim.subject == parent, cut=look.cut)
