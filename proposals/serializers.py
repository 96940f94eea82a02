"""What the REST interface takes and gives for proposals."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.html import clean_html
from core.rest import StrictSerializer
from proposals.actions.writing import LONGEST_ANSWER
from proposals.models import Proposal, Revision, TeamMember
from proposals.transitions import Status


class Answer(serializers.CharField):
    """A section's text or safe HTML; an empty one takes the text away."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(allow_blank=True, trim_whitespace=False, max_length=LONGEST_ANSWER, **kwargs)


class DraftIn(StrictSerializer):
    contest = serializers.SlugField()
    title = serializers.CharField(max_length=120)
    pitch = serializers.CharField(max_length=300, required=False, allow_blank=True)
    topic = serializers.CharField(max_length=60, required=False, allow_blank=True)
    answers = serializers.DictField(child=Answer(), required=False, help_text="text or safe HTML by section key")


class ChangeIn(StrictSerializer):
    title = serializers.CharField(max_length=120, required=False)
    pitch = serializers.CharField(max_length=300, required=False, allow_blank=True)
    topic = serializers.CharField(max_length=60, required=False, allow_blank=True)
    answers = serializers.DictField(child=Answer(), required=False, help_text="sections that are not named keep their text")


class SubmitIn(StrictSerializer):
    accept_rules = serializers.BooleanField()


class NothingIn(StrictSerializer):
    """No keys."""


class CoverIn(StrictSerializer):
    cover = serializers.FileField(help_text="JPEG, PNG or WebP, at most 8 MB")
    cover_alt = serializers.CharField(max_length=200, help_text="what the picture shows")


class FilterIn(StrictSerializer):
    """The query of the list."""

    contest = serializers.SlugField(required=False)
    status = serializers.ChoiceField(choices=[str(status) for status in Status], required=False)
    stage = serializers.ChoiceField(choices=["semi_finalist", "finalist", "winner"], required=False)
    q = serializers.CharField(max_length=200, required=False)
    order = serializers.ChoiceField(choices=["newest", "oldest", "discussed", "shuffled"], required=False)
    seed = serializers.CharField(max_length=40, required=False)
    mine = serializers.BooleanField(required=False, help_text="those of your teams, drafts too")
    cursor = serializers.CharField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=200)


class MemberOut(serializers.ModelSerializer[TeamMember]):
    handle = serializers.CharField(source="user.handle", allow_null=True)
    display_name = serializers.CharField(source="user.display_name")

    class Meta:
        model = TeamMember
        fields = ("handle", "display_name", "role")


class RevisionOut(serializers.ModelSerializer[Revision]):
    answers = serializers.SerializerMethodField()

    class Meta:
        model = Revision
        fields = ("number", "title", "pitch", "answers", "reason", "at")

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_answers(self, revision: Revision) -> dict[str, str]:
        return {key: clean_html(text) for key, text in revision.answers.items()}


class ProposalRow(serializers.ModelSerializer[Proposal]):
    """A proposal as a list shows it. Others than the team read the last submitted revision."""

    contest = serializers.CharField(source="contest.slug")
    title = serializers.SerializerMethodField()
    pitch = serializers.SerializerMethodField()
    team = MemberOut(many=True)
    url = serializers.CharField(source="get_absolute_url")
    cover = serializers.SerializerMethodField()

    class Meta:
        model = Proposal
        fields: tuple[str, ...] = (
            "id", "contest", "title", "pitch", "topic", "status", "team", "credited_to", "submitted_at",
            "comment_count", "support_count", "cover", "cover_alt", "url",
        )  # fmt: skip

    def reading(self, proposal: Proposal) -> Proposal | Revision:
        return proposal if self.context.get("team") else proposal.as_submitted

    def get_title(self, proposal: Proposal) -> str:
        return self.reading(proposal).title

    def get_pitch(self, proposal: Proposal) -> str:
        return self.reading(proposal).pitch

    def get_cover(self, proposal: Proposal) -> str | None:
        return reverse("proposal_cover", args=[proposal.pk]) if proposal.cover else None


class ProposalOut(ProposalRow):
    """A whole proposal; for its team the working copy, with the `submitted` revision beside it."""

    answers = serializers.SerializerMethodField()
    submitted = serializers.SerializerMethodField()
    version = serializers.SerializerMethodField()
    has_unsubmitted_changes = serializers.SerializerMethodField()

    class Meta(ProposalRow.Meta):
        fields = (*ProposalRow.Meta.fields, "answers", "submitted", "version", "has_unsubmitted_changes")

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_answers(self, proposal: Proposal) -> dict[str, str]:
        return {key: clean_html(text) for key, text in self.reading(proposal).answers.items()}

    @extend_schema_field(RevisionOut(allow_null=True))
    def get_submitted(self, proposal: Proposal) -> dict[str, Any] | None:
        if proposal.submitted_revision is None or not self.context.get("team"):
            return None
        return dict(RevisionOut(proposal.submitted_revision).data)

    def get_version(self, proposal: Proposal) -> int | None:
        return proposal.version if self.context.get("team") else None

    def get_has_unsubmitted_changes(self, proposal: Proposal) -> bool | None:
        return proposal.has_unsubmitted_changes if self.context.get("team") else None


class ProposalPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = ProposalRow(many=True)


class RevisionPage(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = RevisionOut(many=True)
