from django.apps import AppConfig


class JudgingConfig(AppConfig):
    name = "judging"

    def ready(self) -> None:
        from core.registries import next_steps, personal
        from judging import followers, invariants, models, querysets  # noqa: F401

        next_steps("judging", querysets.next_steps)

        personal(
            models.Conflict, fields=("proposal__submitted_revision__title", "kind", "reason", "at"), user="judge", on_erase="keep"
        )
        personal(models.Assignment, fields=("entry__revision__title", "state", "at"), user="judge", on_erase="keep")
        personal(
            models.Review,
            fields=("assignment__entry__revision__title", "feedback", "note", "recommendation", "done_at"),
            user="assignment__judge",
            on_erase="keep",
        )
        personal(models.Decision, fields=("entry__revision__title", "outcome", "at"), user="by", on_erase="keep")
