"""Shape of what goes in and out over REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from core.rest import StrictSerializer
from notifications.actions import why
from notifications.models import Delivery


class NoticeOut(serializers.ModelSerializer[Delivery]):
    because = serializers.SerializerMethodField()

    class Meta:
        model = Delivery
        fields = ("id", "notice", "subject", "text", "url", "because", "created_at", "read_at")

    def get_because(self, notice: Delivery) -> str:
        """Why you got it, as the end of "You get this …"."""
        return why(notice.notice)


class NoticePage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = NoticeOut(many=True)


class NoticeFilter(StrictSerializer):
    unread = serializers.BooleanField(required=False)
    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False)


class ReadIn(StrictSerializer):
    """Which notices are read now: `ids`, or `all`."""

    ids = serializers.ListField(child=serializers.IntegerField(min_value=1), required=False, max_length=500)
    all = serializers.BooleanField(required=False)


class ReadOut(serializers.Serializer[Any]):
    marked = serializers.IntegerField()
    unread = serializers.IntegerField()
