from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"

    def ready(self) -> None:
        from community import followers, invariants, models  # noqa: F401
        from core.registries import personal

        personal(
            models.Comment,
            fields=("proposal__submitted_revision__title", "text", "at", "edited_at"),
            user="author",
            on_erase="keep",
        )
        personal(models.Support, fields=("proposal__submitted_revision__title", "at"), user="user", on_erase="delete")
        personal(models.Follow, fields=("contest__slug", "at"), user="user", on_erase="delete")
