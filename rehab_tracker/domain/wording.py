"""Verdicts and places in plain words: a key and its values become a sentence, with a gettext handed in.

Reading age 11; left and right are always
spelled out; no sentence names a diagnosis or says that anything is safe.
"""

from collections.abc import Mapping

from rehab_tracker.domain.alert import Level, Rule
from rehab_tracker.domain.exercise_names import exercise_name
from rehab_tracker.domain.involvement import InvolvementStatus
from rehab_tracker.domain.plan_wording import LIMBS
from rehab_tracker.domain.red_flag import RedFlag
from rehab_tracker.domain.site import Area, Compartment, Limb, Site, site
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
CALL_PATIENT = N_("Please call the patient.")
CHECK_PLAN = N_("Please check whether the plan still fits.")
GET_IN_TOUCH = N_("No answer does not mean no pain. Please get in touch.")
STAYING = N_("%(place)s: pain %(threshold)d or more on %(hits)d logged days in %(days)d days (%(scores)s).")
SINCE_ENROLMENT = N_(
    "It hurt like this in the first week too. Please ask since when, and declare it or record the place."
)
ADDING_UP = N_("%(place)s: pain added up to %(points)d points on %(hits)d of %(logged)d logged days (%(scores)s).")
SENTENCES: dict[str, tuple[str, ...]] = {
    "new-site-pain.adding-up": (ADDING_UP, NEW_PLACE),
    "new-compartment-pain.adding-up": (ADDING_UP, NEW_PART),
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
    "red-flag": (N_("The patient ticked a red flag: %(flag)s."), CALL_PATIENT),
    "no-site-recorded": (
        N_("The patient logs pain, but no affected place is recorded yet."),
        N_("Please record the affected places: until then pain in a new place cannot be told from the old."),
    ),
    "new-site-pain.staying": (STAYING, NEW_PLACE),
    "new-site-pain.since-enrolment": (STAYING, SINCE_ENROLMENT),
    "new-compartment-pain.staying": (STAYING, NEW_PART),
    "new-compartment-pain.since-enrolment": (STAYING, SINCE_ENROLMENT),
    "recurrence": (NOT_IN_PLAN, N_("This place was recorded as resolved. Please review.")),
    "known-site-flare": (
        N_(
            "%(place)s: pain is up, %(scores)s on %(hits)d of the last %(logged)d logged days, after %(median)s before."
        ),
        CHECK_PLAN,
    ),
    "over-limit.often": (N_("%(limb)s: the patient often put more weight on it than allowed."), CALL_PATIENT),
    "over-limit.few-steps": (
        N_("%(limb)s: a few steps with more weight than allowed on %(hits)d of the last %(logged)d reported days."),
        CALL_PATIENT,
    ),
    "not-improving": (
        N_("%(place)s: after %(weeks)d weeks of the plan pain is %(now)s on average, and was %(before)s at the start."),
        CHECK_PLAN,
    ),
    "exercise-pain": (
        N_(
            "Pain %(threshold)d or more during exercises on %(hits)d of the last %(logged)d days with any (%(scores)s)."
        ),
        N_("Please check these exercises: %(exercises)s."),
    ),
    "not-logging.silent": (
        N_("Since the last log the patient was asked on %(days)d days and has not answered."),
        GET_IN_TOUCH,
    ),
    "not-logging.never": (
        N_("The patient was asked on %(days)d days and has not logged anything yet."),
        GET_IN_TOUCH,
    ),
    "not-logging.after-pain": (
        N_("The last log told of pain in a place that is not in the plan. No answer on %(days)d asked days since."),
        GET_IN_TOUCH,
    ),
    "phase-review": (
        N_("%(place)s: the pain asks for a step back in the plan, but the other leg is restricted already."),
        N_("The plan is on hold. Please decide how much weight each leg may take."),
    ),
}
RAISED_BY = {
    "two-places": N_("It is urgent because another new place began to hurt within a week."),
    "next-joint": N_("It is urgent because a place next to it was affected some months before."),
    "other-part": N_("It is urgent because another part of this joint was affected some months before."),
    "other-side": N_("It is urgent because the same place on the other side was affected some months before."),
    "injury": N_("It is urgent because the patient cannot put any weight on the leg."),
}
"""Why a verdict was raised above what its own rule says (the value ``raised_by``)."""
LABELS = {
    "injury": N_("The patient says that an injury brought it on. Please ask the red-flag questions today."),
    "overload": N_("Possible overload: the other leg has a weight limit."),
    "soreness": N_("It may be sore muscles after exercise."),
}
"""What stands beside a verdict (the value ``label``)."""
DECIMALS = ("median", "before", "now")
DECIMAL_POINT = N_(".")
UNKNOWN_DAYS = N_("Days without an answer in these days: %(days)d. They are not counted as free of pain.")
OF_NO_PLACE = (Rule.RED_FLAG, Rule.NOT_LOGGING, Rule.OVER_LIMIT, Rule.EXERCISE_PAIN)
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
    for name in DECIMALS:
        if name in values:
            said[name] = str(values[name]).replace(".", gettext(DECIMAL_POINT))
    if "flag" in values:
        said["flag"] = gettext(FLAGS[RedFlag(str(values["flag"]))])
    if "limb" in values:
        said["limb"] = gettext(LIMBS[Limb(str(values["limb"]))])
    if "exercises" in values:
        said["exercises"] = ", ".join(exercise_name(code, gettext) for code in str(values["exercises"]).split())
    told = [gettext(part) % said for part in SENTENCES[key]]
    return " ".join([*told, *(gettext(note) for note in _notes(values))])


def _notes(values: Mapping[str, int | str]) -> list[str]:
    """Return what the circumstances add to a sentence."""
    raised = [RAISED_BY[str(values["raised_by"])]] if "raised_by" in values else []
    return [*raised, LABELS[str(values["label"])]] if "label" in values else raised


def not_known(rule: Rule, unknown_days: int, gettext: Gettext) -> list[str]:
    """Return what an alert does not know, in sentences."""
    told = [gettext(UNKNOWN_DAYS) % {"days": unknown_days}] if unknown_days else []
    return told if rule in OF_NO_PLACE else [*told, gettext(SELF_REPORTED)]
