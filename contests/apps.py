from django.apps import AppConfig


class ContestsConfig(AppConfig):
    name = "contests"

    def ready(self) -> None:
        from contests import followers, invariants, models  # noqa: F401
        from core.registries import personal

        personal(models.Contest, fields=("slug", "title", "created_at"), user="created_by", on_erase="keep")
        personal(models.Membership, fields=("contest__slug", "role", "since"), user="user", on_erase="keep")
        personal(models.Invitation, fields=("contest__slug", "role", "answer"), user="accepted_by", on_erase="keep")
        personal(models.RulesVersion, fields=("contest__slug", "number", "at"), user="by", on_erase="keep")
        personal(models.ScheduleChange, fields=("contest__slug", "at", "reason"), user="by", on_erase="keep")
