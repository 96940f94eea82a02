"""The notification centre, and the sent mails of the embedded form."""

from __future__ import annotations

from pathlib import Path

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET, require_POST

from core import clock
from notifications import actions
from notifications.methods import mailbox
from notifications.models import Delivery

PER_PAGE = 30


@never_cache
@login_required
@require_GET
def notices(request: HttpRequest) -> HttpResponse:
    """Everything this person was told, newest first, with the reason why."""
    page = Paginator(Delivery.objects.on_site_for(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(notice, actions.why(notice.notice)) for notice in page]
    unread = Delivery.objects.unread_by(request.user).count()
    context = {"rows": rows, "unread": unread, "now": clock.now()}
    context["before"] = f"?page={page.previous_page_number()}" if page.has_previous() else ""
    context["after"] = f"?page={page.next_page_number()}" if page.has_next() else ""
    return render(request, "notifications/notices.html", context)


@login_required
@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    """Mark everything as read."""
    count = actions.mark_all_read(by=request.user)
    messages.success(request, ngettext("%(n)d notice is read now.", "%(n)d notices are read now.", count) % {"n": count})
    return HttpResponseRedirect(reverse("notifications"), status=303)


@login_required
@require_POST
def read_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark one as read; with `open` go on to what it is about."""
    notice = get_object_or_404(Delivery.objects.on_site_for(request.user), pk=pk)
    actions.mark_read(by=request.user, ids=[notice.pk])
    if "open" in request.POST and notice.url:
        return HttpResponseRedirect(notice.url, status=303)
    messages.success(request, _("Marked as read."))
    return HttpResponseRedirect(reverse("notifications"), status=303)


def _folder() -> Path:
    """Where the embedded form keeps sent mail. Anywhere else these pages do not exist."""
    if not settings.EMBEDDED or not settings.EMAIL_BACKEND.endswith("filebased.EmailBackend"):
        raise Http404
    return Path(settings.EMAIL_FILE_PATH)


@never_cache
@require_GET
def dev_mail(request: HttpRequest) -> HttpResponse:
    """All mails sent by this installation. A developer's tool: codes and letters of everybody are here."""
    return render(request, "notifications/dev_mail.html", {"mails": mailbox.newest(_folder())})


def _mail(name: str, number: int) -> mailbox.Mail:
    found = mailbox.mails(_folder(), name)
    if number >= len(found):
        raise Http404
    return found[number]


@never_cache
@require_GET
@csp_replace({"frame-src": ["'self'"]})
def dev_mail_one(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """One mail: its text part, and its HTML part in a frame that may run nothing."""
    return render(request, "notifications/dev_mail_one.html", {"mail": _mail(name, number)})


@never_cache
@require_GET
@xframe_options_sameorigin
@csp_replace({
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
})  # fmt: skip
def dev_mail_html(request: HttpRequest, name: str, number: int) -> HttpResponse:
    """The HTML part as it was sent, for the frame: no script, no picture, no form, an origin of its own."""
    return HttpResponse(_mail(name, number).html)
