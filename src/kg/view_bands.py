"""The drawing of a mechanism: columns from cause to effect, a band for each kind of cell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from kg.view_boxes import Box, Link
from kg.view_claims import Claim, Thing, local_name
from kg.view_layout import arrange
from kg.view_picture import Picture, PlacedBox, PlacedLine, kind_rank, label_height
from kg.view_style import ANY, BANDS, LOOKS, style_of

__all__ = ["banded_picture"]

STORY = 3  # this many lines that hang together are drawn
BOW = 0.2  # how far a second line between the same boxes bows out from the first


def banded_picture(things: Mapping[str, Thing], all_claims: Mapping[str, Claim]) -> Picture:
    """Draw the claims that hang together; the rest is for the lists beside."""
    claims = _told(all_claims)
    stage = _Stage(things, claims)
    spots = {key: band for name, claim in claims.items() for key, band in _ends(stage, name, claim)}
    owner = {key: key.partition(" (")[0] for key in spots}
    boxes = [
        Box(key, band, label_height(things[owner[key]].label), style_of(things[owner[key]].wider).leads)
        for key, band in sorted(spots.items())
    ]
    ordered = sorted(claims, key=lambda name: (kind_rank(claims[name].kind), name))
    pairs = {name: _pair(stage, name, claims[name]) for name in ordered}
    layout = arrange(boxes, [Link(*pairs[name]) for name in ordered])
    drawn: Counter[tuple[str, str]] = Counter()
    lines = []
    for name, keys in pairs.items():
        bend = layout.bends[Link(*keys)] + BOW * drawn[keys]
        lines.append(PlacedLine(name, *keys, LOOKS[claims[name].look].label, bend))
        drawn[keys] += 1
    return Picture(
        [PlacedBox(box.key, owner[box.key], *layout.centres[box.key], box.height) for box in boxes],
        lines,
        layout.width,
        layout.height,
        _start([owner[box.key] for box in boxes if box.leads], claims),
        bands=[{"title": BANDS[band].title, **vars(stripe)} for band, stripe in layout.stripes.items()],
    )


def _told(claims: Mapping[str, Claim]) -> dict[str, Claim]:
    """Choose the claims that get a line: those that hang together with two others at least.

    A net effect whose steps are drawn would run across them, and a line or two by themselves tell no story; both stay
    in the lists and panels.
    """
    import networkx

    steps = networkx.DiGraph(
        (claim.subject, claim.object)
        for claim in claims.values()
        if claim.look in ("fact", "weaker", "bridge", "event")
    )

    def has_steps(claim: Claim) -> bool:
        ends = (claim.subject, claim.object)
        return all(end in steps for end in ends) and networkx.has_path(steps, *ends)

    lines = {name: claim for name, claim in claims.items() if claim.look != "net" or not has_steps(claim)}
    joined = networkx.Graph((claim.subject, claim.object) for claim in lines.values())
    stories = [part for part in networkx.connected_components(joined) if joined.subgraph(part).size() >= STORY]
    return {name: claim for name, claim in lines.items() if any(claim.subject in part for part in stories)}


def _start(leading: Sequence[str], claims: Mapping[str, Claim]) -> str | None:
    """Choose where the page opens: at the drug that most lines begin with."""
    begun = Counter(claim.subject for claim in claims.values())
    return max(leading, key=lambda name: begun[name], default=None)


class _Stage:
    """Which box a claim begins and ends at: one box for each thing, and one more in each band that stands apart."""

    def __init__(self, things: Mapping[str, Thing], claims: Mapping[str, Claim]) -> None:
        self.things = things
        self.claims = claims
        self.band_of = {name: _band(claim.places) for name, claim in claims.items()}
        while self._follow():
            pass
        self.homes = {name: self._home(name) for name in things}

    def _follow(self) -> bool:
        """Let a step without a cell join its end's band, where that is the only step the end has elsewhere."""
        for name, claim in self.claims.items():
            for end in (claim.subject, claim.object) if self.band_of[name] == ANY else ():
                bands = self._bands(end)
                apart = {band for band in bands if BANDS[band].apart}
                if len(apart) == 1 and [band for band in bands if not BANDS[band].apart] == [ANY]:
                    self.band_of[name] = apart.pop()
                    return True
        return False

    def _bands(self, thing: str) -> list[int]:
        return [self.band_of[name] for name, claim in self.claims.items() if thing in (claim.subject, claim.object)]

    def _home(self, thing: str) -> int:
        """Find the band of a thing among those that share their boxes."""
        own = _band([local_name(cell) for cell in self.things[thing].cells])
        if own != ANY and not BANDS[own].apart:
            return own
        bands = {band for band in self._bands(thing) if not BANDS[band].apart}
        return bands.pop() if len(bands) == 1 else ANY

    def box(self, claim: str, thing: str) -> tuple[str, int]:
        """Name the box at which a claim meets a thing, and its band."""
        band = self.band_of[claim]
        return (f"{thing} ({BANDS[band].title})", band) if BANDS[band].apart else (thing, self.homes[thing])


def _band(places: Sequence[str]) -> int:
    return next((number for number, band in enumerate(BANDS) if not band.places.isdisjoint(places)), ANY)


def _ends(stage: _Stage, name: str, claim: Claim) -> list[tuple[str, int]]:
    return [stage.box(name, end) for end in (claim.subject, claim.object)]


def _pair(stage: _Stage, name: str, claim: Claim) -> tuple[str, str]:
    (start, _), (end, _) = _ends(stage, name, claim)
    return start, end
