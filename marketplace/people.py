"""People who can be given a role: those who signed up and proved that their address is theirs."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied
from django.db import transaction

from marketplace.accounts.models import User
from marketplace.audit import trail
from schemas.problems import Problem, Refused


def registered_person(email: str) -> User:
    """Return who signs in by the address and has confirmed it; raises ``Refused`` for nobody.

    Nobody learns here whether an address is unknown or only unconfirmed.
    """
    user = User.objects.filter(email=email.strip().lower(), is_active=True).first()
    if user is None or not has_confirmed_address(user):
        raise Refused([_nobody(email)])
    return user


def has_confirmed_address(user: User) -> bool:
    """Say whether the person has opened the mail that was sent to the address they sign in by."""
    own = EmailAddress.objects.filter(user=user, email=user.email, verified=True)
    return bool(own.exists())


def require_confirmed_address(user: User, *, by: User | None) -> None:
    """Raise ``Refused`` where somebody would give a role to who has not proved the address.

    Whoever signs up first with a colleague's address would else be given that colleague's role.
    ``by`` is None for an operator's command, which vouches for the person itself.
    """
    if by is not None and by != user and not has_confirmed_address(user):
        raise Refused([_nobody(user.email)])


@transaction.atomic
def confirm_address(user: User, *, by: User | None, at: datetime) -> EmailAddress:
    """Vouch for a person's address where no mail can be sent; twice changes nothing.

    Operators only: ``by`` is None for their command.
    """
    if by is not None and not by.is_staff:
        raise PermissionDenied
    address, _made = EmailAddress.objects.select_for_update().get_or_create(
        user=user, email=user.email, defaults={"primary": True}
    )
    if not address.verified:
        address.verified = True
        address.save(update_fields=["verified"])
        trail.record("accounts.address_confirmed", on=user, by=by, at=at, data={})
    return address


def _nobody(email: str) -> Problem:
    return Problem("/email", "person_not_registered", {"value": email[:254]})
