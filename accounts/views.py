"""Signing in, and what members say of themselves."""

from __future__ import annotations

from typing import Any

from allauth.account.stages import LoginByCodeStage
from allauth.account.views import ConfirmLoginCodeView, LoginView, RequestLoginCodeView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts import actions
from accounts.forms import CodeForm, NameForm, PasswordForm, ProfileForm, TokenForm

TYPED = "typed_address"


def next_of(request: HttpRequest, otherwise: str = "/me/") -> str:
    """Where to go on, on this site only (threat W15)."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    return wanted if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()) else otherwise


class WayBack:
    """Who comes back before giving the code has perhaps mistyped the address, or has a password after all."""

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: Any) -> HttpResponse | None:
        if stage.key == LoginByCodeStage.key:
            return None
        return super()._redirect_to_pending_stage(request, stage)  # type: ignore[misc,no-any-return]


class Password(WayBack, LoginView):
    """Address and password."""

    def get_form_class(self) -> Any:
        return PasswordForm


class Continue(WayBack, RequestLoginCodeView):
    """The one box. The next page repeats the address as it was typed, not as we know it (threat W11)."""

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session[TYPED] = form.data.get("email", "")[:254]
        return super().form_valid(form)  # type: ignore[no-any-return]


class Code(ConfirmLoginCodeView):
    """The code. A newcomer who came for nothing in particular is asked for a name next."""

    def get_form_class(self) -> Any:
        return super().get_form_class() if self._action == "resend" else CodeForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return {**context, "email": self.request.session.get(TYPED) or context["email"]}

    def _verify_form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super()._verify_form_valid(form)
        user = self.request.user
        self.request.session.pop(TYPED, None)
        if user.is_authenticated and not user.display_name and not self.get_next_url():
            return HttpResponseRedirect(reverse("welcome"))
        return response


@never_cache
def code(request: HttpRequest) -> HttpResponse:
    """The page for the code. One that ran out or was used before says so, and how to go on."""
    response: HttpResponse = Code.as_view()(request)
    asks_again = reverse("account_request_login_code")
    if request.user.is_authenticated or getattr(response, "url", "") != asks_again:
        return response
    if not messages.get_messages(request)._queued_messages:  # type: ignore[attr-defined]
        messages.error(request, _("This code was used before, or its time has run out. Ask for a new one."))
    query = urlencode({"next": next_of(request, "")}) if next_of(request, "") else ""
    return HttpResponseRedirect(f"{asks_again}?{query}" if query else asks_again)


@login_required
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """One question for newcomers: the name others see."""
    form = NameForm(request.POST or None, initial={"display_name": request.user.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            actions.introduce(by=request.user, display_name=form.cleaned_data["display_name"])
            return HttpResponseRedirect(next_of(request), status=303)
        except ValidationError as error:
            form.complain(error)
    context = {"form": form, "next": next_of(request)}
    return render(request, "accounts/welcome.html", context, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Profile, and the ways to sign in."""
    user = request.user
    initial = {name: getattr(user, name) for name in ProfileForm.base_fields}
    form = ProfileForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        fields = dict(form.cleaned_data)
        try:
            if fields.pop("display_name") != user.display_name:
                actions.introduce(by=user, display_name=form.cleaned_data["display_name"])
            actions.edit_profile(by=user, **fields)
        except ValidationError as error:
            form.complain(error)
        else:
            messages.success(request, _("Your settings are saved."))
            return HttpResponseRedirect(reverse("settings"), status=303)
    return render(request, "accounts/settings.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
@login_required
@require_http_methods(["GET", "POST"])
def tokens(request: HttpRequest) -> HttpResponse:
    """Keys for programs. A new one is shown on the answer to its request, and never again."""
    form, secret = TokenForm(request.POST or None), ""
    if request.method == "POST" and form.is_valid():
        try:
            secret, form = actions.issue_token(by=request.user, name=form.cleaned_data["name"]), TokenForm()
        except ValidationError as error:
            form.complain(error)
    context = {"form": form, "secret": secret, "tokens": request.user.api_tokens.order_by("-created_at")}
    return render(request, "accounts/tokens.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a key at once."""
    token = get_object_or_404(request.user.api_tokens, pk=pk)
    name = token.name
    actions.revoke_token(by=request.user, token=token)
    messages.success(request, _("“%(name)s” is revoked. Programs that used it are refused from now on.") % {"name": name})
    return HttpResponseRedirect(reverse("tokens"), status=303)
