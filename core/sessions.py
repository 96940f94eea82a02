"""Django's sessions in the database; the statement that every request of a signed-in person asks is compiled once."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.contrib.sessions.backends import db
from django.utils import timezone

from core.compiled import Compiled

_read = Compiled(lambda key, at: apps.get_model("sessions", "Session").objects.filter(session_key=key, expire_date__gt=at))


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Any:
        rows = _read(key=self.session_key, at=timezone.now()) if self.session_key else []
        if rows:
            return rows[0]
        self._session_key = None
        return None
