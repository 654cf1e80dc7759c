"""The app as the tests of the API have it."""

from tests.api.conftest import cast, house, shared_postgres, shared_sqlite, shared_store, sqlite_cast, sqlite_house

__all__ = ["cast", "house", "shared_postgres", "shared_sqlite", "shared_store", "sqlite_cast", "sqlite_house"]
