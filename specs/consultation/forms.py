"""What editors, officers and representatives type about a consultation, cleaned."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from marketplace.fields import CleanCharField, DateField3
from schemas.problems import Problem
from specs import words
from specs.consultation import rules
from specs.consultation.actions import Opinion, Practice
from specs.consultation.models import Answer, AskedRequirement, Comment, Consultation
from specs.models import SpecificationVersion
from specs.organisations import Organisation

_BETWEEN = re.compile(r"[\s、，,;；]+")


def needed(code: str) -> dict[str, Any]:
    """Say in a problem's words that a field is needed."""
    return {"required": lazy(lambda: Problem("", code).sentence(words.language()), str)()}


def area(rows: int) -> forms.Textarea:
    """Make a box of some rows."""
    return forms.Textarea({"rows": rows})


class OpenForm(forms.Form):
    """Between which days a draft is consulted on, and what is asked."""

    opens_on = DateField3(
        label=_("受付開始日"), help_text=_("今日以後の日。この日から意見を出せます。")
    )
    closes_on = DateField3(
        label=_("受付最終日"),
        help_text=_("この日の終わりまで意見を出せます。"),
    )
    call = CleanCharField(
        label=_("照会の趣旨"),
        error_messages=needed("consultation_call_missing"),
        max_length=rules.LONGEST_CALL,
        widget=area(5),
        help_text=_("何を変えた案か、特に意見を聞きたい点はどこか。"),
    )


class ExtendForm(forms.Form):
    """Until when a consultation goes on."""

    closes_on = DateField3(label=_("新しい受付最終日"))


class CloseForm(forms.Form):
    """Why a consultation is closed before its last day is over."""

    reason = CleanCharField(
        label=_("早く締め切る理由"),
        required=False,
        max_length=rules.LONGEST_EARLY,
        widget=area(3),
        help_text=_("受付最終日が過ぎていれば要りません。書いた理由は公開されます。"),
    )


