from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core.registries import personal
        from notifications import followers, invariants, models  # noqa: F401

        fields = ("notice", "channel", "subject", "text", "created_at", "read_at")
        personal(models.Delivery, fields=fields, user="recipient", on_erase="delete")
