from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "console"

    def ready(self) -> None:
        from console.rules import drafts_to_publish
        from core.registries import next_steps

        next_steps("console", drafts_to_publish)
