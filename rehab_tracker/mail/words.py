"""A letter in one language, before it becomes text and HTML; both say the same, in the same order."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from css_inline import CSSInliner
from jinja2 import Environment, FileSystemLoader, StrictUndefined

TEMPLATES = Path(__file__).parent / "templates"
INLINER = CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)
"""What the dark mode asks for stays a style sheet, which is the only way to ask."""


@dataclass(frozen=True, slots=True)
class Words:
    """A letter in one language.

    ``rows`` are short facts with their figures; ``label`` and ``link`` are its one button, both empty where there is
    nothing to open; ``notes`` are the small print.
    """

    subject: str
    heading: str
    lines: tuple[str, ...]
    notes: tuple[str, ...]
    rows: tuple[tuple[str, str], ...] = ()
    label: str = ""
    link: str = ""

    @property
    def text(self) -> str:
        """Return it as plain text."""
        facts = "\n".join(f"{name}: {figure}" for name, figure in self.rows)
        opened = f"{self.label}:\n{self.link}" if self.link else ""
        parts = (self.heading, *self.lines, facts, opened, *self.notes)
        return "\n\n".join(part for part in parts if part) + "\n"

    def html(self, language: str) -> str:
        """Return it as a whole HTML document that stands alone: nothing is fetched, every style is in its tag."""
        return INLINER.inline(_template().render(words=self, language=language))


@cache
def _template():  # type: ignore[no-untyped-def]
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined)
    return environment.get_template("letter.html")
