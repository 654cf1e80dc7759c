"""Where an error happened, for the log: files, lines and functions, never the words, which may hold patient data."""

from traceback import extract_tb

INNERMOST = 12


def frames(error: BaseException) -> list[str]:
    """Return the innermost calls that led to an error, the last one last."""
    return [f"{f.filename}:{f.lineno} {f.name}" for f in extract_tb(error.__traceback__)[-INNERMOST:]]
