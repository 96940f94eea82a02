from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import (
            doctor,
            health,
            invariants,
            tasks,  # noqa: F401  the bell hangs on facts.nudge in every process
        )
        from core.invariants import floor, media
        from core.keeping import findings

        invariants.register(*floor.RULES, *media.RULES)
        invariants.append_only("core_fact")
        doctor.register()
        health.check("restored copy", findings.may_speak, needs="migrations")
        health.check("invariants", findings.last_night, needs="migrations")
        invariants.files("brand", table="core_branding", column="logo")
