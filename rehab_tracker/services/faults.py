"""Faults as logs may tell them: of which kind, and where in our code; never their message, which may quote a row."""

import traceback


def told(fault: BaseException) -> dict[str, object]:
    """Return the kind of a fault and the lines of code through which it came."""
    where = [f"{frame.filename}:{frame.lineno}" for frame in traceback.extract_tb(fault.__traceback__)]
    return {"fault": type(fault).__name__, "where": where}
