"""The plainest Django there is: no middleware, no apps, 16 KB from the cache through one view. A server of its own."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

settings.configure(
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    SECRET_KEY="bare",
    MIDDLEWARE=[],
    CACHES={"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}},
)
PAGE = "x" * 16_384


def page(request: HttpRequest) -> HttpResponse:
    from django.core.cache import cache

    text = cache.get_or_set("bare", PAGE, timeout=None)
    return HttpResponse(text, headers={"Content-Length": str(len(text))})


urlpatterns = [path("", page)]
application = get_wsgi_application()
