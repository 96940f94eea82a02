"""How the installation is: what doctor says, what waits, what failed, for the people who run the site."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from console import actions
from console.querysets import work_that_waits
from console.rules import Permission
from console.views.frame import onward
from core import clock
from core.health import State, examine
from core.permissions import require
from core.scrubbing import clean_text
from notifications.models import Delivery

TONES = {State.FAIL: "danger", State.WARN: "warning", State.OK: "success"}
ICONS = {State.FAIL: "octagon", State.WARN: "triangle", State.OK: "tick"}
MOST = 20


@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """It knocks at no other machine and writes nothing: `manage.py doctor` does."""
    now = clock.now()
    require(Permission.RUN_PLATFORM, request.user, None, at=now)
    findings = list(examine(reaching=False))
    words = {State.FAIL: _("Failed"), State.WARN: _("Look at this"), State.OK: _("Good")}
    lines = [{"finding": f, "word": words[f.state], "tone": TONES[f.state], "icon": ICONS[f.state]} for f in findings]
    lines.sort(key=lambda line: list(TONES).index(line["finding"].state))
    context = {
        "lines": lines,
        "failed": sum(finding.state is State.FAIL for finding in findings),
        "doubtful": sum(finding.state is State.WARN for finding in findings),
        "work": [{"due": due, "error": clean_text(due.error)} for due in work_that_waits(at=now, most=MOST)],
        "given_up": [{"delivery": one, "error": clean_text(one.error)} for one in Delivery.objects.given_up()[:MOST]],
        "now": now,
    }
    return render(request, "console/system.html", context)


@require_POST
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a parked piece of work again."""
    actions.retry_work(by=request.user, due=pk)
    messages.success(request, _("It will be tried again in a moment."))
    return onward("platform_system")
