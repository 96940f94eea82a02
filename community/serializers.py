"""Shape of what goes in and out over REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from community.actions.talking import LONGEST
from community.models import Comment
from core.rest import StrictSerializer


class CommentIn(StrictSerializer):
    text = serializers.CharField(max_length=LONGEST)
    parent = serializers.IntegerField(required=False, allow_null=True, min_value=1)


class CommentEdit(StrictSerializer):
    text = serializers.CharField(max_length=LONGEST)


class CommentOut(serializers.ModelSerializer[Comment]):
    author = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = ("id", "proposal", "parent", "author", "text", "is_tombstone", "at", "edited_at")

    def get_author(self, comment: Comment) -> str | None:
        """The name others see, or whom an imported comment is credited to; null for a deleted one."""
        if comment.author_id is None:
            return comment.credited_to or None
        return str(comment.author)


class CommentPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = CommentOut(many=True)


class SupportOut(serializers.Serializer[Any]):
    supported = serializers.BooleanField()
    count = serializers.IntegerField()


class FollowOut(serializers.Serializer[Any]):
    following = serializers.BooleanField()
