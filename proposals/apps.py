from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "proposals"

    def ready(self) -> None:
        from core.registries import next_steps, personal
        from proposals import followers, invariants, models, rules  # noqa: F401

        next_steps("proposals", rules.next_steps)

        personal(
            models.Proposal, fields=("title", "pitch", "answers", "status", "created_at"), user="created_by", on_erase="keep"
        )
        personal(models.Revision, fields=("title", "pitch", "answers", "at"), user="by", on_erase="keep")
        personal(models.TeamMember, fields=("proposal__title", "role", "since"), user="user", on_erase="keep")
