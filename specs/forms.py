"""What an editor types and uploads, cleaned."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.fields import CleanCharField, DateField3
from schemas import codelist, engine, jsontext, registry
from schemas.problems import Problem, Refused
from schemas.specifications import SpecificationMeta, build_document, specification_problems
from specs import rules, sheets, words
from specs.actions import Source
from specs.models import Authority, Specification

#: Bytes of a file that a page carries along while its mapping is corrected; above that it is to
#: be chosen again.
MOST_HELD: Final = 4 * 1024 * 1024


class SheetForm(forms.Form):
    """A ministry's sheet and the version that it is.

    A file that was looked at is carried along in ``held``, so that it need not be chosen again.
    """

    file = forms.FileField(
        label=_("要件の表"),
        required=False,  # where one is carried along
        help_text=_("機能要件一覧などの表計算ファイル（.xlsx .xls .ods .csv、10MBまで）"),
    )
    authority = forms.ModelChoiceField(label=_("所管"), queryset=Authority.objects.none())
    title = CleanCharField(
        label=_("仕様書の名称"), max_length=120, help_text=_("例：住民記録システム標準仕様書")
    )
    slug = CleanCharField(
        label=_("識別子"),
        max_length=80,
        help_text=_("アドレスに使う半角の英小文字・数字・ハイフン。例：resident-record"),
    )
    domain = forms.ChoiceField(label=_("業務"), choices=())
    number = CleanCharField(label=_("版"), max_length=20, help_text=_("例：1.0"))
    published_on = DateField3(label=_("公表日"))
    extension_policy = forms.ChoiceField(
        label=_("記載のない機能"),
        choices=Specification.ExtensionPolicy,
        widget=forms.RadioSelect,
        initial=Specification.ExtensionPolicy.CLOSED,
    )
    mapping = CleanCharField(
        label=_("列の対応"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea({"rows": 4, "spellcheck": "false"}),
        help_text=_(
            "見出しの言葉が違う表のときだけ、JSONで指定します。"
            '例：{"obligations": {"必要": "mandatory"}}'
        ),
    )

    def __init__(self, *args: Any, user: User, upload: Any = None, **options: Any) -> None:
        """Offer the authorities that the person edits for; ``upload`` is the file that was sent."""
        super().__init__(*args, **options)
        self.upload = upload
        language = words.language()
        file = self.fields["file"]
        if upload is None:
            missing = Problem("/file", "sheet_file_missing").sentence(language)
            file.required = True
            file.error_messages["required"] = missing
        else:
            file.label = _("直した表")
            file.help_text = _(
                "表を直したときだけ選びます。選ばなければ、いまのファイルで続けます。"
            )
        own = Authority.objects.filter(editors__user=user)
        field = self.fields["authority"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = own
        if len(own) == 1:
            field.initial = own[0]
        domains = self.fields["domain"]
        assert isinstance(domains, forms.ChoiceField)  # noqa: S101 -- declared above
        domains.choices = [
            ("", _("選んでください")),
            *((each.slug, each.label(language)) for each in codelist.business_domains()),
        ]

    def clean_file(self) -> Any:
        """Give the file that was chosen, or the one that was looked at before."""
        return self.upload

    def clean_slug(self) -> str:
        """Refuse a slug that no address can have."""
        slug = str(self.cleaned_data["slug"])
        _refuse(rules.slug_can_be_used(slug))
        return slug

    def clean_number(self) -> str:
        """Refuse what is no version number."""
        number = str(self.cleaned_data["number"])
        _refuse(engine.problems({"$ref": "urn:dmp:answers#version"}, number))
        return number

    def clean_mapping(self) -> dict[str, Any]:
        """Read the mapping."""
        text = str(self.cleaned_data["mapping"])
        if not text:
            return {}
        try:
            return read_mapping(text)
        except Refused as refused:
            _refuse(refused.problems)
            raise


class EditorForm(forms.Form):
    """Who is to edit for an authority."""

    email = forms.EmailField(
        label=_("メールアドレス"),
        max_length=254,
        help_text=_("本人がアカウントの登録に使ったメールアドレス"),
    )


class AuthorityForm(forms.Form):
    """A ministry or agency that is not registered yet."""

    name = CleanCharField(
        label=_("所管府省の名称"),
        max_length=rules.LONGEST_AUTHORITY_NAME,
        help_text=_("例：総務省"),
    )


class WithdrawForm(forms.Form):
    """Why a version ends, and what its readers should do now."""

    reason = CleanCharField(
        label=_("廃止の理由"),
        max_length=rules.LONGEST_REASON,
        help_text=_("公開されます。例：第2.0版に統合したため。"),
    )
    notice = CleanCharField(
        label=_("利用者への案内"),
        required=False,
        max_length=rules.LONGEST_NOTICE,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("この版で調達中の団体や適合表明をした事業者が、次にすることを書いてください。"),
    )


def show(form: forms.Form, problems: Iterable[Problem]) -> None:
    """Put a deed's problems at the fields that their pointers name, the rest above the form."""
    for problem in problems:
        name = problem.pointer.strip("/")
        form.add_error(name if name in form.fields else None, problem.sentence(words.language()))


def _refuse(problems: Any) -> None:
    if found := list(problems):
        language = words.language()
        raise ValidationError([problem.sentence(language) for problem in found])


def read_mapping(text: str | bytes) -> dict[str, Any]:
    """Read a mapping from JSON, or raise ``Refused`` (``schemas/sheet-mapping.schema.json``)."""
    found = jsontext.parse(text)
    problems = engine.problems(registry.load("sheet-mapping"), found, pointer="/mapping")
    if problems or not isinstance(found, dict):
        raise Refused(problems)
    return found


def upload_of(files: Any, posted: Any) -> Any:
    """Give the file that was sent: chosen now, or carried along since it was looked at."""
    if chosen := files.get("file"):
        return chosen
    try:
        data = base64.b64decode(posted.get("held", ""), validate=True)
    except (binascii.Error, ValueError):
        return None
    name = "".join(filter(str.isprintable, posted.get("held_name", "")))
    return ContentFile(data, name=name[:200]) if data else None


def held(data: bytes) -> str:
    """Write a file so that a page can carry it along; empty for one that is too large for that."""
    return base64.b64encode(data).decode("ascii") if len(data) <= MOST_HELD else ""


def read_upload(upload: Any, mapping: dict[str, Any]) -> sheets.Reading:
    """Read an uploaded sheet; one that is too large is a problem of the reading."""
    name = str(upload.name)[:200]
    most = sheets.MOST_BYTES
    if upload.size > most:
        params: dict[str, str | int] = {"name": name, "limit_mb": most // (1024 * 1024)}
        problem = Problem("/file", "workbook_is_too_large", params, name)
        return sheets.Reading(name, "", problems=(problem,))
    upload.seek(0)
    return sheets.read_sheets(upload.read(), name, mapping)


def document_of(reading: sheets.Reading, meta: SpecificationMeta) -> dict[str, Any]:
    """Build the document of a version from a sheet; raise ``Refused`` with every problem."""
    if reading.problems:
        raise Refused(reading.problems)
    document = build_document(meta, reading.requirements)
    if problems := specification_problems(document):
        raise Refused(problems)
    return document


def source_of(reading: sheets.Reading) -> Source:
    """Say where a version's document came from."""
    return Source(reading.name, reading.source_digest, reading.mapping())
