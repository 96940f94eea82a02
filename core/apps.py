from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        from core import tasks  # noqa: F401  the bell hangs on facts.nudge in every process
