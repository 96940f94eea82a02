"""The REST edge: cursor pages, refusals as JSON, strict input, ETags."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from django.db import models
from django.http import Http404
from redis.exceptions import RedisError
from rest_framework import exceptions, serializers, status
from rest_framework.pagination import CursorPagination
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle
from rest_framework.views import exception_handler

from core import branding
from core.database import Stale
from core.permissions import Kind, Refused

log = logging.getLogger(__name__)
PATIENCE, REST = 0.5, 5.0  # seconds
_STATUS = {Kind.SIGN_IN: 401, Kind.NEVER: 403, Kind.NOT_NOW: 409, Kind.GONE: 410}


class CursorPage(CursorPagination):
    """`{"next", "previous", "results"}`, newest first."""

    page_size = 50
    max_page_size = 200
    page_size_query_param = "page_size"
    ordering = "-id"


class JSON(JSONParser):
    """JSON that a person could have meant: brackets nested without end are a 400, not a stack that overflows."""

    def parse(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().parse(*args, **kwargs)
        except RecursionError:
            raise exceptions.ParseError("This JSON is nested too deeply.") from None


class _Lenient:
    """Counting requests needs the cache; without it nobody is counted, and nobody is turned away (threat V7)."""

    resting = 0.0  # until when, of the monotonic clock, a cache that kept a request waiting is not asked again

    def allow_request(self, request: Request, view: Any) -> bool:
        begun = time.monotonic()
        if begun < _Lenient.resting:
            return True
        try:
            allowed: bool = super().allow_request(request, view)  # type: ignore[misc]
        except RedisError as error:
            if time.monotonic() - begun > PATIENCE:
                _Lenient.resting = time.monotonic() + REST
            log.warning("requests are not counted: %s", error)
            return True
        return allowed


class StrangersPace(_Lenient, AnonRateThrottle):
    """Requests a minute of one address."""


class MembersPace(_Lenient, UserRateThrottle):
    """Requests a minute of one member."""


class StrictSerializer(serializers.Serializer[Any]):
    """Shape only, and unknown keys are an error: a typing mistake must not be swallowed (threat W2)."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict):
            unknown = set(data) - set(self.fields)
            if unknown:
                raise serializers.ValidationError({key: ["This key is not known here."] for key in sorted(unknown)})
        return super().to_internal_value(data)


class StaleAnswer(exceptions.APIException):
    status_code = status.HTTP_412_PRECONDITION_FAILED
    default_code = "stale"
    default_detail = "This has changed since you read it. Read it again, then send your change."


class NoPrecondition(exceptions.APIException):
    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "if_match_missing"
    default_detail = "Send If-Match with the ETag you read, so that nobody's change is overwritten."


def etag(version: int) -> str:
    return f'"{version}"'


def version_from(request: Request) -> int:
    """The version named by If-Match. Raises NoPrecondition without one, StaleAnswer for one we never gave."""
    given = request.headers.get("If-Match")
    if given is None:
        raise NoPrecondition
    try:
        return int(given.strip().removeprefix("W/").strip('"'))
    except ValueError:
        raise StaleAnswer from None


def parse(serializer: type[StrictSerializer], data: Any, **context: Any) -> dict[str, Any]:
    """Checked data, or ValidationError (400) with every field's problem."""
    filled = serializer(data=data, context=context)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def paged(request: Request, queryset: models.QuerySet[Any], serializer: Any, ordering: str = "-id") -> Response:
    """One cursor page of the queryset, each row through the serializer function."""
    pager = CursorPage()
    pager.ordering = ordering
    rows = pager.paginate_queryset(queryset, request)
    return pager.get_paginated_response([serializer(row) for row in rows or []])


def explain(error: Exception, context: dict[str, Any]) -> Response | None:
    """Refusals and validation errors as `{"code", "reason", "until"}`; the rest as DRF answers it."""
    if isinstance(error, Refused):
        refusal = error.refusal
        if refusal.kind is Kind.HIDDEN:
            error = Http404()
        else:
            body = {"code": refusal.code, "reason": str(refusal.reason), "until": refusal.until}
            return Response(body, status=_STATUS[refusal.kind])
    if isinstance(error, Stale):
        error = StaleAnswer()
    if isinstance(error, DjangoValidationError):
        detail = error.message_dict if hasattr(error, "error_dict") else {"non_field_errors": error.messages}
        error = exceptions.ValidationError(detail)
    response = exception_handler(error, context)
    if response is not None and isinstance(response.data, dict) and set(response.data) == {"detail"}:
        detail = response.data["detail"]
        response.data = {"code": getattr(detail, "code", "error"), "reason": str(detail), "until": None}
    return response


def named_by_the_site(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """The description of the interface under the site's own name."""
    result["info"]["title"] = branding.current().name
    return result
