"""The directory: which clinic an address or a credential names, remembered, so that the hot path asks once only."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from rehab_tracker.storage.clinics import Clinic, clinic_of_public_id, clinic_of_slug

Find = Callable[[Session, str], Clinic | None]


class Directory:
    """One app's clinics by public id and by slug. An unknown name is asked for again: it must not fill the memory."""

    def __init__(self) -> None:
        self._known: dict[str, Clinic] = {}

    def of_public_id(self, session: Session, public_id: str) -> Clinic | None:
        """Return the clinic whose tokens and codes begin with this."""
        return self._known.get(f"id {public_id}") or self._asked(session, f"id {public_id}", clinic_of_public_id)

    def of_slug(self, session: Session, slug: str) -> Clinic | None:
        """Return the clinic whose staff sign in at this slug."""
        return self._known.get(f"at {slug}") or self._asked(session, f"at {slug}", clinic_of_slug)

    def _asked(self, session: Session, key: str, find: Find) -> Clinic | None:
        found = find(session, key[3:])
        if found is not None:
            session.expunge(found)
            self._known[key] = found
        session.rollback()
        return found
