"""Shapes of the platform over REST: its brand, and how it is running."""

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


class FindingOut(serializers.Serializer):
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=["ok", "warn", "FAIL"])
    says = serializers.CharField()
    mend = serializers.CharField(help_text="what to do, or empty")


class WorkOut(serializers.Serializer):
    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=["waiting", "parked"])
    verb = serializers.CharField(help_text="the act that it follows")
    follower = serializers.CharField()
    since = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    error = serializers.CharField()


class MailOut(serializers.Serializer):
    id = serializers.IntegerField()
    notice = serializers.CharField()
    written = serializers.DateTimeField()
    attempts = serializers.IntegerField()
    error = serializers.CharField(help_text="without the address")


class SystemOut(serializers.Serializer):
    findings = FindingOut(many=True)
    work = WorkOut(many=True)
    mail_given_up = MailOut(many=True)
