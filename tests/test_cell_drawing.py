"""The drawn cells: what is drawn comes from the graph, and nothing hides anything."""

from itertools import combinations

from kg.cell_drawing import CELL, WIDTH, Box, Effect, Event, Line, Panel, Scene, Spot, draw, read_layout
from kg.store import Graph
from kg.tour import Step, Tour
from kg.view_claims import Claim, Thing

ENVELOPE = 250


def panels(tour: Tour) -> list[tuple[Step, Panel]]:
    return [(step, panel) for step in tour.steps for panel in step.panels]


def rectangle(box: Box) -> tuple[float, float, float, float]:
    return box.x - box.width / 2, box.y - box.height / 2, box.x + box.width / 2, box.y + box.height / 2


def test_boxes_never_overlap(tour: Tour) -> None:
    """No box of any panel lies on another."""
    for step, panel in panels(tour):
        for one, other in combinations(panel.boxes, 2):
            left, top, right, bottom = rectangle(one)
            a, b, c, d = rectangle(other)
            assert right <= a or c <= left or bottom <= b or d <= top, (step.label, panel.name, one.label, other.label)


def test_boxes_and_badges_are_inside(tour: Tour) -> None:
    """Nothing is cut off at the sides, and the frame reaches as far as the boxes."""
    for step, panel in panels(tour):
        for box in panel.boxes:
            left, top, right, bottom = rectangle(box)
            assert 0 <= left < right <= WIDTH, (step.label, box.label)
            assert panel.top <= top < bottom <= panel.bottom, (step.label, box.label)


def test_lines_pass_beside_boxes(tour: Tour) -> None:
    """A line touches no box but its two ends: whoever follows it arrives where the claim says."""
    for step, panel in panels(tour):
        for line in panel.lines:
            crossed = [box.label for box in panel.boxes if passes(line, box)]
            assert not crossed, (step.label, panel.name, line.label, crossed)


def passes(line: Line, box: Box) -> bool:
    """Walk the line in steps of a hundredth; its own ends stand off their boxes."""
    left, top, right, bottom = rectangle(box)
    for n in range(101):
        x = line.start.x + (line.end.x - line.start.x) * n / 100
        y = line.start.y + (line.end.y - line.start.y) * n / 100
        if left < x < right and top < y < bottom:
            return True
    return False


def test_things_stand_in_their_compartment(tour: Tour, loaded: Graph) -> None:
    """What the graph places in the nucleus stands above the envelope, what it places in the cytoplasm below."""
    where = {
        row["thing"]: row["place"] for row in loaded.query("SELECT ?thing ?place { ?thing kg:inCompartment ?place }")
    }
    checked = 0
    for step, panel in panels(tour):
        for box in panel.boxes:
            place = box.key.partition("@")[2] or where.get(box.thing, "")
            if place:
                checked += 1
                inside = (
                    CELL[0] < box.y < ENVELOPE if place == "kgd:Compartment_nucleus" else ENVELOPE < box.y < CELL[1]
                )
                assert inside, (step.label, box.label)
    assert checked >= 20


def test_events_stand_on_the_envelope(tour: Tour) -> None:
    """A transport event and its carrier are drawn where the cargo passes."""
    for step, panel in panels(tour):
        for box in panel.boxes:
            if box.style.words == "transport event":
                assert box.y == ENVELOPE, (step.label, box.label)


def test_every_causal_claim_of_a_step_is_drawn(tour: Tour) -> None:
    """A claim with a sign is drawn, unless it is a net effect whose steps are; only others may stay in the list."""
    for step in tour.steps:
        drawn = {line.claim for panel in step.panels for line in panel.lines}
        for card in step.cards:
            if card.claim.sign and card.claim.look in ("fact", "weaker", "bridge", "disputed"):
                ends = {card.claim.subject, card.claim.object}
                if not ends & {"kgd:Process_nuclear_export"}:  # the process as a whole is told, its events are drawn
                    assert card.key in drawn, (step.label, card.claim.label)


