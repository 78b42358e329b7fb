"""What the tests of pages share: a browser that is listened to, and a graph whose every text is an attack."""

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

from kg.files import Files, default_files
from kg.store import Graph, load
from small_project import PREFIXES, write

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
IMAGE = "<img src=x onerror=window.hacked=1>"
FRAME = "' onload='window.hacked=1' x=\\\"></iframe><script>parent.hacked=window.hacked=1</script>"
SCRIPT = "</script><script>window.hacked=1</script>"

SCROLL_TO = """name => {
  const { network } = kgView;
  const line = network.body.edges[name];
  const { x, y } = network.canvasToDOM(line ? line.edgeType.getPoint(0.5) : network.getPosition(name));
  const scroller = document.getElementById("scroller");
  scroller.scrollTo(x - scroller.clientWidth / 2, y - scroller.clientHeight / 2);
  const { left, top } = document.getElementById("drawing").getBoundingClientRect();
  return { x: left + x, y: top + y };
}"""

# One line of each look, and labels that are an attack.
MADE_UP = f"""
kgd:Drug_a a kg:Drug ; rdfs:label "{IMAGE}" ; skos:altLabel "{SCRIPT}" ; skos:definition "{IMAGE}" ;
    skos:exactMatch <https://example.org/a>, <http://example.org/a>, <javascript:alert(1)> .
kgd:Protein_b a kg:Protein ; rdfs:label "{SCRIPT}" ; skos:definition "A protein & more." .
kgd:Process_c a kg:BiologicalProcess ; rdfs:label "process c" .
kgd:Finding_d a kg:ClinicalFinding ; rdfs:label "finding d" .
kgd:Bone_e a kg:Activity ; rdfs:label "activity e" ; kg:inCell kgd:Cell_osteoclast_precursor .
kgd:Event_f a kg:TransportEvent ; rdfs:label "event f" ; kg:carrier kgd:Protein_b ; kg:cargo kgd:Protein_g ;
    kg:fromCompartment kgd:Nucleus ; kg:toCompartment kgd:Cytoplasm .
kgd:Pool_g a kg:LocalizedPool ; rdfs:label "pool g" ; kg:poolOf kgd:Protein_g ; kg:inCompartment kgd:Nucleus .
kgd:Context_any_cell a kg:Context ; rdfs:label "any cell" .
kgd:Context_bone a kg:Context ; rdfs:label "bone" ; kg:inCell kgd:Cell_osteoclast_precursor .
kgd:Statement_fact a kg:MechanismStatement ; kg:subject kgd:Drug_a ; kg:predicate kg:inhibits ;
    kg:object kgd:Protein_b ; kg:polarity kg:Affirmed ; kg:evidenceLine kgd:Evidence_1, kgd:Evidence_2 .
kgd:Evidence_1 kg:evidenceKind kg:InVitro ; kg:cites kgd:Reference_10, kgd:Reference_9 .
kgd:Evidence_2 kg:cites kgd:Reference_9 .
kgd:Reference_9 kg:number 9 ; kg:firstAuthor "Nine N" ; kg:year 2009 ; kg:title "{IMAGE}" ; kg:doi "10.1/<x>" .
kgd:Reference_10 kg:number 10 ; kg:firstAuthor "Ten T" ; kg:year 2010 ; kg:title "Ten" .
kgd:Statement_weaker a kg:MechanismStatement ; kg:subject kgd:Protein_b ; kg:predicate kg:induces ;
    kg:object kgd:Process_c ; kg:polarity kg:Affirmed ; kg:certainty kg:Possible .
kgd:Statement_bridge a kg:BridgeStatement ; kg:subject kgd:Process_c ; kg:predicate kg:prevents ;
    kg:object kgd:Finding_d ; kg:polarity kg:Affirmed ; kg:ground kg:CuratorJudgement ; kg:groundNote "{IMAGE}" .
kgd:Statement_net a kg:NetEffectStatement ; kg:subject kgd:Drug_a ; kg:predicate kg:induces ; kg:object kgd:Finding_h ;
    kg:polarity kg:Affirmed .
kgd:Finding_h a kg:ClinicalFinding ; rdfs:label "finding h" .
kgd:Statement_negated a kg:MechanismStatement ; kg:subject kgd:Drug_a ; kg:predicate kg:inhibits ;
    kg:object kgd:Process_c ; kg:polarity kg:Negated .
kgd:Statement_disputed a kg:MechanismStatement ; kg:subject kgd:Protein_b ; kg:predicate kg:prevents ;
    kg:object kgd:Finding_d ; kg:polarity kg:Affirmed .
kgd:Discrepancy_x a kg:Discrepancy ; kg:discrepancyType kg:LikelyMisprint ; kg:discrepancyStatus kg:Open ;
    kg:firstReport kgd:Statement_disputed ; kg:resolution "Probably a misprint." .
kgd:Statement_binds a kg:BindingStatement ; kg:subject kgd:Drug_a ; kg:predicate kg:bindsTo ; kg:object kgd:Protein_b ;
    kg:polarity kg:Affirmed .
kgd:Statement_carrier a kg:MechanismStatement ; kg:subject kgd:Protein_b ; kg:predicate kg:increases ;
    kg:object kgd:Event_f ; kg:polarity kg:Affirmed .
kgd:Statement_bone a kg:MechanismStatement ; kg:subject kgd:Drug_a ; kg:predicate kg:inhibits ; kg:object kgd:Bone_e ;
    kg:polarity kg:Affirmed ;
    kg:context kgd:Context_bone .
kgd:Statement_association a kg:AssociationStatement ; kg:subject kgd:Drug_a ; kg:predicate kg:correlatesWith ;
    kg:object kgd:Finding_d ; kg:polarity kg:Affirmed .
kgd:Statement_weaker_association a kg:AssociationStatement ; kg:subject kgd:Finding_d ; kg:predicate kg:correlatesWith ;
    kg:object kgd:Drug_a ; kg:polarity kg:Affirmed ; kg:certainty kg:Suggested ; kg:degree "{IMAGE}" .
kgd:Statement_compared a kg:ComparativeStatement ; kg:subject kgd:Drug_a ; kg:predicate kg:betterThan ;
    kg:object kgd:Drug_i ; kg:polarity kg:Negated ; kg:aspect kgd:Finding_d .
kgd:Drug_i a kg:Drug ; rdfs:label "{FRAME}" ; skos:altLabel "{FRAME}" ; skos:definition "{FRAME}" .
kgd:Statement_identifier a kg:ApprovalStatement ; kg:subject kgd:Drug_a ; kg:predicate kg:approvedFor ;
    kg:object <javascript:window.hacked=1//'onclick='window.hacked=1> ; kg:polarity kg:Affirmed ;
    kg:authority "{IMAGE}" .
kgd:Statement_about a kg:AssociationStatement ; kg:subject kgd:Statement_fact ; kg:predicate kg:correlatesWith ;
    kg:object kgd:Protein_b ; kg:polarity kg:Affirmed .
"""


