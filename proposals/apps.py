from django.apps import AppConfig


class ProposalsConfig(AppConfig):
    name = "proposals"

    def ready(self) -> None:
        from core.registries import personal
        from proposals import followers, models  # noqa: F401

        personal(models.Proposal, fields=("title", "pitch", "answers", "status", "created_at"), user="created_by", on_erase="keep")
        personal(models.Revision, fields=("title", "pitch", "answers", "at"), user="by", on_erase="keep")
        personal(models.TeamMember, fields=("proposal__title", "role", "since"), user="user", on_erase="keep")
