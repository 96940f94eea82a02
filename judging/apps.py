from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "judging"

    def ready(self) -> None:
        from core.registries import personal
        from judging import followers, models  # noqa: F401

        personal(models.Conflict, fields=("proposal__title", "kind", "reason", "at"), user="judge", on_erase="keep")
        personal(models.Assignment, fields=("entry__proposal__title", "state", "at"), user="judge", on_erase="keep")
        personal(
            models.Review,
            fields=("assignment__entry__proposal__title", "feedback", "note", "recommendation", "done_at"),
            user="assignment__judge",
            on_erase="keep",
        )
        personal(models.Decision, fields=("entry__proposal__title", "outcome", "at"), user="by", on_erase="keep")
