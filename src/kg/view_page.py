"""The page around a drawing: one HTML file that needs no other file and no network.

vis-network comes from the installed pyvis, whose own page writer is not used, since it reads some labels as HTML and
loads files from elsewhere. No label is ever read as HTML here: the template escapes, the script only sets text, and a
content security policy allows the page's own two scripts and nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
from dataclasses import dataclass, field
from importlib.resources import files as package_files
from pathlib import Path
from typing import Any

from kg import __version__
from kg.legend import line_samples
from kg.view_claims import doi_address

__all__ = ["Page", "render", "script_safe_json"]

FRAME_HEIGHT = 760  # pixels in a notebook: the drawing above, a part of the panel below


@dataclass(frozen=True)
class Page:
    """A finished page: its title and its HTML. A notebook shows it where the cell's answer stands."""

    title: str
    html: str = field(repr=False)

    def save(self, path: str | Path) -> None:
        """Write the page to a file, whole or not at all.

        Raises:
            KgError: the file cannot be written.
        """
        from kg.files import write_atomic

        write_atomic(Path(path), self.html)

    def _repr_html_(self) -> str:
        """Frame the page for Jupyter.

        The sandbox lets the page's scripts run in an origin of their own, so that nothing in it reaches the notebook;
        links open in a new tab.

        >>> Page("A & B", '<p class="x">')._repr_html_().partition(" sandbox")[0]
        '<iframe title="A &amp; B" srcdoc="&lt;p class=&quot;x&quot;&gt;"'
        """
        return (
            f'<iframe title="{html.escape(self.title)}" srcdoc="{html.escape(self.html)}"'
            ' sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox"'
            f' width="100%" height="{FRAME_HEIGHT}" style="border: 0"></iframe>'
        )


def render(title: str, about: str, note: str, data: dict[str, Any], sources: list[dict[str, str]]) -> Page:
    """Write a page.

    Args:
        title: what stands above the drawing and in the title bar.
        about: what the drawing shows and how to read it.
        note: what else a reader must know of the drawing, beside it.
        data: what `kg.view.page_data` gathers.
        sources: author, year, title, venue and doi of each source, the review first; of others the name in tables.
    """
    import jinja2
    from markupsafe import Markup

    library, script, style = _vis_network(), _part("view.js"), _part("view.css")
    policy = (
        f"default-src 'none'; script-src {_allow(library)} {_allow(script)}; style-src {_allow(style)}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("kg", "web"), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    text = environment.get_template("view.html.j2").render(
        title=title,
        about=about,
        note=note,
        policy=policy,
        library=Markup(library),
        script=Markup(script),
        style=Markup(style),
        json=Markup(script_safe_json(data)),
        data=data,
        lines=list(line_samples([(claim["look"], claim["sign"]) for claim in data["claims"].values()])),
        sources=sources,
        doi_address=doi_address,
        version=__version__,
    )
    return Page(title, text)


# ---- the parts of the page


def _part(name: str) -> str:
    return (package_files("kg") / "web" / name).read_text(encoding="utf-8")


def _vis_network() -> str:
    """Read vis-network, its licence comment included, from the installed pyvis.

    Its style sheet stays out: it dresses tooltips and buttons that this page does not have.
    """
    import pyvis

    home = Path(str(pyvis.__file__)).parent / "lib"
    versions = {tuple(map(int, path.parent.name[4:].split("."))): path for path in home.glob("vis-*/*.min.js")}
    return _inline_script(versions[max(versions)].read_text(encoding="utf-8"))


def _inline_script(text: str) -> str:
    r"""Make a script safe between script tags, and its line ends those that a browser hashes.

    >>> _inline_script('let a = "</script>"')
    'let a = "<\\/script>"'
    """
    return text.replace("\r\n", "\n").replace("</script", r"<\/script").replace("<!--", r"<\!--")


def _allow(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def script_safe_json(data: object) -> str:
    r"""Write JSON that no HTML reader takes for anything else.

    >>> script_safe_json({"label": "</script>"})
    '{"label":"\\u003c/script\\u003e"}'
    """
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return text.translate({ord(letter): f"\\u{ord(letter):04x}" for letter in "<>&\u2028\u2029"})
