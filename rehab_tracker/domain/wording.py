"""Verdicts and places in plain words: a key and its values become a sentence, with a gettext handed in.

Reading age 11; left and right are always
spelled out; no sentence names a diagnosis or says that anything is safe.
"""

from collections.abc import Mapping

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import Area, Compartment, Site, site
from rehab_tracker.domain.translation import N_, Gettext

JOINTS = {
    "left-shoulder": N_("left shoulder"),
    "right-shoulder": N_("right shoulder"),
    "left-elbow": N_("left elbow"),
    "right-elbow": N_("right elbow"),
    "left-wrist": N_("left wrist"),
    "right-wrist": N_("right wrist"),
    "left-hand": N_("left hand"),
    "right-hand": N_("right hand"),
    "left-hip": N_("left hip"),
    "right-hip": N_("right hip"),
    "left-thigh": N_("left thigh"),
    "right-thigh": N_("right thigh"),
    "left-knee": N_("left knee"),
    "right-knee": N_("right knee"),
    "left-shin": N_("left shin"),
    "right-shin": N_("right shin"),
    "left-ankle": N_("left ankle"),
    "right-ankle": N_("right ankle"),
    "left-foot": N_("left foot"),
    "right-foot": N_("right foot"),
    "neck": N_("neck"),
    "thoracic-spine": N_("upper back"),
    "lumbar-spine": N_("lower back"),
    "sacrum": N_("base of the spine"),
}
PARTS = {
    Compartment.FEMORAL_HEAD: N_("femoral head"),
    Compartment.FEMORAL_NECK: N_("femoral neck"),
    Compartment.ACETABULUM: N_("acetabulum"),
    Compartment.MEDIAL_FEMORAL_CONDYLE: N_("medial femoral condyle"),
    Compartment.LATERAL_FEMORAL_CONDYLE: N_("lateral femoral condyle"),
    Compartment.MEDIAL_TIBIAL_PLATEAU: N_("medial tibial plateau"),
    Compartment.LATERAL_TIBIAL_PLATEAU: N_("lateral tibial plateau"),
    Compartment.PATELLA: N_("patella"),
    Compartment.TALUS: N_("talus"),
    Compartment.DISTAL_TIBIA: N_("distal tibia"),
    Compartment.HINDFOOT: N_("hindfoot"),
    Compartment.MIDFOOT: N_("midfoot"),
    Compartment.FOREFOOT: N_("forefoot"),
}
AREAS = {
    Area.INNER: N_("inner side"),
    Area.OUTER: N_("outer side"),
    Area.FRONT: N_("front"),
    Area.BACK: N_("back"),
    Area.GROIN: N_("groin"),
    Area.OUTER_SIDE: N_("outer side"),
    Area.BUTTOCK: N_("buttock"),
    Area.HEEL: N_("heel"),
    Area.MIDDLE: N_("middle of the foot"),
    Area.BALL: N_("ball of the foot"),
    Area.TOES: N_("toes"),
    Area.ALL_OVER: N_("all over"),
    Area.NOT_SURE: N_("not sure where"),
}
FLAGS = {
    RedFlag.FEVER: N_("fever or chills"),
    RedFlag.HOT_SWOLLEN_JOINT: N_("a hot, red or very swollen joint"),
    RedFlag.CANNOT_BEAR_WEIGHT: N_("cannot put any weight on the leg"),
    RedFlag.FALL_OR_INJURY: N_("a fall or an injury"),
    RedFlag.CALF_SWELLING: N_("a swollen, warm or painful calf"),
    RedFlag.CHEST_PAIN_OR_BREATHLESS: N_("chest pain or short of breath"),
    RedFlag.NUMBNESS_OR_WEAKNESS: N_("new numbness or weakness"),
    RedFlag.BLADDER_OR_BOWEL: N_("a change in bladder or bowel"),
    RedFlag.HIP_PAIN_ON_STANDING: N_("new or worse hip or groin pain on standing"),
    RedFlag.COLOUR_OR_TEMPERATURE_CHANGE: N_("a change in skin colour, warmth or sweating"),
    RedFlag.NIGHT_PAIN_MOST_NIGHTS: N_("pain that wakes on most nights"),
    RedFlag.WEIGHT_LOSS: N_("weight loss without a reason"),
    RedFlag.PREGNANT_OR_POST_PARTUM: N_("pregnant, or a birth in the last months"),
}
LEVELS = {Level.URGENT: N_("Urgent"), Level.SOON: N_("Soon"), Level.INFO: N_("For information")}
STATUSES = {
    InvolvementStatus.SUSPECTED: N_("suspected"),
    InvolvementStatus.CONFIRMED: N_("confirmed"),
    InvolvementStatus.RESOLVING: N_("settling"),
    InvolvementStatus.RESOLVED: N_("resolved"),
    InvolvementStatus.RECURRENT: N_("come back"),
    InvolvementStatus.ENTERED_IN_ERROR: N_("entered in error"),
}

