"""The questions of `manage.py doctor` and of the staff's system page: each says what is, what it means, how to mend it.

In plain English, like all commands. No answer holds a secret or a person's address. Apps above core register their
own with `core.health.check`.
"""

from __future__ import annotations

from core.doctor import services, setup, storing, working
from core.health import check


def register() -> None:
    """Put core's questions in their order; what needs the database comes after it."""
    check("settings", setup.settings_fit)
    check("secret key", setup.secret_is_strong)
    check("address", setup.address_is_safe)
    check("time zones", setup.zones_are_known)
    check("static files", setup.static_files_are_collected)
    check("database", services.database_answers)
    check("migrations", services.migrations_are_applied, needs="database")
    check("append-only", services.triggers_are_there, needs="migrations")
    check("clock", services.clocks_agree, needs="database")
    check("connections", services.connections_suffice, needs="database")
    check("broker", services.broker_answers)
    check("cache", services.cache_works)
    check("workers", working.workers_tick, needs="migrations")
    check("due work", working.work_flows, needs="migrations")
    check("mail server", services.mail_server_answers, reaching=True)
    check("media", storing.media_can_be_stored, reaching=True)
    check("disk", storing.disk_has_room)
