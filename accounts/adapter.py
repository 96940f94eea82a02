"""How allauth writes to people: in the site's name and in the site's one layout."""

from __future__ import annotations

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils.translation import gettext as _

from core import branding, letters
from core.keeping import frozen

log = logging.getLogger(__name__)


class Adapter(DefaultAccountAdapter):
    def get_from_email(self) -> str:
        return branding.current().sender

    def send_mail(self, template_prefix: str, email: Any, context: dict[str, Any]) -> None:
        """Sign-in codes and the like, at once. A restored copy sends nothing until somebody releases it (threat J12)."""
        if frozen():
            log.warning("this is a restored copy: %s was not sent (`manage.py release_restored`)", template_prefix)
            return
        super().send_mail(template_prefix, email, context)

    def render_mail(
        self, template_prefix: str, email: Any, context: dict[str, Any], headers: dict[str, str] | None = None
    ) -> EmailMessage:
        """The text of the template, with the same words as HTML beside it."""
        mail = super().render_mail(template_prefix, email, context, headers)
        assert isinstance(mail, EmailMultiAlternatives)  # every letter has its text template
        body = str(mail.body).split("\n-- \n", 1)[0]
        why = _("You get this because somebody asked for it with this address.")
        code = str(context.get("code", ""))
        html = letters.draw(subject=str(mail.subject), body=body, why=why, code=code, member=False)
        mail.attach_alternative(html, "text/html")
        return mail
