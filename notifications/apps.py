from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "notifications"

    def ready(self) -> None:
        from core import health, metrics
        from core.registries import personal
        from notifications import followers, invariants, models, querysets  # noqa: F401

        fields = ("notice", "channel", "subject", "text", "created_at", "read_at")
        personal(models.Delivery, fields=fields, user="recipient", on_erase="delete")
        metrics.source("notifications", querysets.numbers)
        health.check("mail", querysets.how_mail_goes, needs="migrations", after="mail server")
