"""The REST interface and its schema."""

from __future__ import annotations

from config.settings.environment import TESTING
from config.settings.people import ALLAUTH_TRUSTED_PROXY_COUNT

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.api.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticatedOrReadOnly"],
    "DEFAULT_PAGINATION_CLASS": "core.rest.CursorPage",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["core.rest.JSON"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_THROTTLE_CLASSES": [
        "core.rest.StrangersPace",
        "core.rest.MembersPace",
    ],
    "DEFAULT_THROTTLE_RATES": {"anon": "300/min", "user": "600/min"},
    "EXCEPTION_HANDLER": "core.rest.explain",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "NUM_PROXIES": ALLAUTH_TRUSTED_PROXY_COUNT,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Groundswell",
    "DESCRIPTION": "Crowdsourcing contests. Every act a page offers has its endpoint here.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": True,
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "core.rest.named_by_the_site"],
    "ENUM_NAME_OVERRIDES": {  # one name each, where several records have a field of this name
        "ContestStatus": ["draft", "published", "archived"],
        "ContestRole": ["organiser", "facilitator", "judge", "advisor"],
        "PhaseKind": ["submission", "judging", "revision", "voting", "results", "workspace"],
        "SectionKind": "contests.models.Section.Kind",
        "ProposalStatus": ["draft", "submitted", "withdrawn", "removed"],
        "TeamRole": ["owner", "editor", "commenter"],
    },
}

if TESTING:
    REST_FRAMEWORK["DEFAULT_THROTTLE_CLASSES"] = []
