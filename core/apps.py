from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import (
            doctor,
            invariants,
            tasks,  # noqa: F401  the bell hangs on facts.nudge in every process
        )
        from core.invariants import floor, media

        invariants.register(*floor.RULES, *media.RULES)
        invariants.append_only("core_fact")
        doctor.register()
        invariants.files("brand", table="core_branding", column="logo")
