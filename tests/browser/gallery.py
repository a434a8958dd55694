"""One page with every shared component, for the browser tests and for eyes."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.template import engines

from marketplace.fields import (
    CleanCharField,
    CorporateNumberField,
    DateField3,
    YenField,
)
from schemas.problems import Problem

PAGE = Path(__file__).parent / "templates" / "gallery.html"


class GalleryForm(forms.Form):
    """One field of each kind."""

    name = CleanCharField(label="製品の名前", max_length=20, help_text="カタログに出る名前です。")
    number = CorporateNumberField(label="法人番号", help_text="13桁の数字です。")
    ends_on = DateField3(label="契約の終了日", help_text="例：2027 年 3 月 31 日")
    cost = YenField(label="年額（税込）", required=False)
    basis = forms.ChoiceField(
        label="税の扱い",
        choices=[("INCLUDED", "税込"), ("EXCLUDED", "税抜")],
        widget=forms.RadioSelect,
    )
    hosting = forms.ChoiceField(label="置き場所", choices=[("", "選んでください"), ("g", "国内")])
    note = CleanCharField(label="備考", required=False, widget=forms.Textarea({"rows": 3}))
    file = forms.FileField(label="回答票", required=False, help_text="Excelのファイルを選びます。")
    agreed = forms.BooleanField(label="内容を確かめました")


def gallery(request: HttpRequest) -> HttpResponse:
    """Show the components, with the form's errors where ``?errors=1`` asks for them."""
    data = (
        {"number": "123", "ends_on_year": "2027", "ends_on_month": "2", "ends_on_day": "30"}
        | {"cost": "12.5"}
        if "errors" in request.GET
        else None
    )
    messages.success(request, "契約を登録しました。")
    context: dict[str, Any] = {
        "form": GalleryForm(data),
        "crumbs": [("カタログ", "/"), ("見本", "")],
        "page_obj": Paginator(range(1, 501), 20).page(7),
        "today": date(2026, 11, 23),
        "day": date(2027, 3, 31),
        "text": "一行目\n<b>二行目</b>",
        "outcomes": ["conforms", "conforms_with_transitional", "does_not_conform", ""],
        "obligations": ["mandatory", "standard_option", "prohibited"],
        "rows": range(1, 31),
        "problems": [Problem("", "yen_not_whole", {}, "G12")] if data else [],
    }
    template = engines["django"].from_string(PAGE.read_text(encoding="utf-8"))
    return HttpResponse(template.render(context, request))
