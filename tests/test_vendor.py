"""The third-party scripts come through npm alone, by exact versions and hashes, and our own scripts have types."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

import hatch_build
from kg.errors import KgError
from kg.vendor import EDITOR, ENGINE, LICENCES, SCRIPTS, vendor_files
from node_tools import ROOT, SOURCES, check_types, lay_out

WEB = SOURCES / "web"
LINE_LIMIT = 200  # what a person writes is shorter, what a tool has packed is longer

# Two joined nodes that begin in one place are apart afterwards.
LAID_OUT = """() => {
  const elements = [{ data: { id: "a" } }, { data: { id: "b" } }, { data: { source: "a", target: "b" } }];
  const graph = cytoscape({ headless: true, styleEnabled: true, elements });
  graph.layout({ name: "fcose", animate: false }).run();
  const [a, b] = graph.nodes().map((node) => node.position());
  return Math.hypot(a.x - b.x, a.y - b.y) > 10;
}"""


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def locked() -> dict[str, dict[str, Any]]:
    """Read the lock file by package name."""
    packages = read_json(WEB / "package-lock.json")["packages"]
    return {name.removeprefix("node_modules/"): about for name, about in packages.items() if name}


def listed() -> list[list[str]]:
    """Read the list at the head of the licences: script, package, version, licence."""
    head = vendor_files()[LICENCES].read_text(encoding="utf-8").partition("\n\n")[0]
    return [line.split("\t") for line in head.splitlines()]


def own_scripts() -> list[Path]:
    foreign = {"vendor", "node_modules"}
    return [path for path in ROOT.joinpath("src").rglob("*.js") if foreign.isdisjoint(path.parts)]


# ---- what is installed


def test_package_holds_the_scripts() -> None:
    """Each is the one that its lock entry names, and the hook brings the same as `kg build` asks for."""
    assert [row[0] for row in listed()] == [*SCRIPTS, *EDITOR, *ENGINE] == list(hatch_build.SCRIPTS)
    assert [row[1:] for row in listed()] == [
        [name, locked()[name]["version"], locked()[name]["license"]] for name, _ in hatch_build.SCRIPTS.values()
    ]
    assert f'version="{locked()["cytoscape"]["version"]}"' in vendor_files()["cytoscape.min.js"].read_text("utf-8")


def test_each_licence_is_printed() -> None:
    """The text of each package, or else of the licence that it names, stands below its name, with its holder."""
    parts = vendor_files()[LICENCES].read_text(encoding="utf-8").split("\n\n", 1)[1]
    packages = {*(name for _, name, _, _ in listed()), *hatch_build.BUNDLED}
    for name in packages:
        text = parts.partition(f"{name} {locked()[name]['version']}\n")[2]
        assert text.startswith("---")
        assert "opyright" in text[:1200], name
    assert parts.count("THE SOFTWARE IS PROVIDED") == len(packages - {"dompurify"})
    assert "Apache License" in parts


def test_bundled_packages_are_named() -> None:
    """What the packed editor is made of, by the lock file, is listed with the licences."""
    made_of = {"@zazuko/yasqe"}
    while more := {name for one in made_of for name in locked()[one].get("dependencies", {})} - made_of:
        made_of |= more
    assert made_of - {"@zazuko/yasqe"} == set(hatch_build.BUNDLED)


def test_scripts_load_from_a_file(chromium: Browser, tmp_path: Path) -> None:
    """In the order given they make one library with its layout, from a page opened by a double click."""
    tags = [f'<script src="{vendor_files()[name].as_uri()}"></script>' for name in SCRIPTS]
    page_file = tmp_path / "page.html"
    page_file.write_text(f"<!DOCTYPE html><title>t</title><div id=a></div>{''.join(tags)}", encoding="utf-8")
    page = chromium.new_page()
    page.goto(page_file.as_uri())
    assert page.evaluate(LAID_OUT) is True
    page.close()


def test_missing_scripts_are_one_line(tmp_path: Path) -> None:
    """Who runs a bare source tree learns what to do."""
    (tmp_path / "cytoscape.min.js").touch()
    with pytest.raises(KgError) as fault:
        vendor_files(tmp_path)
    missing = ", ".join((*SCRIPTS[1:], *EDITOR, *ENGINE, LICENCES))
    wanted = f"the pages lack {missing}: "
    assert fault.value.lines == [f"{wanted}fetch them with `pip install -e .` in the checkout"]


# ---- where they come from


def test_versions_are_exact_and_locked() -> None:
    """The lock file says the same as package.json, with a hash for each package and no address of a registry."""
    wanted = read_json(WEB / "package.json")
    for group in ("dependencies", "devDependencies"):
        assert wanted[group] == {name: locked()[name]["version"] for name in wanted[group]}
    assert all(about["integrity"].startswith("sha512-") for about in locked().values())
    assert len(locked()) > 6
    assert "resolved" not in (text := (WEB / "package-lock.json").read_text(encoding="utf-8"))
    # Who asks for money for a package is no place where one is fetched.
    assert [line for line in text.splitlines() if "://" in line and "github.com/sponsors" not in line] == []


def test_no_foreign_script_is_in_the_tree() -> None:
    """What lies in the sources is written by hand, line by line, and git keeps the fetched ones out."""
    fetched = {vendor_files()[name].read_bytes() for name in (*SCRIPTS, *EDITOR, *ENGINE)}
    assert SOURCES / "web" / "view.js" in own_scripts()
    for path in own_scripts():
        text = path.read_text(encoding="utf-8")
        assert max(map(len, text.splitlines())) <= LINE_LIMIT, path
        assert "Copyright" not in text, path
        assert path.read_bytes() not in fetched, path
    assert "src/kg/web/vendor/" in (ROOT / ".gitignore").read_text(encoding="utf-8").split()


def test_failed_fetch_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A lock file that contradicts package.json stops the build with npm's reason, and leaves what was there."""
    for name in hatch_build.LOCK:
        text = (WEB / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace('"2.2.0"', '"2.1.0"') if name == "package.json" else text)
    kept = tmp_path / "vendor"
    kept.mkdir()
    monkeypatch.setattr(hatch_build, "WEB", tmp_path)
    with pytest.raises(hatch_build.NpmError, match=r"^npm ci failed: code EUSAGE; .*in sync") as fault:
        hatch_build.fill(kept)
    assert "\n" not in str(fault.value)
    assert kept.is_dir()


