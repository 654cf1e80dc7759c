"""What staff recorded of a patient, line by line: places, long-standing pain, phases, limits, exercises and holds."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from rehab_tracker.domain.hold import Hold
from rehab_tracker.domain.involvement import Involvement
from rehab_tracker.domain.pain import UsualPain
from rehab_tracker.domain.prescription import Prescription
from rehab_tracker.domain.protocol import Rung
from rehab_tracker.domain.site import Limb, Site
from rehab_tracker.domain.weight_bearing import WeightLimit


@dataclass(frozen=True, slots=True)
class PhaseMove:
    """A clinician lets the plan of a site stand on a rung, with a limit of its own where the rung's is not meant."""

    site: Site
    rung: Rung
    limit: WeightLimit | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LimitOrder:
    """A clinician gives a whole limb a limit, beside those of its plans."""

    limb: Limb
    limit: WeightLimit
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing that staff recorded: its id, the instant, the patient's local day from which it holds, and what it is.

    ``version`` counts the versions of one prescription or hold from 1; of everything else there is one.
    """

    id: UUID
    at: datetime
    what: Involvement | UsualPain | PhaseMove | LimitOrder | Prescription | Hold
    on: date
    version: int = 1

    @property
    def key(self) -> tuple[UUID, int]:
        """Return what tells it from everything else recorded of this patient."""
        return self.id, self.version
