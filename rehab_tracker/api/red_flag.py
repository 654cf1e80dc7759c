"""Red flags as a phone sends them."""

from typing import Any

from rehab_tracker.api.entry import EntrySchema, kind_field
from rehab_tracker.api.strict import code, many
from rehab_tracker.domain.entry import Kind
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport


class RedFlagSchema(EntrySchema):
    """The red flags that the patient ticks, each once and at least one. They are judged on receipt, whatever else."""

    kind = kind_field(Kind.RED_FLAGS)
    flags = many(code(RedFlag), minItems=1, uniqueItems=True)


def red_flag_report(said: dict[str, Any]) -> RedFlagReport:
    """Return what was said as a report; raise InvalidValue where it is out of the domain's bounds."""
    return RedFlagReport(tuple(said["flags"]))


def flags_in(item: dict[str, Any]) -> tuple[RedFlag, ...]:
    """Return the red flags that can be read in an item whose other parts can't; none where it is withdrawn."""
    if item.get("kind") != Kind.RED_FLAGS or item.get("withdrawn") is True:
        return ()
    said = item.get("flags")
    ticked = said if isinstance(said, list) else [said]
    return tuple(flag for flag in RedFlag if flag in ticked)
