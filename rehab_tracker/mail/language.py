"""The catalogues, opened per language: English (en-GB) and European Portuguese (pt-PT)."""

from functools import cache
from gettext import NullTranslations, translation
from pathlib import Path

from rehab_tracker.domain.translation import Gettext

CATALOGUES = Path(__file__).parents[1] / "locale"
LANGUAGES = ("en-GB", "pt-PT")
DOMAIN = "messages"


@cache
def _catalogue(language: str) -> NullTranslations:
    return translation(DOMAIN, CATALOGUES, [language.replace("-", "_")])


def gettext_in(language: str) -> Gettext:
    """Return the gettext of a language; raise FileNotFoundError before ``make install`` has compiled its catalogue."""
    return _catalogue(language if language in LANGUAGES else LANGUAGES[0]).gettext
