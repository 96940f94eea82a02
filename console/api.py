"""The platform over REST, its brand and how it is running: the same actions as its pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from console import actions
from console.querysets import work_that_waits
from console.rules import Permission as ConsolePermission
from console.serializers import LogoIn, PlatformIn, PlatformOut, SystemOut
from core import branding, clock, rest
from core.branding import Permission
from core.health import examine
from core.models import Branding
from core.permissions import require
from core.scrubbing import clean_text
from notifications.models import Delivery

MOST = 20  # of each list
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, required=True, description="the ETag you read")


def answer(row: Branding) -> Response:
    brand = branding.of_row(row)
    shown = ("name", "hue", "contact", "logo", "logo_is_pale", "version")
    body: dict[str, Any] = {key: getattr(brand, key) for key in shown} | {"tagline": brand.own_tagline}
    return Response(PlatformOut(body).data, headers={"ETag": rest.etag(row.version)})


class Platform(APIView):
    @extend_schema(responses=PlatformOut)
    def get(self, request: Request) -> Response:
        """The site's name, words, hue, logo and contact, for the people who run it."""
        require(Permission.BRAND_SITE, request.user, None, at=clock.now())
        return answer(branding.stored())

    @extend_schema(parameters=[IF_MATCH], request=PlatformIn, responses=PlatformOut)
    def patch(self, request: Request) -> Response:
        """Change what is named; the rest stays."""
        require(Permission.BRAND_SITE, request.user, None, at=clock.now())
        version, data = rest.version_from(request), rest.parse(PlatformIn, request.data)
        return answer(branding.rebrand(by=request.user, version=version, **data))

    @extend_schema(parameters=[IF_MATCH], responses={200: PlatformOut})
    def delete(self, request: Request) -> Response:
        """Back to the default in everything."""
        require(Permission.BRAND_SITE, request.user, None, at=clock.now())
        return answer(branding.restore_default(by=request.user, version=rest.version_from(request)))


class PlatformLogo(APIView):
    parser_classes = [MultiPartParser]

    @extend_schema(parameters=[IF_MATCH], request={"multipart/form-data": LogoIn}, responses=PlatformOut)
    def put(self, request: Request) -> Response:
        """Put a logo beside the name: JPEG, PNG or WebP."""
        require(Permission.BRAND_SITE, request.user, None, at=clock.now())
        version, data = rest.version_from(request), rest.parse(LogoIn, request.data)
        return answer(branding.rebrand(by=request.user, version=version, picture=data["logo"]))

    @extend_schema(parameters=[IF_MATCH], responses={200: PlatformOut})
    def delete(self, request: Request) -> Response:
        """Take the logo away."""
        require(Permission.BRAND_SITE, request.user, None, at=clock.now())
        return answer(branding.rebrand(by=request.user, version=rest.version_from(request), drop_logo=True))


class System(APIView):
    @extend_schema(responses=SystemOut)
    def get(self, request: Request) -> Response:
        """What doctor finds without leaving this machine, the work that waits, and the mail that was given up."""
        now = clock.now()
        require(ConsolePermission.RUN_PLATFORM, request.user, None, at=now)
        body = {
            "findings": [asdict(finding) for finding in examine(reaching=False)],
            "work": [
                {
                    "id": due.pk,
                    "state": due.state,
                    "verb": due.fact.verb,
                    "follower": due.follower,
                    "since": due.fact.at,
                    "attempts": due.attempts,
                    "error": clean_text(due.error),
                }
                for due in work_that_waits(at=now, most=MOST)
            ],
            "mail_given_up": [
                {"id": mail.pk, "notice": mail.notice, "written": mail.created_at, "attempts": mail.attempts,
                 "error": clean_text(mail.error)}
                for mail in Delivery.objects.given_up()[:MOST]
            ],
        }  # fmt: skip
        return Response(SystemOut(body).data)


class WorkRetry(APIView):
    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        """Let a parked piece of work be tried again."""
        actions.retry_work(by=request.user, due=pk)
        return Response(status=204)
