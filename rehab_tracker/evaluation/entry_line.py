"""One line of an event file as plain JSON values: its keys, its types, and the content it becomes.

Codes and bounds stand in the domain; here stand the keys. A fault is an InvalidValue that points to its place.
"""

from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple, TypeVar

from rehab_tracker.domain.call_request import BestTime, CallAbout, CallRequest
from rehab_tracker.domain.entry import Content, Kind
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.exercise import ExerciseReport, NotDone
from rehab_tracker.domain.pain import Cause, Feel, PainReading, PainScore
from rehab_tracker.domain.red_flag import RedFlag, RedFlagReport
from rehab_tracker.domain.site import Area, Limb, Site, site
from rehab_tracker.domain.weight_bearing import Aids, OverLimit, WeightBearingReport

Code = TypeVar("Code", bound=StrEnum)


class Keys(NamedTuple):
    """The keys an event must and may have."""

    needed: frozenset[str]
    optional: frozenset[str] = frozenset()


CONTENT_KEYS: dict[str, Keys] = {
    Kind.PAIN: Keys(frozenset(("no_other_pain", "scores"))),
    Kind.RED_FLAGS: Keys(frozenset(("flags",))),
    Kind.WEIGHT_BEARING: Keys(frozenset(("limb", "aids", "over_limit"))),
    Kind.EXERCISE: Keys(
        frozenset(("exercise",)), frozenset(("done_sets", "done_reps", "done_minutes", "pain_during", "not_done"))
    ),
    Kind.CALL_REQUEST: Keys(frozenset(("about", "best_time")), frozenset(("note",))),
}
READ: dict[tuple[Any, ...], PainScore] = {}
MOST_READ = 20_000
"""Different scores kept, about 10 MiB."""

SCORE_KEYS = Keys(
    frozenset(("site",)),
    frozenset(("area", "on_loading", "at_rest", "woke_at_night", "next_morning", "cause", "feel", "swollen")),
)


def content(kind: Kind, line: dict[str, Any]) -> Content:
    """Return what an entry of this kind says; its needed keys must be there."""
    match kind:
        case Kind.PAIN:
            scores = [_score(item, at) for at, item in enumerate(_list(line, "scores"))]
            return PainReading(tuple(scores), yes_no(line, "no_other_pain") or False)
        case Kind.RED_FLAGS:
            flags = _list(line, "flags")
            return RedFlagReport(tuple(code(RedFlag, flag, f"/flags/{at}") for at, flag in enumerate(flags)))
        case Kind.WEIGHT_BEARING:
            limb, aids = code(Limb, line["limb"], "/limb"), code(Aids, line["aids"], "/aids")
            return WeightBearingReport(limb, aids, code(OverLimit, line["over_limit"], "/over_limit"))
        case Kind.EXERCISE:
            return _exercise(line)
        case Kind.CALL_REQUEST:
            about, best_time = code(CallAbout, line["about"], "/about"), code(BestTime, line["best_time"], "/best_time")
            return CallRequest(about, best_time, text(line, "note") if "note" in line else None)


def _exercise(line: dict[str, Any]) -> ExerciseReport:
    return ExerciseReport(
        exercise=text(line, "exercise"),
        done_sets=whole(line, "done_sets"),
        done_reps=whole(line, "done_reps"),
        done_minutes=whole(line, "done_minutes"),
        pain_during=whole(line, "pain_during"),
        not_done=code(NotDone, line["not_done"], "/not_done") if "not_done" in line else None,
    )


def _score(item: Any, at: int) -> PainScore:
    """Return a score; the same few are said again and again, and each is read once."""
    if type(item) is not dict:
        return _new_score(item, at)
    # The types tell 1 from true, which are equal.
    said = (*item, *item.values(), *map(type, item.values()))
    try:
        return READ[said]
    except KeyError:
        score = _new_score(item, at)
    except TypeError:  # a list or an object where a code belongs
        return _new_score(item, at)
    if len(READ) >= MOST_READ:
        READ.clear()
    READ[said] = score
    return score


def _new_score(item: Any, at: int) -> PainScore:
    pointer = f"/scores/{at}"
    if not isinstance(item, dict):
        raise InvalidValue("Each score is one JSON object.", code="wrong-type", pointer=pointer)
    try:
        checked_keys(item, SCORE_KEYS, common=frozenset())
        return PainScore(
            site=place(item),
            area=code(Area, item["area"], "/area") if "area" in item else None,
            on_loading=whole(item, "on_loading"),
            at_rest=whole(item, "at_rest"),
            woke_at_night=yes_no(item, "woke_at_night"),
            next_morning=whole(item, "next_morning"),
            cause=code(Cause, item["cause"], "/cause") if "cause" in item else None,
            feel=code(Feel, item["feel"], "/feel") if "feel" in item else None,
            swollen=yes_no(item, "swollen"),
        )
    except InvalidValue as fault:
        raise fault.at(pointer) from None


def code(codes: type[Code], value: Any, pointer: str) -> Code:
    """Return the member of a closed list with this code; raise InvalidValue (``unknown-code``) for any other."""
    try:
        return codes(value)
    except ValueError:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer=pointer) from None


@cache
def _allowed(keys: Keys, common: frozenset[str]) -> frozenset[str]:
    return keys.needed | keys.optional | common


def checked_keys(line: dict[str, Any], keys: Keys, common: frozenset[str] = frozenset(("event", "patient"))) -> None:
    """Raise InvalidValue for a key that does not belong here (``unknown-key``) or is not there (``missing-key``)."""
    if keys.needed <= line.keys() <= _allowed(keys, common):
        return
    unknown = sorted(set(line) - _allowed(keys, common))
    if unknown:
        raise InvalidValue("There is no key named %(key)s here.", code="unknown-key", key=unknown[0])
    missing = sorted(keys.needed - set(line))
    if missing:
        raise InvalidValue("The key %(key)s is missing.", code="missing-key", key=missing[0])


def place(line: dict[str, Any]) -> Site:
    """Return the site that the line names."""
    try:
        return site(text(line, "site"))
    except InvalidValue as fault:
        raise fault.at("/site") if not fault.pointer else fault from None


def _typed(line: dict[str, Any], key: str, wanted: type, words: str) -> Any:
    value = line.get(key)
    if key in line and type(value) is not wanted:
        raise InvalidValue(words, code="wrong-type", pointer=f"/{key}")
    return value


def text(line: dict[str, Any], key: str) -> str:
    """Return the text under a key that must be there."""
    value = line.get(key)
    if type(value) is str:
        return value
    if key not in line:
        raise InvalidValue("The key %(key)s is missing.", code="missing-key", key=key)
    return str(_typed(line, key, str, "Give a text."))


def whole(line: dict[str, Any], key: str) -> int | None:
    """Return the whole number under a key, None where the key is not there; neither 3.0 nor true is one."""
    value: int | None = _typed(line, key, int, "Give a whole number.")
    return value


def yes_no(line: dict[str, Any], key: str) -> bool | None:
    """Return true or false as written under a key, None where the key is not there."""
    value: bool | None = _typed(line, key, bool, "Give true or false.")
    return value


def _list(line: dict[str, Any], key: str) -> list[Any]:
    value: list[Any] = _typed(line, key, list, "Give a list.")
    return value
