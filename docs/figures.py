"""Draw the figures of these pages: `python docs/figures.py` writes `docs/figures/*.svg` and the table of modules.

Nothing is drawn by hand but the places of boxes. The boxes of the data model are classes, the arrows properties, and an
arrow is drawn only if the graph has it; the picture of the modules is read from their imports. A test draws them again.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from html import escape
from pathlib import Path
from textwrap import wrap
from typing import NamedTuple

import networkx as nx

import kg

DOCS = Path(__file__).parent
SOURCES = DOCS.parent / "src" / "kg"
BEGIN, END = "<!-- modules: made by docs/figures.py -->", "<!-- end of modules -->"

# ---- the data model: where the box of each class stands (column, row), and which of its other properties it names

Boxes = Mapping[str, tuple[float, float, tuple[str, ...]]]
# Each arrow: from, property, to.
Arrows = tuple[tuple[str, str, str], ...]

# What other vocabularies call in their own words.
TITLES = {"oa:SpecificResource": "place"}
MEASURED: Boxes = {
    "kg:Reference": (0, 0, ("number", "title", "year")),
    "oa:SpecificResource": (1, 0, ("table", "rowKey", "columnKey", "ordinal")),
    "kg:ReportedValue": (2, 0, ("value", "printed", "unit", "status")),
    "kg:Measurement": (3, 0, ("statistic", "gradeBand", "timepoint")),
    "kg:Measure": (4, 0, ()),
    "kg:Drug": (0, 1, ()),
    "kg:Regimen": (1, 1, ()),
    "kg:Arm": (2, 1, ()),
    "kg:AnalysisSet": (3, 1, ()),
    "kg:Study": (2, 2, ()),
    "kg:Population": (3, 2, ()),
    "kg:Criterion": (4, 2, ()),
}
MEASURED_ARROWS: Arrows = (
    ("kg:ReportedValue", "reportOf", "kg:Measurement"),
    ("kg:ReportedValue", "locator", "oa:SpecificResource"),
    ("oa:SpecificResource", "citationMark", "kg:Reference"),
    ("kg:Measurement", "outcome", "kg:Measure"),
    ("kg:Measurement", "analysisSet", "kg:AnalysisSet"),
    ("kg:AnalysisSet", "ofArm", "kg:Arm"),
    ("kg:AnalysisSet", "population", "kg:Population"),
    ("kg:Population", "hasCriterion", "kg:Criterion"),
    ("kg:Arm", "inStudy", "kg:Study"),
    ("kg:Arm", "givesRegimen", "kg:Regimen"),
    ("kg:Regimen", "includesDrug", "kg:Drug"),
)
CLAIMED: Boxes = {
    "kg:DomainThing": (0, 0, ()),
    "kg:Statement": (1, 0, ("predicate", "polarity", "certainty")),
    "kg:DirectEdge": (2, 0, ()),
    "kg:Context": (0, 1, ()),
    "kg:EvidenceLine": (1, 1, ()),
    "kg:Reference": (2, 1, ("number", "title")),
    "oa:SpecificResource": (1, 2, ()),
}
CLAIMED_ARROWS: Arrows = (
    ("kg:Statement", "subject", "kg:DomainThing"),
    ("kg:Statement", "object", "kg:DomainThing"),
    ("kg:DirectEdge", "derivedFrom", "kg:Statement"),
    ("kg:Statement", "context", "kg:Context"),
    ("kg:Statement", "evidenceLine", "kg:EvidenceLine"),
    ("kg:EvidenceLine", "cites", "kg:Reference"),
    ("kg:EvidenceLine", "locator", "oa:SpecificResource"),
)

# ---- the modules: which belong together

GROUPS: Mapping[str, tuple[str, ...]] = {
    "command": ("cli", "completion", "doctor"),
    "assistants": ("mcp_*", "evidence", "disputed_doses"),
    "service": ("serve", "web_*", "pool", "worker", "negotiate", "reconcile", "service_description"),
    "site": (
        *("site*", "explore*", "chart*", "heat_map", "intervals", "measured", "cell_drawing", "tour", "self_checks"),
        "vendor",
    ),
    "checks": ("checks", "shapes", "diff"),
    "exports": ("export*", "csv_columns", "kgx_tables", "ontology_terms"),
    "drawings": ("view*", "legend"),
    "reasoner": ("axioms", "criteria", "reason", "premises", "why"),
    "other stores": ("remote", "endpoint", "push"),
    "paths": ("explain", "mechanisms", "names", "edges", "paths"),
    "questions": ("questions", "stats", "cite"),
    "graph": ("store", "ledger", "rules", "disk", "large_pages"),
    "source": ("source", "token_table", "places", "place_records", "verify", "coverage", "wording", "report*"),
    "words and files": (
        "__init__",
        "errors",
        "files",
        "terms",
        "nodes",
        "sparql",
        "layout",
        "results",
        "links",
        "progress",
    ),
}
BOTTOM = "words and files"


class Imports(NamedTuple):
    """What a module imports of this package: when it is loaded, and when one of its functions runs."""

    at_load: set[str]
    in_functions: set[str]


def read_imports(path: Path) -> Imports:
    """Read the imports of one module; those for type checkers alone are none."""
    at_load: set[str] = set()
    in_functions: set[str] = set()
    for node, inside in _walk(ast.parse(path.read_text(encoding="utf-8")), False):
        (in_functions if inside else at_load).update(_modules(node))
    return Imports(at_load, in_functions - at_load)


def _walk(tree: ast.AST, inside: bool) -> Iterator[tuple[ast.AST, bool]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            continue
        within = inside or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        yield node, within
        yield from _walk(node, within)


def _modules(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.ImportFrom(module="kg", names=names):
            yield from (name.name if (SOURCES / f"{name.name}.py").exists() else "__init__" for name in names)
        case ast.ImportFrom(module=str(name)) if name.startswith("kg."):
            yield name.removeprefix("kg.")
        case ast.Call(func=ast.Name(id="import_module"), args=[ast.Constant(value=str(name))]):
            yield name.removeprefix("kg.")


def group_of(module: str) -> str:
    """Find the one group of a module.

    Raises:
        ValueError: no group has it, or several.
    """
    found = [group for group, patterns in GROUPS.items() if any(fnmatchcase(module, pattern) for pattern in patterns)]
    if len(found) != 1:
        raise ValueError(f"kg.{module} is in {found or 'no group'}: GROUPS in docs/figures.py wants it in one")
    return found[0]


def read_groups() -> tuple[dict[str, list[str]], nx.DiGraph[str], nx.DiGraph[str]]:
    """Read which modules each group has, and which groups it imports at load and in functions."""
    members: dict[str, list[str]] = {group: [] for group in GROUPS}
    loaded: nx.DiGraph[str] = nx.DiGraph()
    called: nx.DiGraph[str] = nx.DiGraph()
    for kind in (loaded, called):
        kind.add_nodes_from(GROUPS)
    for path in sorted(SOURCES.glob("*.py")):
        group = group_of(path.stem)
        members[group].append(path.stem)
        for kind, names in zip((loaded, called), read_imports(path), strict=True):
            kind.add_edges_from((group, other) for name in names if (other := group_of(name)) != group)
    return members, loaded, called


# ---- drawing

STYLE = """<style>
text { font: 12px system-ui, sans-serif; fill: #1a1a1a } .title { font-weight: 600 } .small { font-size: 11px }
.box { fill: #eef3fa; stroke: #35577d } .arrow { stroke: #555; fill: none; marker-end: url(#head) }
.label { fill: #333; paint-order: stroke; stroke: #fff; stroke-width: 4px; font-size: 11px }
</style>
<defs><marker id="head" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="8" markerHeight="8" orient="auto">
<path d="M0 0 8 4 0 8z" fill="#555"/></marker></defs>
"""


class Box(NamedTuple):
    """A box by its left upper corner and its size, with a title and lines."""

    x: float
    y: float
    width: float
    height: float
    title: str
    lines: tuple[str, ...] = ()

    def draw(self) -> str:
        """Write the box as SVG."""
        middle = self.x + self.width / 2
        parts = [
            f'<rect class="box" x="{self.x:g}" y="{self.y:g}" width="{self.width:g}" height="{self.height:g}" rx="6"/>'
        ]
        parts.append(
            f'<text class="title" x="{middle:g}" y="{self.y + 20:g}" text-anchor="middle">{escape(self.title)}</text>'
        )
        parts += [
            f'<text class="small" x="{middle:g}" y="{self.y + 37 + 14 * row:g}" text-anchor="middle">'
            f"{escape(line)}</text>"
            for row, line in enumerate(self.lines)
        ]
        return "\n".join(parts)

    def edge_towards(self, x: float, y: float) -> tuple[float, float]:
        """Find where a line from the middle of the box to a point leaves the box."""
        middle_x, middle_y = self.x + self.width / 2, self.y + self.height / 2
        across, down = x - middle_x, y - middle_y
        share = min(
            self.width / 2 / abs(across) if across else float("inf"),
            self.height / 2 / abs(down) if down else float("inf"),
        )
        return middle_x + share * across, middle_y + share * down


def _arrow(start: Box, end: Box, label: str = "", shift: float = 0) -> str:
    """Draw an arrow between two boxes, moved aside by `shift` where two arrows join the same boxes."""
    x1, y1 = start.edge_towards(end.x + end.width / 2, end.y + end.height / 2)
    x2, y2 = end.edge_towards(start.x + start.width / 2, start.y + start.height / 2)
    line = f'<path class="arrow" d="M{x1:.0f} {y1 + shift:.0f}L{x2:.0f} {y2 + shift:.0f}"/>'
    if not label:
        return line
    x, y = (x1 + x2) / 2, (y1 + y2) / 2 + shift
    return line + f'<text class="label" x="{x:.0f}" y="{y - 4:.0f}" text-anchor="middle">{escape(label)}</text>'


def _svg(width: float, height: float, about: str, parts: Iterable[str]) -> str:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img">'
    ground = '<rect width="100%" height="100%" fill="#fff"/>'
    return "\n".join([head, f"<title>{escape(about)}</title>", STYLE + ground, *parts, "</svg>", ""])


def draw_model(graph: kg.Graph, about: str, boxes: Boxes, arrows: Arrows) -> str:
    """Draw classes and the properties between them.

    Raises:
        ValueError: the graph has no such arrow, or a class has no such property.
    """
    placed = {}
    for name, (column, row, shown) in boxes.items():
        for data in shown:
            _ask(graph, f"?a a/rdfs:subClassOf* {name} ; kg:{data} ?b")
        label = TITLES.get(name) or graph.query(f"SELECT ?label {{ {name} rdfs:label ?label }}").column("label")[0]
        placed[name] = Box(20 + 235 * column, 20 + 110 * row, 140, 62, label, tuple(wrap(", ".join(shown), 23)))
    drawn = []
    for start, relation, end in arrows:
        _ask(graph, f"?a a/rdfs:subClassOf* {start} ; kg:{relation} ?b . ?b a/rdfs:subClassOf* {end}")
        between = [relation for one, relation, other in arrows if {one, other} == {start, end}]
        shift = 0 if len(between) == 1 else 30 * between.index(relation) - 12
        drawn.append(_arrow(placed[start], placed[end], relation, shift))
    width = max(box.x + box.width for box in placed.values()) + 20
    height = max(box.y + box.height for box in placed.values()) + 20
    return _svg(width, height, about, [*drawn, *(box.draw() for box in placed.values())])


def _ask(graph: kg.Graph, pattern: str) -> None:
    if not graph.query(f"SELECT ?a {{ {pattern} }} LIMIT 1").rows:
        raise ValueError(f"the graph has nothing like: {pattern}")


def _down(start: Box, end: Box, boxes: Iterable[Box]) -> str:
    """Draw an arrow straight down where no box is in the way, else from middle to middle."""
    between = [box for box in boxes if start.y < box.y < end.y]
    left, right = max(start.x, end.x), min(start.x + start.width, end.x + end.width)
    free = [
        x for x in range(int(left) + 10, int(right), 10) if not any(box.x <= x <= box.x + box.width for box in between)
    ]
    if not free:
        return _arrow(start, end)
    x = free[len(free) // 2]
    return f'<path class="arrow" d="M{x} {start.y + start.height:g}V{end.y:g}"/>'


def draw_modules() -> str:
    """Draw the groups of modules in levels, each above what it imports.

    Left out are arrows that a longer way implies, and those to the lowest group, which every other one uses.
    """
    members, loaded, _ = read_groups()
    levels: dict[str, int] = {}
    for group in reversed(list(nx.topological_sort(loaded))):
        levels[group] = 1 + max((levels[other] for other in loaded[group]), default=-1)
    levels["command"] = max(levels.values()) + 1  # it imports the others when a command runs
    placed: dict[str, Box] = {}
    y = 20.0
    for level in sorted(set(levels.values()), reverse=True):
        row = [group for group in GROUPS if levels[group] == level]
        width = 900 / len(row) - 20
        texts = {group: tuple(wrap(" ".join(members[group]), int(width / 6.2))) for group in row}
        height = 32 + 14 * max(map(len, texts.values()))
        for place, group in enumerate(row):
            placed[group] = Box(20 + place * (width + 20), y, width, height, group, texts[group])
        y += height + 34
    drawn = [
        _down(placed[start], placed[end], placed.values())
        for start, end in sorted(nx.transitive_reduction(loaded).edges)
        if end != BOTTOM
    ]
    boxes = [box.draw() for box in placed.values()]
    return _svg(940, y - 14, "The modules of the package, each group above what it imports", [*drawn, *boxes])


def table_of_modules() -> str:
    """Write the same as a table, with all imports."""
    members, loaded, called = read_groups()
    rows = [
        "| group | modules | imports when loaded | imports when a function runs |\n|---|---|---|---|",
        *(
            f"| {group} | {', '.join(f'`{name}`' for name in members[group])} "
            f"| {', '.join(sorted(loaded[group]))} | {', '.join(sorted(set(called[group]) - set(loaded[group])))} |"
            for group in GROUPS
        ),
    ]
    return "\n".join(rows)


def figures() -> dict[Path, str]:
    """Make every file that this script writes."""
    graph = kg.load()
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    measured = draw_model(graph, "A number and where it was printed", MEASURED, MEASURED_ARROWS)
    claimed = draw_model(graph, "A claim", CLAIMED, CLAIMED_ARROWS)
    return {
        DOCS / "figures" / "measured.svg": measured,
        DOCS / "figures" / "claimed.svg": claimed,
        DOCS / "figures" / "modules.svg": draw_modules(),
        DOCS / "architecture.md": f"{before}{BEGIN}\n\n{table_of_modules()}\n\n{END}{after}",
    }


if __name__ == "__main__":
    (DOCS / "figures").mkdir(exist_ok=True)
    for path, text in figures().items():
        path.write_text(text, encoding="utf-8", newline="\n")
