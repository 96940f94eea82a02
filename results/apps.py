from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "results"

    def ready(self) -> None:
        from core.registries import next_steps
        from results import followers, invariants, querysets  # noqa: F401

        next_steps("results", querysets.next_steps)
