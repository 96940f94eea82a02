from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts import followers, invariants  # noqa: F401  they register what they do
        from accounts.models import ApiToken
        from core.registries import personal

        personal(ApiToken, fields=("name", "created_at", "last_used_at"), user="user", on_erase="delete")
