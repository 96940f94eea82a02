from django.apps import AppConfig


class VotingConfig(AppConfig):
    name = "voting"

    def ready(self) -> None:
        from core.registries import next_steps, personal
        from voting import invariants, models, querysets  # noqa: F401

        next_steps("voting", querysets.next_steps)
        # What a ballot says is the voter's alone: only they get it, in their own export.
        fields = ("phase__contest__slug", "receipt", "state", "changed_at", "choices__entry__revision__title")
        personal(models.Ballot, fields=fields, user="voter", on_erase="keep")