def hostile_graph(root: Path) -> Graph:
    """Make a project of the real ontology and the made-up claims."""
    shutil.copytree(default_files().ontology, root / "ontology")
    (root / "ontology" / "links.ttl").unlink(missing_ok=True)
    shutil.copytree(default_files().queries / "rules", root / "queries" / "rules")
    write(root, "data/triples/made_up.ttl", PREFIXES + MADE_UP)
    return load(Files(root), cache=False)


def saved(html: str, folders: pytest.TempPathFactory) -> str:
    """Write a page to a folder of its own and give its address."""
    path = folders.mktemp("page") / "view.html"
    path.write_bytes(html.encode())
    return path.as_uri()


@contextmanager
def launched() -> Iterator[Browser]:
    """Start Chromium, or fail where there is none."""
    if not Path(CHROMIUM).exists():
        pytest.fail(f"these tests open the page in Chromium, and there is none at {CHROMIUM}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


class Opened:
    """A page, with every request it made and every complaint of the console."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.requests: list[str] = []
        self.complaints: list[str] = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def click(self, name: str) -> None:
        """Scroll a box, or the middle of a line, into sight and click there."""
        place = self.page.evaluate(SCROLL_TO, name)
        self.page.mouse.click(place["x"], place["y"])

    def expect_choice(self, name: str) -> None:
        """Wait until the address and the panel have it; Playwright's own wait for a condition needs `eval`."""
        expect(self.page).to_have_url(re.compile(f"#{name}$"))
        expect(self.page.locator(f'#contents [data-id="{name}"]')).to_have_attribute("aria-current", "true")

    def details(self) -> str:
        return self.page.locator("#details").inner_text()
