"""What is typed about a proposal, cleaned."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from marketplace.fields import CleanCharField, DateField3
from schemas import codelist
from schemas.problems import Problem
from specs import rules as specification_rules
from specs import words
from specs.models import Authority
from specs.organisations import Organisation
from specs.proposals import rules
from specs.proposals.models import Proposal, ProposalAnswer
from specs.proposals.wishes import Wish, lines

LONGEST_LIST = rules.MOST_FUNCTIONS * (rules.LONGEST_FUNCTION + 2)


class OrganisationForm(forms.Form):
    """In whose name; not asked of who speaks for one organisation only."""

    def __init__(
        self, *args: Any, organisations: Iterable[Organisation] = (), **options: Any
    ) -> None:
        """Offer the organisations for which the person speaks."""
        super().__init__(*args, **options)
        self.organisations = list(organisations)
        if len(self.organisations) > 1:
            choices = [(each.code, each.name) for each in self.organisations]
            self.fields["organisation"] = forms.ChoiceField(
                label=_("どの団体・会社として"), choices=choices
            )
            self.order_fields(["organisation"])

    def organisation(self) -> Organisation:
        """Return the organisation that was chosen, or the only one."""
        code = self.cleaned_data.get("organisation")
        return next(
            (each for each in self.organisations if each.code == code), self.organisations[0]
        )


class ProposalForm(OrganisationForm):
    """What should be specified, and why."""

    title = CleanCharField(
        label=_("件名"),
        max_length=rules.LONGEST_TITLE,
        help_text=_("例：道路損傷の通報受付システムの標準仕様"),
    )
    domain = forms.ChoiceField(
        label=_("業務"),
        choices=(),
        help_text=_("標準化対象の20業務は、それぞれの標準仕様書の意見照会で扱います。"),
    )
    purpose = CleanCharField(
        label=_("困っていること・求める理由"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("例：団体ごとに仕様書を書いており、事業者も団体ごとに答え直している。"),
    )
    scope = CleanCharField(
        label=_("対象とする事務の範囲"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("どこからどこまでの事務か、どの規模の団体か"),
    )
    essential = CleanCharField(
        label=_("欠かせない機能"),
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 6}),
        help_text=_("1行に1つ。案では実装必須の要件になります。"),
    )
    desired = CleanCharField(
        label=_("あるとよい機能"),
        required=False,
        max_length=LONGEST_LIST,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("1行に1つ。案では標準オプションの要件になります。"),
    )

    def __init__(self, *args: Any, proposal: Proposal | None = None, **options: Any) -> None:
        """Begin with what a proposal says."""
        if proposal is not None:
            options["initial"] = {
                "title": proposal.title,
                "domain": proposal.domain,
                "purpose": proposal.purpose,
                "scope": proposal.scope,
                "essential": "\n".join(proposal.essential),
                "desired": "\n".join(proposal.desired),
            }
        super().__init__(*args, **options)
        language = words.language()
        field = self.fields["domain"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 -- declared above
        field.choices = [
            ("", _("選んでください")),
            *(
                (each.slug, each.label(language))
                for each in codelist.business_domains()
                if not each.statutory
            ),
        ]

    def wish(self) -> Wish:
        """Return what is proposed."""
        given = self.cleaned_data
        return Wish(
            title=given["title"],
            domain=given["domain"],
            purpose=given["purpose"],
            scope=given["scope"],
            essential=lines(given["essential"]),
            desired=lines(given["desired"]),
        )


class EndorsementForm(OrganisationForm):
    """Why the organisation wants it too."""

    note = CleanCharField(
        label=_("ひとこと"),
        required=False,
        max_length=rules.LONGEST_NOTE,
        help_text=_("例：令和10年度の更改で使いたい。公開されます。"),
    )


class _AuthorityForm(forms.Form):
    """For which of the editor's authorities."""

    authority = forms.ModelChoiceField(label=_("所管"), queryset=Authority.objects.none())

    def __init__(self, *args: Any, user: Any, **options: Any) -> None:
        """Offer the authorities that the person edits for."""
        super().__init__(*args, **options)
        field = self.fields["authority"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 -- declared above
        field.queryset = Authority.objects.filter(editors__user=user)
        if len(field.queryset) == 1:
            field.initial = field.queryset[0]


class AnswerForm(_AuthorityForm):
    """An answer that draws up no draft."""

    outcome = forms.ChoiceField(
        label=_("回答"),
        widget=forms.RadioSelect,
        choices=[
            (ProposalAnswer.Outcome.LATER, ProposalAnswer.Outcome.LATER.label),
            (ProposalAnswer.Outcome.NOT, ProposalAnswer.Outcome.NOT.label),
        ],
    )
    reason = CleanCharField(
        label=_("理由"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("公開されます。"),
    )


class TakeUpForm(_AuthorityForm):
    """What the draft begins as."""

    title = CleanCharField(
        label=_("仕様書の名称"),
        max_length=120,
        help_text=_("例：道路損傷通報システム標準仕様書"),
    )
    slug = CleanCharField(
        label=_("識別子"),
        max_length=80,
        help_text=_("アドレスに使う半角の英小文字・数字・ハイフン。例：road-damage-report"),
    )
    id_prefix = CleanCharField(
        label=_("機能IDの先頭3桁"),
        max_length=3,
        help_text=_("例：910。要件のIDは9100010、9100020…となります。"),
    )
    published_on = DateField3(
        label=_("公表予定日"), help_text=_("案のうちは、あとから変えられます。")
    )
    reason = CleanCharField(
        label=_("提案者への回答"),
        max_length=rules.LONGEST_TEXT,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("どのように進めるかを書いてください。公開されます。"),
    )

    def clean_slug(self) -> str:
        """Refuse a slug that no address can have."""
        slug = str(self.cleaned_data["slug"])
        _refuse(specification_rules.slug_can_be_used(slug))
        return slug

    def clean_id_prefix(self) -> str:
        """Refuse what are no three digits."""
        prefix = str(self.cleaned_data["id_prefix"])
        _refuse(rules.prefix_is_of_three_digits(prefix))
        return prefix


def _refuse(problems: Iterable[Problem]) -> None:
    if found := list(problems):
        language = words.language()
        raise ValidationError([problem.sentence(language) for problem in found])
