"""Which rules of the world's time zones this process knows: they change a few times a year."""

import zoneinfo
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

UNKNOWN = "unknown"


@cache
def tzdata_version() -> str:
    """Return the version of the time zones in use, like ``2026a``: the system's, else that of the package.

    Zones are read once by each process, so the version stays too until it is started again.
    """
    for folder in zoneinfo.TZPATH:
        if (Path(folder) / "Europe" / "Lisbon").exists():
            return _written_in(Path(folder))
    try:
        return version("tzdata")
    except PackageNotFoundError:
        return UNKNOWN


def _written_in(folder: Path) -> str:
    for name in ("+VERSION", "tzdata.zi"):
        try:
            first = (folder / name).read_text(encoding="utf-8").split("\n", 1)[0]
        except OSError:
            continue
        return first.rpartition(" ")[2].strip()[:20] or UNKNOWN
    return UNKNOWN
