from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "pages"

    def ready(self) -> None:
        from core.registries import search_source
        from pages import querysets

        search_source("contests", querysets.find_contests)
        search_source("proposals", querysets.find_proposals)
        search_source("people", querysets.find_people)
