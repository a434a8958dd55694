"""Sign-in forms of django-allauth in the marketplace's own words.

Fields have a visible label and no placeholder, which vanishes while one types.
"""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.fields import CleanCharField

LABELS = {
    "login": _("メールアドレス"),
    "email": _("メールアドレス"),
    "password": _("パスワード"),
    "password1": _("パスワード"),
    "password2": _("パスワード（確認のためもう一度）"),
    "oldpassword": _("いまのパスワード"),
    "remember": _("このブラウザーではサインインしたままにする"),
    "code": _("コード"),
}


class OurWords:
    """Give the fields our labels, and take their placeholders away."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Build the form, then name its fields."""
        super().__init__(*args, **options)
        for name, field in self.fields.items():  # type: ignore[attr-defined]  # a form's
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)


class LoginForm(OurWords, account.LoginForm):  # type: ignore[misc]  # allauth has no types
    """E-mail address and password."""

    def __init__(self, *args: Any, **options: Any) -> None:
        """Leave the way to a new password to the page."""
        super().__init__(*args, **options)
        self.fields["password"].help_text = ""


class SignupForm(OurWords, account.SignupForm):  # type: ignore[misc]  # as above
    """E-mail address, password and the name that colleagues see."""

    name = CleanCharField(
        label=_("氏名"),
        required=False,
        max_length=100,
        help_text=_("団体や事業者の中で表示します。空のときはメールアドレスを表示します。"),
    )
    field_order = ("email", "name", "password1", "password2")

    def save(self, request: HttpRequest) -> User:
        """Save the new account with its name."""
        user: User = super().save(request)
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
        return user


class AddEmailForm(OurWords, account.AddEmailForm):  # type: ignore[misc]  # as above
    """One more e-mail address."""


class ChangePasswordForm(OurWords, account.ChangePasswordForm):  # type: ignore[misc]  # as above
    """The present password and a new one."""


class SetPasswordForm(OurWords, account.SetPasswordForm):  # type: ignore[misc]  # as above
    """A first password."""


class ResetPasswordForm(OurWords, account.ResetPasswordForm):  # type: ignore[misc]  # as above
    """The address that receives a link."""


class ResetPasswordKeyForm(OurWords, account.ResetPasswordKeyForm):  # type: ignore[misc]  # as above
    """A new password after a link."""


class ReauthenticateForm(OurWords, account.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The password again, before a setting that matters."""


class CodeForm(OurWords, mfa.AuthenticateForm):  # type: ignore[misc]  # as above
    """The code of an authenticator, or a recovery code."""


class CodeAgainForm(OurWords, mfa.ReauthenticateForm):  # type: ignore[misc]  # as above
    """The code again, before a setting that matters."""


class ActivateForm(OurWords, totp.ActivateTOTPForm):  # type: ignore[misc]  # as above
    """The first code of a new authenticator."""
