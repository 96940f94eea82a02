"""A judge's other answers: a conflict, or no time."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from judging import actions
from judging.views.queue import own, see_other


@require_POST
def conflict(request: HttpRequest, pk: int) -> HttpResponse:
    """Step aside for good, in one click."""
    reason = request.POST.get("reason", "")[:300]
    actions.declare_conflict(by=request.user, on=own(request, pk), reason=reason)
    messages.success(request, _("Thank you. This proposal left your queue, and nothing you wrote about it counts."))
    return see_other(reverse("judge_queue"))


@require_POST
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an assignment back."""
    actions.decline(by=request.user, assignment=own(request, pk))
    messages.success(request, _("You gave it back. The organisers can ask somebody else."))
    return see_other(reverse("judge_queue"))
