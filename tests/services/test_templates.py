"""Templates: each edit is a version; what runs by an older one goes on by it, and what was asked stays as it was."""

from dataclasses import replace

import pytest

from rehab_tracker.domain.default_protocol import DEFAULT_TEMPLATE
from rehab_tracker.domain.errors import InvalidValue, NotAllowed, NotFound, OutOfDate
from rehab_tracker.domain.exercise import ExerciseReport
from rehab_tracker.domain.prescription import Dose
from rehab_tracker.domain.protocol import ExerciseOrder, Phase, Template
from rehab_tracker.domain.template_json import plain_template
from rehab_tracker.services import templates
from rehab_tracker.services.plan_reading import told_of
from rehab_tracker.storage.people import Staff
from rehab_tracker.storage.plans import PlanRow, ProtocolTemplate
from tests.cast import Cast, at, sent
from tests.services.test_two_phones import at_once


def lighter(reps: int) -> Template:
    """The shipped protocol with another dose of its first exercise in partial weight."""
    phase = DEFAULT_TEMPLATE.phase(Phase.PARTIAL_WEIGHT_BEARING)
    first, *others = phase.exercises
    orders = (ExerciseOrder(first.exercise, Dose(sets=1, reps=reps), first.days), *others)
    phases = tuple(replace(p, exercises=orders) if p is phase else p for p in DEFAULT_TEMPLATE.phases)
    return replace(DEFAULT_TEMPLATE, phases=phases)


def edits(cast: Cast, to: Template, seen: int, by: Staff | None = None, code: str = "tmo") -> Template:
    by = by or cast.boris
    with cast.session(cast.clinic_of(by)) as session:
        viewer = cast.viewer_of(by)
        return templates.change_template(session, viewer, code, plain_template(to), seen, "agreed on Monday", at(5))


def newest(cast: Cast, who: Staff) -> Template:
    with cast.session(cast.clinic_of(who)) as session:
        [found] = templates.templates(session, cast.viewer_of(who))
    return found


def due(cast: Cast, on: int) -> list[tuple[object, ...]]:
    """Return everything that was due up to a day, with its dose and state."""
    with cast.session() as session:
        results = told_of(session, cast.ana, at(on)).known.results
    return [(*r.occurrence.key, r.occurrence.dose, r.state) for r in results]


def test_a_clinic_that_never_edited_has_the_shipped_protocol(cast: Cast) -> None:
    assert newest(cast, cast.alda) == DEFAULT_TEMPLATE
    assert cast.rows(ProtocolTemplate) == []


def test_an_edit_is_the_next_version_with_who_and_why_and_the_first_is_kept(cast: Cast) -> None:
    kept = edits(cast, lighter(8), seen=1)
    assert kept == newest(cast, cast.nuno) == replace(lighter(8), version=2)
    rows = {row.version: (row.author, row.reason) for row in cast.rows(ProtocolTemplate)}
    assert rows == {1: (None, templates.SHIPPED), 2: (cast.boris.id, "agreed on Monday")}
    assert cast.audit() == ["template-changed"]


def test_an_edit_changes_no_running_plan_and_nothing_that_was_asked_or_done(cast: Cast) -> None:
    cast.records("right-knee")
    cast.ana_sends(sent(ExerciseReport("quad-sets", done_sets=1, done_reps=8), 1))
    before = due(cast, 5)
    edits(cast, lighter(8), seen=1)
    assert due(cast, 5) == before
    cast.records("left-foot", on=6)
    assert {str(row.site): row.template_version for row in cast.rows(PlanRow)} == {"right-knee": 1, "left-foot": 2}


def test_braga_has_its_own(cast: Cast) -> None:
    edits(cast, lighter(8), seen=1)
    assert newest(cast, cast.carla) == DEFAULT_TEMPLATE


def test_the_second_of_two_editors_is_told_both_versions(cast: Cast) -> None:
    edits(cast, lighter(8), seen=1)
    with pytest.raises(OutOfDate) as refused:
        edits(cast, lighter(9), seen=1)
    assert refused.value.values == {"yours": 1, "now": 2}
    assert newest(cast, cast.boris) == replace(lighter(8), version=2)


def test_of_two_who_edit_at_once_one_is_told(cast: Cast) -> None:
    answers = at_once(lambda: edits(cast, lighter(8), 1), lambda: edits(cast, lighter(9), 1, by=cast.alda))
    assert sorted(type(answer).__name__ for answer in answers) == ["OutOfDate", "Template"]
    assert sorted(row.version for row in cast.rows(ProtocolTemplate)) == [1, 2]


def test_two_first_plans_at_once_both_start(cast: Cast) -> None:
    """Both keep the shipped protocol as the clinic's own, of which there is then one."""
    answers = at_once(lambda: cast.records("right-knee"), lambda: edits(cast, lighter(8), 1))
    assert [answer for answer in answers if isinstance(answer, Exception)] == []
    assert sorted(row.version for row in cast.rows(ProtocolTemplate)) == [1, 2]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"hold_from": 5}, "/hold_from"), ({"drug_days": -1}, "/drug_days"), ({"phases": []}, "/phases"),
     ({"colour": "green"}, "/colour")],
)  # fmt: skip
def test_what_is_no_protocol_is_refused_with_its_place(cast: Cast, changed: dict[str, object], pointer: str) -> None:
    with cast.session() as session, pytest.raises(InvalidValue) as refused:
        content = plain_template(DEFAULT_TEMPLATE) | changed
        templates.change_template(session, cast.viewer_of(cast.boris), "tmo", content, 1, "a try", at(5))
    assert refused.value.pointer == pointer
    assert cast.rows(ProtocolTemplate) == []


def test_a_nurse_edits_no_protocol_and_an_unknown_one_is_nowhere(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        edits(cast, lighter(8), seen=1, by=cast.nuno)
    with pytest.raises(NotFound):
        edits(cast, lighter(8), seen=1, code="other")
    assert cast.rows(ProtocolTemplate) == []
