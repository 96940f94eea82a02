"""Inviting people to a role."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import Any

from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from contests.models import Contest, Invitation, Membership
from contests.roles import Role
from contests.rules import SIGN_IN, Permission
from core import clock, facts
from core.database import Lock, hold, write
from core.permissions import Refused, require

LIFETIME = timedelta(days=21)
_signer = signing.Signer(salt="contests.invitation")


def token_of(invitation: Invitation) -> str:
    """The secret of the mailed link: purpose, row and nonce, signed."""
    return _signer.sign(f"{invitation.pk}.{invitation.nonce}")


def invitation_by(token: str) -> Invitation | None:
    """The invitation this link belongs to, used or not; None for a link we never made."""
    try:
        pk, nonce = _signer.unsign(token).split(".", 1)
    except (signing.BadSignature, ValueError):
        return None
    return Invitation.objects.select_related("contest").filter(pk=pk, nonce=nonce).first()


def invite(*, by: Any, contest: Contest, email: str, role: str) -> Invitation:
    """Offer a role by e-mail. An open invitation for the same role is sent again with a new lifetime, not doubled.

    Raises Refused.
    """
    if role not in list(Role):
        raise ValidationError({"role": _("There is no role of this name.")})
    with write():
        hold(Lock.CONTEST, contest.pk)
        now = clock.now()
        require(Permission.INVITE, by, contest, at=now)
        address = email.strip().lower()
        invitation, made = Invitation.objects.get_or_create(
            contest=contest,
            email=address,
            role=role,
            used_at=None,
            defaults={
                "nonce": secrets.token_hex(16),
                "invited_by": by,
                "created_at": now,
                "expires_at": now + LIFETIME,
            },
        )
        if not made:
            invitation.expires_at = now + LIFETIME
            invitation.save(update_fields=["expires_at"])
        facts.record("person.invited", by=by, on=invitation, contest=contest.pk, data={"role": role})
    return invitation


def revoke_invitation(*, by: Any, invitation: Invitation) -> None:
    """Take an open invitation back: its link works no more. Raises Refused, ValidationError once it was answered."""
    with write():
        hold(Lock.CONTEST, invitation.contest_id)
        now = clock.now()
        require(Permission.INVITE, by, invitation.contest, at=now)
        if not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(expires_at=now):
            raise ValidationError(_("This invitation was answered before."), code="used")
        data = {"role": invitation.role}
        facts.record("invitation.revoked", by=by, on=invitation, contest=invitation.contest_id, data=data)


def accept_invitation(*, by: Any, invitation: Invitation) -> Membership:
    """Take the role. The link works once, whoever clicks first. Raises Refused, ValidationError."""
    return _answer(by, invitation, "accepted")  # type: ignore[return-value]


def decline_invitation(*, by: Any, invitation: Invitation) -> None:
    """Say no, thank you; needs no account. Raises ValidationError when it was answered before."""
    _answer(by if by.is_authenticated else None, invitation, "declined")


def _answer(by: Any, invitation: Invitation, answer: str) -> Membership | None:
    if answer == "accepted" and not by.is_authenticated:
        raise Refused(SIGN_IN)
    with write():
        now = clock.now()
        claimed = Invitation.objects.filter(pk=invitation.pk, used_at=None, expires_at__gt=now).update(
            used_at=now, answer=answer, accepted_by=by
        )
        if not claimed:
            raise ValidationError(_("This invitation was answered before, or has expired."), code="used")
        membership = None
        if answer == "accepted":
            membership, _made = Membership.objects.get_or_create(
                contest=invitation.contest, user=by, role=invitation.role, defaults={"since": now}
            )
        facts.record(
            f"invitation.{answer}", by=by, on=invitation, contest=invitation.contest_id, data={"role": invitation.role}
        )
    return membership


def remove_member(*, by: Any, membership: Membership) -> None:
    """End a role. Access ends with the next request. The last organiser stays. Raises Refused, ValidationError."""
    with write():
        hold(Lock.CONTEST, membership.contest_id)
        require(Permission.INVITE, by, membership.contest, at=clock.now())
        organisers = Membership.objects.filter(contest=membership.contest, role=Role.ORGANISER)
        if membership.role == Role.ORGANISER and organisers.count() == 1:
            raise ValidationError(_("A contest needs an organiser. Invite another one first."), code="last_organiser")
        data = {"role": membership.role, "user": membership.user_id}
        facts.record("person.removed", by=by, on=membership, contest=membership.contest_id, data=data)
        membership.delete()
