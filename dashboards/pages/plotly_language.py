"""The names of days and months for plotly.js, which knows only English unless it is told."""

from typing import Any

from babel import Locale


def plotly_language(locale: str) -> dict[str, Any]:
    """Return what plotly.js registers as a locale."""
    known = Locale.parse(locale)
    days, months = known.days["format"], known.months["format"]
    from_sunday = (6, 0, 1, 2, 3, 4, 5)
    return {
        "moduleType": "locale",
        "name": locale.replace("_", "-"),
        "dictionary": {},
        "format": {
            "days": [days["wide"][day] for day in from_sunday],
            "shortDays": [days["abbreviated"][day] for day in from_sunday],
            "months": [months["wide"][month] for month in range(1, 13)],
            "shortMonths": [months["abbreviated"][month].rstrip(".") for month in range(1, 13)],
            "date": "%d/%m/%Y",
        },
    }
