"""The tests that read the paper's text, which may not ship with the project."""

from __future__ import annotations

import os
from collections.abc import Callable


def with_review_text(test: Callable[..., None]) -> Callable[..., None] | None:
    """Collect the test only where KG_REVIEW_TEXT names the text."""
    return test if os.environ.get("KG_REVIEW_TEXT") else None
