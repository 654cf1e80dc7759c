"""Every route says who may call it and what the audit learns of it; one that says nothing is refused."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from rehab_tracker.domain.access import Action

View = TypeVar("View", bound=Callable[..., Any])


class Credential(StrEnum):
    """By what a caller is known."""

    NONE = "none"
    DEVICE = "device"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may call a route: by which credential, for which action, and why the audit need not or how it will know.

    ``from_anywhere``: what stands in the address is enough, also for a form that another site sends.
    """

    credential: Credential
    action: Action | None
    audited: str
    from_anywhere: bool = False


def for_staff(action: Action, audited: str) -> Callable[[View], View]:
    """Mark a view as one for staff whose role allows the action; ``audited`` names its audit row or says why none."""
    return _marked(Policy(Credential.STAFF, action, audited))


def for_device(action: Action, audited: str) -> Callable[[View], View]:
    """Mark a view as one for a patient's device."""
    return _marked(Policy(Credential.DEVICE, action, audited))


def for_everybody(audited: str, from_anywhere: bool = False) -> Callable[[View], View]:
    """Mark a view as open without credentials; ``audited`` says why that is right."""
    return _marked(Policy(Credential.NONE, None, audited, from_anywhere))


def _marked(policy: Policy) -> Callable[[View], View]:
    def mark(view: View) -> View:
        view.policy = policy  # type: ignore[attr-defined]
        return view

    return mark


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """Return the policy of a view, also of one that decorators have wrapped; None where nobody gave it one."""
    found: Policy | None = getattr(view, "policy", None)
    return found
