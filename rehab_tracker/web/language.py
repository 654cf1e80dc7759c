"""Languages: the viewer's own, or before signing in what the browser or phone asks for."""

from flask import Flask, g, request
from flask_babel import Babel, gettext

from rehab_tracker.domain.access import Viewer
from rehab_tracker.domain.errors import RehabError
from rehab_tracker.mail.language import CATALOGUES, DOMAIN, LANGUAGES


def set_up(app: Flask) -> None:
    """Give the app its catalogues, and templates their ``_()``."""
    Babel(
        app,
        default_locale=_catalogue(LANGUAGES[0]),
        default_domain=DOMAIN,
        default_translation_directories=str(CATALOGUES),
        locale_selector=lambda: _catalogue(language()),
    )


def language() -> str:
    """Return the language of this request's answer, like ``pt-PT``."""
    viewer: Viewer | None = g.get("viewer")
    if viewer is not None:
        return viewer.language if viewer.language in LANGUAGES else LANGUAGES[0]
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0]) or LANGUAGES[0]


def _catalogue(tag: str) -> str:
    return tag.replace("-", "_")


def in_words(refusal: RehabError) -> str:
    """Return what a refusal says, in the language of this request."""
    said: str = gettext(refusal.message)
    return said % refusal.values if refusal.values else said
