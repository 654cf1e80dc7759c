"""The traffic light of one involvement and day: green, amber, red, or grey where nothing is known.

After Thomeé's pain monitoring and the rule of bone stress injury that nothing may hurt during, after or the day after
loading; the numbers are the template's.
"""

from enum import StrEnum

from rehab_tracker.domain.protocol import Template
from rehab_tracker.domain.site_log import LoggedDay


class Light(StrEnum):
    """What a day says of the load: well borne, too much, far too much, or nothing."""

    GREEN = "green"
    AMBER = "amber"
    RED = "red"
    GREY = "grey"


def light_of(
    logged: LoggedDay | None,
    baseline: int | None,
    template: Template,
    *,
    flagged: bool = False,
    sore_muscle: bool = False,
) -> Light:
    """Return the light of a day; an unknown morning or baseline leaves the morning out.

    ``flagged`` says that a red flag was recorded that day, which is red also where no pain is known. ``sore_muscle``
    turns amber to green: muscles that are loaded again may be sore, bone and joint may not.
    """
    if flagged:
        return Light.RED
    if logged is None:
        return Light.GREY
    rise = 0 if logged.morning is None or baseline is None else logged.morning - baseline
    if logged.x >= template.regress_from or rise >= template.morning_regress:
        return Light.RED
    if logged.x >= template.hold_from or rise >= template.morning_hold:
        return Light.GREEN if sore_muscle else Light.AMBER
    return Light.GREEN


def too_much(light: Light, template: Template) -> int:
    """Return the score that alone makes a day this red or amber; below it the morning after did."""
    return template.regress_from if light is Light.RED else template.hold_from


def is_sore_muscle(logged: LoggedDay | None, mirrored: LoggedDay | None, template: Template) -> bool:
    """Return whether a day's pain is sore muscle: felt in the muscle, of both sides, and not above the most allowed."""
    if logged is None or mirrored is None:
        return False
    return may_be_sore(logged, template) and mirrored.is_muscle


def may_be_sore(logged: LoggedDay, template: Template) -> bool:
    """Return whether a day's pain is that of sore muscle, if the other side's is too."""
    return logged.x <= template.muscle_most and logged.is_muscle
