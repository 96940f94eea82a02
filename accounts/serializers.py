"""Shape of what goes in and out over REST."""

from __future__ import annotations

from rest_framework import serializers

from accounts.models import User
from core.rest import StrictSerializer


class MeOut(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = (
            "id", "handle", "display_name", "email", "bio", "affiliation", "country", "time_zone", "language",
            "can_create_contests", "is_staff",
        )  # fmt: skip


class MeIn(StrictSerializer):
    display_name = serializers.CharField(required=False, max_length=80)
    bio = serializers.CharField(required=False, allow_blank=True, max_length=2000)
    affiliation = serializers.CharField(required=False, allow_blank=True, max_length=120)
    country = serializers.CharField(required=False, allow_blank=True, max_length=60)
    time_zone = serializers.CharField(required=False, allow_blank=True, max_length=64)
    language = serializers.CharField(required=False, max_length=12)
