"""Words that get translated: English text is the key of the catalogues, and a gettext is always handed in."""

from collections.abc import Callable

Gettext = Callable[[str], str]


def N_(text: str) -> str:
    """Return the text itself; it marks a literal for the catalogues."""
    return text


def as_written(text: str) -> str:
    """Return the English text as it stands; the gettext of whoever has no catalogue."""
    return text
