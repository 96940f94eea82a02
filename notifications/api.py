"""Notices over REST."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import rest
from notifications import actions
from notifications.models import Delivery
from notifications.serializers import NoticeFilter, NoticeOut, NoticePage, ReadIn, ReadOut


class NoticeList(APIView):
    permission_classes = [IsAuthenticated]

    @extend_schema(parameters=[NoticeFilter], responses=NoticePage)
    def get(self, request: Request) -> Response:
        """Your notices, newest first; `unread=true` for those not read yet."""
        wanted = rest.parse(NoticeFilter, request.query_params.dict())
        notices = Delivery.objects.on_site_for(request.user)
        if wanted.get("unread"):
            notices = notices.filter(read_at=None)
        return rest.paged(request, notices, lambda row: NoticeOut(row).data, ("-created_at", "-id"))

    @extend_schema(request=ReadIn, responses=ReadOut)
    def patch(self, request: Request) -> Response:
        """Mark notices as read: the `ids` named, or `all`."""
        data = rest.parse(ReadIn, request.data)
        if data.get("all"):
            marked = actions.mark_all_read(by=request.user)
        else:
            marked = actions.mark_read(by=request.user, ids=data.get("ids", []))
        return Response({"marked": marked, "unread": Delivery.objects.unread_by(request.user).count()})
