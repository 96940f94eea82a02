"""The caller's own account. Apart from the package's gate, which the REST framework imports while it loads itself."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts import actions
from accounts.serializers import MeIn, MeOut
from core import rest


class Me(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(responses=MeOut)
    def get(self, request: Request) -> Response:
        """What we know of you."""
        return Response(MeOut(request.user).data)

    @extend_schema(request=MeIn, responses=MeOut)
    def patch(self, request: Request) -> Response:
        """Change your name or profile; what is not named stays."""
        data = rest.parse(MeIn, request.data)
        if "display_name" in data:
            actions.introduce(by=request.user, display_name=data.pop("display_name"))
        if data:
            actions.edit_profile(by=request.user, **data)
        return Response(MeOut(request.user).data)
