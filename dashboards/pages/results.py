"""The clinical part of a patient's page: places with their history, results by kind, checklists, follow-ups."""

from dataclasses import dataclass, replace
from datetime import date

from flask_babel import gettext

from dashboards.pages.care_words import ITEM_KINDS
from dashboards.pages.item_told import Fact, facts
from dashboards.pages.words import words
from rehab_tracker.domain.checklist import Checklist, Line
from rehab_tracker.domain.exclusion import SET_APART_BY, Exclusion, ExclusionStatus
from rehab_tracker.domain.follow_up import Due, FollowUp
from rehab_tracker.domain.involvement import MISTAKE
from rehab_tracker.domain.record_item import ItemKind, RecordItem
from rehab_tracker.domain.site import Site
from rehab_tracker.services.involvements import SiteHistory
from rehab_tracker.services.record import Record
from rehab_tracker.services.record_items import Versions

ELSEWHERE = (ItemKind.EXCLUSION, ItemKind.FOLLOW_UP)
"""Kinds with a part of the page of their own."""
WAITS = (Due.OVERDUE, Due.DUE, Due.LATER, Due.CLOSED)
"""Follow-ups in the order in which they are listed."""


@dataclass(frozen=True, slots=True)
class ResultTold:
    """One item: its last version, what it says, how often it was corrected, and the class of a bone density scan."""

    item: RecordItem
    facts: list[Fact]
    corrections: int
    by: str
    density: str


def results(record: Record) -> dict[str, list[ResultTold]]:
    """Return the results under the name of their kind, newest first; struck out ones too."""
    found = {}
    for kind, name in ITEM_KINDS.items():
        of_kind = [v for v in record.clinical.versions if v[0].item.kind is kind]
        if of_kind and kind not in ELSEWHERE:
            of_kind.sort(key=_day, reverse=True)
            found[words()(name)] = [_told(record, versions) for versions in of_kind]
    return found


def _day(versions: Versions) -> tuple[date, str]:
    item = versions[-1].item
    return item.on.day if item.on else date.min, str(item.id)


def _told(record: Record, versions: Versions) -> ResultTold:
    item, say = versions[-1].item, words()
    found, density = record.clinical.bone_density.get(item.id), ""
    if found:
        density = say.code(found.category) if found.category else say.code(found.why_not) if found.why_not else ""
    return ResultTold(item, facts(item), len(versions) - 1, versions[-1].name, density)


@dataclass(frozen=True, slots=True)
class LineTold:
    """One line of a checklist: the condition, its status, what it rests on, by whom and when, and what bears on it."""

    code: str
    name: str
    status: str
    css: str
    basis: str
    by: str
    on: str
    hint: str
    item: RecordItem | None
    evidence: list[tuple[RecordItem, str]]


@dataclass(frozen=True, slots=True)
class ChecklistTold:
    """The checklist of one place, with its state in one sentence."""

    place: Site
    sentence: str
    lines: list[LineTold]


def checklists(record: Record) -> list[ChecklistTold]:
    """Return the checklist of each active place."""
    return [ChecklistTold(c.place, _state(c, record.today), _lines(c, record)) for c in record.clinical.checklists]


def _state(found: Checklist, today: date) -> str:
    say = words()
    told = gettext("%(done)d of %(all)d excluded", done=found.excluded, all=len(found.lines))
    if found.last_reviewed is None:
        return str(gettext("%(told)s, not reviewed yet.", told=told))
    days = (today - found.last_reviewed).days
    reviewed = gettext("last reviewed %(days)s ago", days=say.days(days)) if days else gettext("last reviewed today")
    added = ", ".join(say.place(place) for place in found.sites_added_since)
    since = f" {gettext('Added since: %(places)s.', places=added)}" if added else ""
    return f"{told}, {reviewed}.{since}"


def _lines(found: Checklist, record: Record) -> list[LineTold]:
    return [_line(line, record) for line in found.lines]


def _line(line: Line, record: Record) -> LineTold:
    say, content = words(), line.judged.content if line.judged else None
    told = content if isinstance(content, Exclusion) else None
    basis = [say.code(basis) for basis in told.basis or ()] if told else []
    source = [text for text in (told.source, told.text) if text] if told else []
    return LineTold(
        code=str(line.condition),
        name=line.name or say.code(line.condition),
        status=say.code(line.status),
        css="present" if line.status is ExclusionStatus.PRESENT else str(line.status),
        basis="; ".join([", ".join(basis), *source]).strip("; "),
        by=_author(line.judged, record),
        on=say.partial(line.judged.on) if line.judged and line.judged.on else "",
        hint=say(SET_APART_BY[line.condition]) if line.condition in SET_APART_BY else "",
        item=line.judged,
        evidence=[(item, _short_title(item)) for item in line.evidence],
    )


def _short_title(item: RecordItem) -> str:
    """Return what a result is and when, without its place, which is that of the list or nowhere."""
    say = words()
    when = say.partial(replace(item.on, source_text=None)) if item.on else ""
    return ", ".join(filter(None, (say.code(item.kind), when)))


def _author(item: RecordItem | None, record: Record) -> str:
    found = (v[-1].name for v in record.clinical.versions if item and v[0].item.id == item.id)
    return next(found, "")


@dataclass(frozen=True, slots=True)
class FollowUpTold:
    """One follow-up: what, when due, where it stands, what became of it."""

    item: RecordItem
    what: str
    due: str
    stands: Due
    told: str


def follow_ups(record: Record) -> list[FollowUpTold]:
    """Return the follow-ups, those that wait first."""
    say, found = words(), []
    for item, stands in sorted(record.clinical.follow_ups, key=lambda each: WAITS.index(each[1])):
        content = item.content
        assert isinstance(content, FollowUp)
        what = ", ".join(filter(None, (say.code(content.task), say.place(item.site), content.text)))
        closed = ", ".join(filter(None, (say.code(content.status), content.reason)))
        told = closed if stands is Due.CLOSED else say.code(stands)
        found.append(FollowUpTold(item, what, say.partial(content.due) if content.due else "", stands, told))
    return found


@dataclass(frozen=True, slots=True)
class PlaceTold:
    """One recorded place: its status now, what the patient says of it, and everything recorded before."""

    site: Site
    status: str
    is_active: bool
    since: date
    onset: str
    area: str
    words: str
    phase: str
    history: SiteHistory


def places(record: Record) -> list[PlaceTold]:
    """Return every place that was ever recorded, active ones first."""
    phases = {c.plan.site: words().code(c.rung.phase) for c in record.told.standing.running}
    found = [_place(place, history, phases) for place, history in record.places.items()]
    return sorted(found, key=lambda place: (not place.is_active, place.since))


def _place(place: Site, history: SiteHistory, phases: dict[Site, str]) -> PlaceTold:
    say, last = words(), history[-1].involvement
    onsets = [each.involvement.onset for each in history if each.involvement.onset]
    merged = gettext("counts as %(place)s", place=say.place(last.merged_into)) if last.merged_into else ""
    return PlaceTold(
        site=place,
        status=merged if last.status is MISTAKE and merged else say.code(last.status),
        is_active=last.status.is_active,
        since=last.recorded_on,
        onset=say.partial(onsets[-1]) if onsets else "",
        area=say.code(last.area) if last.area else "",
        words=last.words,
        phase=phases.get(place, ""),
        history=history,
    )
