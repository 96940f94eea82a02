"""Forms and buttons of the talk about proposals. The proposal's page itself is above, in pages."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts import actions as accounts
from community import actions
from community.forms import CommentForm
from community.models import Comment
from community.rules import Permission
from contests.models import Contest
from core import clock
from core.permissions import require
from proposals.models import Proposal


@require_http_methods(["GET", "POST"])
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a comment or a reply. On its own page where the form could not be sent from the proposal's."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).select_related("contest"), pk=pk)
    require(Permission.COMMENT, request.user, proposal, at=clock.now())
    needs_name = not request.user.display_name
    form = CommentForm(request.POST or None, needs_name=needs_name, initial={"parent": request.GET.get("parent")})
    parent = _parent(proposal, form["parent"].value())
    context = {"form": form, "proposal": proposal, "contest": proposal.contest, "parent": parent}
    if request.method == "POST" and form.is_valid():
        try:
            if needs_name:
                accounts.introduce(by=request.user, display_name=form.cleaned_data["display_name"])
            text = form.cleaned_data["text"]
            written = actions.comment(by=request.user, proposal=proposal, text=text, parent=parent)
            return _back_to(written)
        except ValidationError as error:
            form.complain(error)
    return render(request, "community/comment.html", context, status=422 if form.errors else 200)


def _parent(proposal: Proposal, wanted: object) -> Comment | None:
    if not wanted:
        return None
    if not str(wanted).isdecimal() or len(str(wanted)) > 18:
        raise Http404
    return get_object_or_404(Comment.objects.select_related("author"), proposal=proposal, pk=wanted)


def _back_to(comment: Comment) -> HttpResponse:
    return HttpResponseRedirect(f"{comment.proposal.get_absolute_url()}#comment-{comment.pk}", status=303)


def _own(request: HttpRequest, pk: int) -> Comment:
    comments = Comment.objects.visible_to(request.user).select_related("proposal__contest", "parent__author")
    return get_object_or_404(comments, pk=pk)


@require_http_methods(["GET", "POST"])
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Mend an own comment, for 15 minutes."""
    stored = _own(request, pk)
    require(Permission.EDIT_COMMENT, request.user, stored, at=clock.now())
    form = CommentForm(request.POST or None, initial={"text": stored.text})
    context = {"form": form, "proposal": stored.proposal, "contest": stored.proposal.contest, "editing": stored}
    if request.method == "POST" and form.is_valid():
        try:
            return _back_to(actions.edit(by=request.user, comment=stored, text=form.cleaned_data["text"]))
        except ValidationError as error:
            form.complain(error)
    return render(request, "community/comment.html", context, status=422 if form.errors else 200)


@require_POST
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an own comment back."""
    gone = actions.delete_own(by=request.user, comment=_own(request, pk))
    messages.success(request, _("Your comment is deleted. Replies to it stay."))
    return _back_to(gone)


@require_GET
def permalink(request: HttpRequest, pk: int) -> HttpResponse:
    """The lasting address of a comment leads to its place in the discussion."""
    return _back_to(_own(request, pk))


@require_POST
def support(request: HttpRequest, pk: int) -> HttpResponse:
    """State support, or with `support=no` that there is none. Never a toggle: a double click changes nothing."""
    proposal = get_object_or_404(Proposal.objects.visible_to(request.user).select_related("contest"), pk=pk)
    if request.POST.get("support") == "no":
        actions.unsupport(by=request.user, proposal=proposal)
        messages.success(request, _("You no longer support this proposal."))
    else:
        actions.support(by=request.user, proposal=proposal)
        messages.success(request, _("You support this proposal. Support is not a vote: voting has its own phase."))
    return HttpResponseRedirect(_next(request, proposal.get_absolute_url()), status=303)


@require_POST
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow a contest, or with `follow=no` stop."""
    if request.POST.get("follow") == "no":
        contest = get_object_or_404(Contest, slug=slug, follows__user=request.user.pk)
        actions.unfollow(by=request.user, contest=contest)
        messages.success(request, _("You no longer follow this contest."))
        return HttpResponseRedirect(_next(request, "/me/"), status=303)
    contest = get_object_or_404(Contest.objects.visible_to(request.user), slug=slug)
    actions.follow(by=request.user, contest=contest)
    messages.success(request, _("You follow this contest. We tell you when something happens."))
    return HttpResponseRedirect(_next(request, contest.get_absolute_url()), status=303)


def _next(request: HttpRequest, otherwise: str) -> str:
    """Back to where the button was, on this site only (threat W15)."""
    wanted = request.POST.get("next", "")
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else otherwise
