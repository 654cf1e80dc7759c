"""The background: risk factors, work, pregnancy and consent; what belongs to the person and not to one place.

A risk factor has four answers: present, absent, unknown (asked, and the patient did not know), and None for *not
recorded*, when nobody asked. Of one cohort 79 % had at least one (Kotwal 2019, Endocr Pract 25:648).
"""

from dataclasses import dataclass
from enum import StrEnum

from rehab_tracker.domain.errors import InvalidValue
from rehab_tracker.domain.partial_date import PartialDate
from rehab_tracker.domain.reader import checked


class Fact(StrEnum):
    """An answer about the past; ``unknown`` was asked for and could not be told."""

    PRESENT = "present"
    ABSENT = "absent"
    UNKNOWN = "unknown"


class WorkLoad(StrEnum):
    """How heavy the work is on the legs."""

    SITTING = "sitting"
    STANDING = "standing"
    WALKING = "walking"
    HEAVY = "heavy"


class PregnancyStatus(StrEnum):
    """Whether the patient is pregnant or gave birth lately; transient osteoporosis of the hip can follow either."""

    PREGNANT = "pregnant"
    POST_PARTUM = "post-partum"
    NO = "no"
    NOT_ASKED = "not-asked"


class Purpose(StrEnum):
    """What a consent is for."""

    DATA_USE = "data-use"
    PUBLICATION = "publication"
    RESEARCH = "research"


class Decision(StrEnum):
    """What the patient decided."""

    GIVEN = "given"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Background:
    """What the patient brings along.

    Alcohol, corticosteroid and renal disease speak for osteonecrosis; overuse, smoking, a disorder of mineral
    metabolism and a previous episode go with transient osteoporosis (Trevisan 2016, Clin Rheumatol 35:2517).
    ``post_menopausal`` decides which score of a bone density scan is read.
    """

    previously_healthy: bool | None = None
    recent_trauma: Fact | None = None
    alcohol: Fact | None = None
    corticosteroid: Fact | None = None
    renal_disease: Fact | None = None
    overuse: Fact | None = None
    smoking: Fact | None = None
    mineral_metabolism_disorder: Fact | None = None
    previous_episode: Fact | None = None
    post_menopausal: Fact | None = None
    activity: str | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)


@dataclass(frozen=True, slots=True)
class Occupation:
    """The patient's work in words, and how heavy it is on the legs where that was asked."""

    work: str
    load: WorkLoad | None = None

    def __post_init__(self) -> None:
        checked(self)


@dataclass(frozen=True, slots=True)
class Pregnancy:
    """Whether the patient is pregnant, with the date the child is due, or gave birth, with that date.

    Raises InvalidValue (``wrong-status``) for a date that the status does not have.
    """

    status: PregnancyStatus
    due: PartialDate | None = None
    delivered: PartialDate | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
        belongs = {"due": PregnancyStatus.PREGNANT, "delivered": PregnancyStatus.POST_PARTUM}
        for name, status in belongs.items():
            if getattr(self, name) is not None and self.status is not status:
                raise InvalidValue(
                    "This date does not go with this answer. Change one of them.",
                    code="wrong-status",
                    pointer=f"/{name}",
                )


@dataclass(frozen=True, slots=True)
class Consent:
    """What the patient decided about one use of the data; ``written`` says whether it is signed."""

    purpose: Purpose
    decision: Decision
    written: bool | None = None
    text: str | None = None

    def __post_init__(self) -> None:
        checked(self)