class SpeakerForm(forms.Form):
    """Something said in an organisation's name; who speaks for one only is not asked which."""

    organisation = forms.ChoiceField(label=_("どの団体・事業者として"), choices=())

    def __init__(self, *args: Any, organisations: list[Organisation], **options: Any) -> None:
        """Offer the organisations for which the person speaks."""
        super().__init__(*args, **options)
        self.organisations = {each.code: each for each in organisations}
        field = self.fields["organisation"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [(each.code, each.name) for each in organisations]
        if len(organisations) == 1:
            field.required = False
            field.widget = forms.HiddenInput()

    def speaker(self) -> Organisation:
        """Give the chosen organisation, or the only one."""
        chosen = self.cleaned_data.get("organisation")
        return self.organisations[chosen or next(iter(self.organisations))]


class CommentForm(SpeakerForm):
    """A comment on a requirement, or on the whole version."""

    requirement = CleanCharField(
        label=_("対象の要件（機能IDなど）"),
        required=False,
        max_length=40,
        help_text=_("版全体についての意見のときは空にします。"),
    )
    kind = forms.ChoiceField(
        label=_("意見の種類"), choices=Comment.Kind.choices, widget=forms.RadioSelect
    )
    proposed = CleanCharField(
        label=_("修正案（求める文）"),
        required=False,
        max_length=rules.LONGEST_WORDING,
        widget=area(6),
        help_text=_(
            "いまの文が入っています。変えたい箇所を書き換えてください。削除・質問では使いません。"
        ),
    )
    reason = CleanCharField(
        label=_("理由・質問の内容"),
        error_messages=needed("comment_reason_missing"),
        max_length=rules.LONGEST_REASON,
        widget=area(5),
    )
    edition = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(self, *args: Any, consultation: Consultation, **options: Any) -> None:
        """Keep the consultation whose requirements may be named."""
        super().__init__(*args, **options)
        self.consultation = consultation
        self.asked: AskedRequirement | None = None
        self.looked_at = False

    def clean(self) -> dict[str, Any]:
        """Find the requirement; a present wording left in place of a deletion says nothing."""
        given = super().clean() or {}
        named = given.get("requirement", "")
        self.asked = asked_named(self.consultation, named) if named else None
        unused = given.get("kind") in {"deletion", "question"}
        if unused and self.asked and given.get("proposed", "") == self.asked.text.strip():
            given["proposed"] = ""
        return given

    def opinion(self) -> Opinion:
        """Give what the form says; an unknown requirement stays as written, to be refused."""
        given = self.cleaned_data
        named = given["requirement"]
        key = self.asked.key if self.asked else named
        return Opinion(given["kind"], key, given["proposed"], given["reason"])

    def digest(self) -> str:
        """Name the words, so that what is sent is what was looked at."""
        opinion = self.opinion()
        return hashlib.sha256(repr(opinion).encode()).hexdigest()


def asked_named(consultation: Consultation, named: str) -> AskedRequirement | None:
    """Find an asked requirement by its key or its id, in whatever width it is typed."""
    plain = unicodedata.normalize("NFKC", named).strip()
    found = consultation.asked.filter(Q(key=plain) | Q(official_id=plain))
    return found.order_by("position").first()


class AnswerForm(forms.Form):
    """An answer to a comment."""

    outcome = forms.ChoiceField(
        label=_("対応"), choices=Answer.Outcome.choices, widget=forms.RadioSelect
    )
    reason = CleanCharField(
        label=_("回答（理由）"),
        error_messages=needed("answer_reason_missing"),
        max_length=rules.LONGEST_REASON,
        widget=area(5),
        help_text=_("意見を出した団体だけでなく、だれもが読みます。"),
    )
    changed = CleanCharField(
        label=_("反映した要件（機能IDなど）"),
        required=False,
        max_length=500,
        help_text=_(
            "この意見で変えた要件のID。いくつもあるときは「、」で区切ります。後から書けます。"
        ),
    )
    version = forms.ModelChoiceField(
        label=_("反映した版"), queryset=SpecificationVersion.objects.none(), required=False
    )

    def __init__(self, *args: Any, comment: Comment, versions: Any, **options: Any) -> None:
        """Offer the outcomes of the comment's kind and the versions that the editor sees."""
        super().__init__(*args, **options)
        outcome = self.fields["outcome"]
        assert isinstance(outcome, forms.ChoiceField)  # noqa: S101 -- declared above
        outcome.choices = [
            (code, label)
            for code, label in Answer.Outcome.choices
            if code != Answer.Outcome.EXPLAINED or comment.kind == Comment.Kind.QUESTION
        ]
        version = self.fields["version"]
        assert isinstance(version, forms.ModelChoiceField)  # noqa: S101 -- declared above
        version.queryset = versions
        version.empty_label = None

    def changed_keys(self) -> list[str]:
        """List the requirements that were named."""
        plain = unicodedata.normalize("NFKC", self.cleaned_data["changed"])
        return [each for each in _BETWEEN.split(plain) if each]


class PracticeForm(SpeakerForm):
    """A good practice of a body."""

    requirement = CleanCharField(
        label=_("関係する要件（機能IDなど）"),
        required=False,
        max_length=40,
        help_text=_("仕様書全体に関わるときは空にします。"),
    )
    product = CleanCharField(
        label=_("使っている製品・サービス"), required=False, max_length=rules.LONGEST_PRODUCT
    )
    done = CleanCharField(
        label=_("取組の内容"),
        error_messages=needed("good_practice_done_missing"),
        max_length=rules.LONGEST_PRACTICE,
        widget=area(5),
    )
    effect = CleanCharField(
        label=_("効果"),
        error_messages=needed("good_practice_effect_missing"),
        max_length=rules.LONGEST_PRACTICE,
        widget=area(3),
        help_text=_("例：窓口の待ち時間が平均20分から8分になった。"),
    )

    def practice(self, key: str) -> Practice:
        """Give what the form says about the requirement of a key."""
        given = self.cleaned_data
        return Practice(given["done"], given["effect"], given["product"], key)