def test_layout_names_things_of_the_graph(tour: Tour, loaded: Graph) -> None:
    """No row of the layout table is for a step or thing that is not there."""
    known = set(loaded.query("SELECT DISTINCT ?thing { ?thing rdfs:label ?label }").column("thing"))
    steps = {step.key.removeprefix("kgd:Step_") for step in tour.steps}
    layout = read_layout()
    assert {step for step, _ in layout} == steps
    assert {part for spots in layout.values() for key in spots for part in key.split("@")} <= known


# ---- a made-up scene


def scene(*claims: Claim) -> Scene:
    things = {
        "kgd:Drug": Thing("drug", wider={"kg:Drug"}),
        "kgd:Carrier": Thing("carrier", wider={"kg:Protein"}),
        "kgd:Event": Thing("export", wider={"kg:TransportEvent"}),
        "kgd:Cargo": Thing("cargo", wider={"kg:Protein"}),
    }
    event = Event(("kgd:Cargo",), "kgd:In", "kgd:Out")
    return Scene(things, {f"kgd:Statement_{n}": claim for n, claim in enumerate(claims)}, {"kgd:Event": event}, {})


def claim(subject: str, target: str, sign: int, look: str = "fact") -> Claim:
    return Claim("kg:MechanismStatement", subject, "does", target, f"{subject} {target}", sign, {}, [], look)


SPOTS = {
    "kgd:Drug": Spot(60, 400),
    "kgd:Carrier": Spot(60, 250),
    "kgd:Event": Spot(200, 250),
    "kgd:Cargo@kgd:In": Spot(200, 100),
    "kgd:Cargo@kgd:Out": Spot(200, 400),
}


def test_blocked_event_stops_the_cargo() -> None:
    """With the treatment the way of the cargo ends at the event: more of it stays, less of it arrives."""
    effects = {"kgd:Event": Effect(-1, "asserted as fact", "drug --| export")}
    free, blocked = draw("untreated", SPOTS, scene(), {}), draw("treated", SPOTS, scene(), effects)
    assert [move.path for move in free.moves] == ["M200 100L200 250L200 400"]
    assert [(move.path, move.blocked) for move in blocked.moves] == [("M200 100L200 250", True)]
    words = {box.key: box.effect.word for box in blocked.boxes if box.effect}
    assert words == {"kgd:Event": "less", "kgd:Cargo@kgd:In": "more", "kgd:Cargo@kgd:Out": "less"}


def test_line_ends_by_its_sign() -> None:
    """More ends in an arrow, less in a bar, and neither reaches into its box."""
    panel = draw(
        "treated", SPOTS, scene(claim("kgd:Drug", "kgd:Carrier", -1), claim("kgd:Carrier", "kgd:Event", 1)), {}
    )
    bar, arrow = panel.lines
    assert bar.head.count("L") == 3
    assert arrow.head.count("L") == 2
    assert bar.end.y > 250
    assert arrow.end.x < 200


def test_net_effect_with_steps_is_not_drawn() -> None:
    """A net effect runs beside its own steps; without them it is the only line there is."""
    net = claim("kgd:Drug", "kgd:Event", -1, "net")
    steps = [claim("kgd:Drug", "kgd:Carrier", -1), claim("kgd:Carrier", "kgd:Event", 1)]
    assert len(draw("treated", SPOTS, scene(net, *steps), {}).lines) == 2
    assert len(draw("treated", SPOTS, scene(net), {}).lines) == 1


def test_claim_about_a_thing_without_a_spot_is_left_to_the_list() -> None:
    """Nothing is drawn into the void."""
    spots = {"kgd:Drug": Spot(60, 400)}
    panel = draw("treated", spots, scene(claim("kgd:Drug", "kgd:Carrier", -1)), {})
    assert panel.lines == ()
    assert [box.label for box in panel.boxes] == ["drug"]
