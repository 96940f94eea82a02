"""Shapes of the platform's brand over REST."""

from __future__ import annotations

from rest_framework import serializers

from core.branding import MOST_NAME, MOST_TAGLINE
from core.rest import StrictSerializer


class PlatformOut(serializers.Serializer):
    name = serializers.CharField()
    tagline = serializers.CharField()
    hue = serializers.IntegerField(help_text="degrees, 0 to 359")
    contact = serializers.CharField()
    logo = serializers.CharField(help_text="address, or empty")
    logo_is_pale = serializers.BooleanField(help_text="too light for anything but the logo")
    version = serializers.IntegerField()


class PlatformIn(StrictSerializer):
    name = serializers.CharField(max_length=MOST_NAME, required=False)
    tagline = serializers.CharField(max_length=MOST_TAGLINE, required=False, allow_blank=True)
    hue = serializers.IntegerField(min_value=0, max_value=359, required=False)
    contact = serializers.EmailField(required=False, allow_blank=True)


class LogoIn(StrictSerializer):
    logo = serializers.FileField()
