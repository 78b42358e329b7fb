"""What keeps people from using an open page, as axe finds it."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

WIDTHS = (1440, 390)
# What can be right in light and wrong in dark.
COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
_SERIOUS = """async options => (await axe.run({ resultTypes: ['violations'], ...options })).violations
  .filter(fault => ['serious', 'critical'].includes(fault.impact))
  .map(fault => `${fault.id}: ${fault.nodes.map(node => node.html.slice(0, 120)).join(' | ')}`)"""


def barriers(page: Page, axe: Path) -> list[str]:
    """List the serious faults at both widths: by all rules in light, and by those about colours in dark."""
    page.add_script_tag(path=axe)
    found = []
    for scheme, options in (("light", {}), ("dark", COLOURS)):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{scheme}, {width} wide: {fault}" for fault in page.evaluate(_SERIOUS, options)]
    return found