NOT_IN_PLAN = N_("%(place)s: pain %(threshold)d or more on %(hits)d of the last %(logged)d logged days (%(scores)s).")
WOKEN = N_("%(place)s: pain woke the patient on %(hits)d of the last %(logged)d logged days.")
NEW_PLACE = N_("This place is not in the plan. Please review.")
NEW_PART = N_("This part of the joint is not in the plan. Please review.")
ASK_FLAGS = N_("Please ask the red-flag questions today.")
SENTENCES: dict[str, tuple[str, ...]] = {
    "new-site-pain.persistent": (NOT_IN_PLAN, NEW_PLACE),
    "new-site-pain.severe": (NOT_IN_PLAN, NEW_PLACE),
    "new-site-pain.woken": (WOKEN, NEW_PLACE),
    "new-compartment-pain.persistent": (NOT_IN_PLAN, NEW_PART),
    "new-compartment-pain.severe": (NOT_IN_PLAN, NEW_PART),
    "new-compartment-pain.woken": (WOKEN, NEW_PART),
    "sudden-severe-pain.quiet": (
        N_("%(place)s: sudden severe pain, %(score)d of 10, in a place that is not in the plan."),
        ASK_FLAGS,
    ),
    "sudden-severe-pain.known": (
        N_("%(place)s: sudden severe pain, %(score)d of 10, after %(median)s in the week before."),
        ASK_FLAGS,
    ),
    "red-flag": (N_("The patient ticked a red flag: %(flag)s."), N_("Please call the patient.")),
    "no-site-recorded": (
        N_("The patient logs pain, but no affected place is recorded yet."),
        N_("Please record the affected places: until then pain in a new place cannot be told from the old."),
    ),
    "phase-review": (
        N_("%(place)s: the pain asks for a step back in the plan, but the other leg is restricted already."),
        N_("The plan is on hold. Please decide how much weight each leg may take."),
    ),
}
DECIMAL_POINT = N_(".")
UNKNOWN_DAYS = N_("Days without an answer in these days: %(days)d. They are not counted as free of pain.")
SELF_REPORTED = N_("Pain is what the patient reports. Nobody has examined or imaged this place for this alert.")


def capitalised(text: str) -> str:
    """Return the text with its first letter as a capital."""
    return text[:1].upper() + text[1:]


def place_name(place: Site, area: Area | None, gettext: Gettext) -> str:
    """Return a place in words, like "left knee, inner side"; the compartment stands in for a missing area."""
    part = AREAS[area] if area else PARTS[place.compartment] if place.compartment else None
    joint = gettext(JOINTS[str(place.joint)])
    return f"{joint}, {gettext(part)}" if part else joint


def reason(key: str, values: Mapping[str, int | str], gettext: Gettext) -> str:
    """Return the plain sentence of a verdict; raise KeyError for a key that has none."""
    said = {name: value for name, value in values.items() if name not in ("site", "area", "flag")}
    if "site" in values:
        area = Area(str(values["area"])) if "area" in values else None
        said["place"] = capitalised(place_name(site(str(values["site"])), area, gettext))
    if "median" in values:
        said["median"] = str(values["median"]).replace(".", gettext(DECIMAL_POINT))
    if "flag" in values:
        said["flag"] = gettext(FLAGS[RedFlag(str(values["flag"]))])
    return " ".join(gettext(part) % said for part in SENTENCES[key])


def not_known(rule: Rule, unknown_days: int, gettext: Gettext) -> list[str]:
    """Return what an alert does not know, in sentences."""
    told = [gettext(UNKNOWN_DAYS) % {"days": unknown_days}] if unknown_days else []
    return told if rule is Rule.RED_FLAG else [*told, gettext(SELF_REPORTED)]
