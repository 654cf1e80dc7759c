"""Templates as plain JSON values and back: how a clinic's own version of a protocol is kept and edited."""

from collections.abc import Callable
from dataclasses import MISSING, fields
from enum import StrEnum
from typing import Any, TypeVar

from rehab_tracker.domain.criterion import KINDS, Criterion
from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import unknown_key
from rehab_tracker.domain.prescription import Days, Dose
from rehab_tracker.domain.protocol import Asked, ExerciseOrder, Phase, PhaseTemplate, Template
from rehab_tracker.domain.reader import MOST_ITEMS, plain, read
from rehab_tracker.domain.weight_bearing import Grade, WeightLimit

Code = TypeVar("Code", bound=StrEnum)
Item = TypeVar("Item")

NAMES = {kind: name for name, kind in KINDS.items()}


def plain_template(template: Template) -> dict[str, Any]:
    """Return a template as plain JSON values, each criterion with its ``kind``; ``template_of`` reads them back."""
    said = {f.name: getattr(template, f.name) for f in fields(Template)}
    return {**said, "phases": [_plain_phase(phase) for phase in template.phases]}


def _plain_phase(phase: PhaseTemplate) -> dict[str, Any]:
    return {
        "phase": str(phase.phase),
        "min_days": phase.min_days,
        "max_days": phase.max_days,
        "steps": plain(phase.steps),
        "exit": [_plain_criterion(criterion) for criterion in phase.exit],
        "step_up": [_plain_criterion(criterion) for criterion in phase.step_up],
        "exercises": [_plain_order(order) for order in phase.exercises],
        "rhythm": plain(phase.rhythm),
    }


def _plain_criterion(criterion: Criterion) -> dict[str, Any]:
    return {"kind": NAMES[type(criterion)], **plain(criterion)}


def _plain_order(order: ExerciseOrder) -> dict[str, Any]:
    needs = {} if order.needs is None else {"needs": str(order.needs)}
    said = {"exercise": order.exercise, "dose": plain(order.dose), "days": sorted(order.days.weekdays)}
    return {**said, **needs, "strengthens": order.strengthens}


def template_of(value: object) -> Template:
    """Return the template that these plain JSON values say.

    Raises InvalidValue with a pointer to the fault: an unknown or missing key, a wrong type, an unknown code, or
    whatever the template and its parts refuse.
    """
    said = _object(value, Template)
    said["code"] = _text(said["code"], "/code")
    said["phases"] = _list(said["phases"], "/phases", _phase)
    return Template(**said)


def _phase(value: object) -> PhaseTemplate:
    said = _object(value, PhaseTemplate)
    said["phase"] = _code(Phase, said["phase"], "/phase")
    readers = {
        "steps": lambda item: read(WeightLimit, item),
        "exit": _criterion,
        "step_up": _criterion,
        "exercises": _order,
        "rhythm": lambda item: read(Asked, item),
    }
    for key, one in readers.items():
        if key in said:
            said[key] = _list(said[key], f"/{key}", one)
    return PhaseTemplate(**said)


def _criterion(value: object) -> Criterion:
    if not isinstance(value, dict):
        raise InvalidValue("Give one JSON object.", code="wrong-type")
    kind = _text(value.get("kind"), "/kind")
    if kind not in KINDS:
        raise InvalidValue("Choose a criterion from the list.", code="unknown-code", pointer="/kind")
    found: Criterion = read(KINDS[kind], {key: item for key, item in value.items() if key != "kind"})
    return found


def _order(value: object) -> ExerciseOrder:
    said = _object(value, ExerciseOrder)
    said["exercise"] = _text(said["exercise"], "/exercise")
    said["dose"] = _dose(said["dose"])
    said["days"] = Days(frozenset(_list(said["days"], "/days", _weekday)))
    if "needs" in said:
        said["needs"] = _code(Grade, said["needs"], "/needs")
    if type(said.get("strengthens", False)) is not bool:
        raise InvalidValue("Give true or false.", code="wrong-type", pointer="/strengthens")
    return ExerciseOrder(**said)


def _dose(value: object) -> Dose:
    """Return the dose; what it refuses itself already points below ``/dose``."""
    try:
        return read(Dose, value)
    except InvalidValue as fault:
        raise fault if fault.pointer.startswith("/dose") else fault.at("/dose") from None


def _weekday(value: object) -> int:
    if type(value) is not int:
        raise InvalidValue("Give a whole number.", code="wrong-type")
    return value


def _object(value: object, kind: Any) -> dict[str, Any]:
    """Return a copy of this object, whose keys are the fields of this dataclass and hold all that have no default."""
    if not isinstance(value, dict):
        raise InvalidValue("Give one JSON object.", code="wrong-type")
    known = {f.name: f.default is MISSING for f in fields(kind)}
    for key in value:
        if key not in known:
            raise unknown_key(str(key))
    for key, needed in known.items():
        if needed and key not in value:
            raise InvalidValue("The key %(key)s is missing.", code="missing-key", pointer=f"/{key}", key=key)
    return dict(value)


def _list(value: object, pointer: str, one: Callable[[object], Item]) -> tuple[Item, ...]:
    if not isinstance(value, list):
        raise InvalidValue("Give a list.", code="wrong-type", pointer=pointer)
    if len(value) > MOST_ITEMS:
        raise InvalidValue("Give at most %(most)d.", code="too-many", pointer=pointer, most=MOST_ITEMS)
    found = []
    for at, item in enumerate(value):
        try:
            found.append(one(item))
        except InvalidValue as fault:
            raise fault.at(f"{pointer}/{at}") from None
    return tuple(found)


def _text(value: object, pointer: str) -> str:
    if not isinstance(value, str):
        raise InvalidValue("Give a text.", code="wrong-type", pointer=pointer)
    return value


def _code(codes: type[Code], value: object, pointer: str) -> Code:
    try:
        return codes(_text(value, pointer))
    except ValueError:
        raise InvalidValue("Choose an answer from the list.", code="unknown-code", pointer=pointer) from None
