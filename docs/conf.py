"""How Sphinx makes these pages: `sphinx-build -W -n docs OUT` (with `pip install "xpo1-kg[docs]"`).

The pages ask no other host for anything: furo brings its own fonts and scripts, and no extension that links to other
projects' pages or loads a script from a CDN is on.
"""

from __future__ import annotations

from kg import __version__

project = "XPO1-KG"
author = "The XPO1-KG contributors"
copyright = "code MIT, data and text CC BY 4.0"
release = __version__

# Napoleon takes what stands before a colon in the first line of a property's docstring for a type: write it without.
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["notebooks"]
html_theme = "furo"
html_title = f"XPO1-KG {release}"
html_copy_source = False
html_show_sphinx = False
highlight_language = "none"
myst_heading_anchors = 3

# Docstrings write code in single backticks.
default_role = "code"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": True, "show-inheritance": True}
python_use_unqualified_type_names = True
# Types of other packages: linking to them would need their lists of names from the network.
nitpick_ignore_regex = [("py:class", r"(pyoxigraph|ox|rdflib|networkx|pandas|pathlib|collections\.abc)\..+")]
# Aliases of types, which have no entry of their own.
nitpick_ignore = [("py:class", "Fact"), ("py:class", "Network")]