def test_changed_archive_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A package whose bytes are not those of the lock file is not installed."""
    lock = read_json(WEB / "package-lock.json")
    lock["packages"]["node_modules/layout-base"]["integrity"] = lock["packages"]["node_modules/cose-base"]["integrity"]
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / "package.json").write_bytes((WEB / "package.json").read_bytes())
    monkeypatch.setattr(hatch_build, "WEB", tmp_path)
    with pytest.raises(hatch_build.NpmError, match=r"^npm ci failed: code EINTEGRITY"):
        hatch_build.fill(tmp_path / "vendor")


# ---- our own scripts


def test_own_scripts_have_types(tmp_path: Path, packages: Path) -> None:
    """TypeScript finds no fault in them."""
    done = check_types(lay_out(tmp_path, packages))
    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_wrong_type_is_seen(tmp_path: Path, packages: Path) -> None:
    """A script beside the others is read too, with the browser's and the library's declarations."""
    web = lay_out(tmp_path, packages)
    (web / "broken.js").write_text('"use strict";\ndocument.title = 1;\ncytoscape({ elements: 1 });\n')
    done = check_types(web)
    assert done.returncode != 0
    places = sorted(line.partition(":")[0] for line in done.stdout.splitlines() if line.startswith("broken.js"))
    assert places == ["broken.js(2,1)", "broken.js(3,13)"]
