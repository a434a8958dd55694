"""A person at a browser without scripts: reads pages, follows links, fills in the forms shown."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urldefrag, urljoin

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
APART = {"dd", "div", "dt", "h1", "h2", "h3", "li", "option", "p", "td", "th"}
UNREAD = {"script", "style", "title"}


@dataclass(frozen=True)
class Button:
    """What one may press: its label, what it sends, and where to, if not where the form says."""

    label: str
    name: str
    value: str
    action: str


@dataclass
class Form:
    """A form as it stands on a page: where it goes, what it holds, what one may press."""

    action: str
    method: str
    values: dict[str, list[str]] = field(default_factory=dict)
    choices: dict[str, set[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    buttons: list[Button] = field(default_factory=list)


class _Page(HTMLParser):
    """Collect the text, headings, links and forms of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[tuple[str, str]] = []
        self.words: list[str] = []
        self.heading: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self._select = ""
        self._area = ""
        self._button: tuple[str, str, str] | None = None
        self._link: str | None = None
        self._said: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag not in VOID:
            self._open.append(tag)
        if tag in APART:
            self.words.append(" ")
        form, name = self._form, at.get("name", "")
        if tag == "form":
            self._form = Form(at.get("action", ""), at.get("method", "get").lower())
            self.forms.append(self._form)
        elif tag == "a" and "href" in at:
            self._link, self._said = at["href"], []
        elif tag == "button":
            self._button = (name, at.get("value", ""), at.get("formaction", ""))
            self._said = []
        elif form is not None and name and "disabled" not in at:
            form.names.add(name)
            kind = at.get("type", "text")
            if tag == "input" and kind in {"radio", "checkbox"}:
                form.choices.setdefault(name, set()).add(at.get("value", "on"))
                if "checked" in at:
                    form.values.setdefault(name, []).append(at.get("value", "on"))
            elif tag == "input" and kind not in {"file", "submit"}:
                form.values.setdefault(name, []).append(at.get("value", ""))
            elif tag == "textarea":
                self._area = name
                form.values.setdefault(name, []).append("")
            elif tag == "select":
                self._select = name
                form.choices[name] = set()
        if form is not None and tag == "option" and self._select:
            form.choices[self._select].add(at.get("value", ""))
            if "selected" in at or self._select not in form.values:
                form.values[self._select] = [at.get("value", "")]

    def handle_endtag(self, tag: str) -> None:
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        said = "".join(self._said).strip()
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            self._area = ""
        elif tag == "a" and self._link is not None:
            self.links.append((said, self._link))
            self._link = None
        elif tag == "button" and self._button is not None:
            if self._form is not None:
                self._form.buttons.append(Button(said, *self._button))
            self._button = None

    def handle_data(self, data: str) -> None:
        if self._area and self._form is not None:
            self._form.values[self._area][-1] += data
        elif not UNREAD & set(self._open):
            self.words.append(data)
            self._said.append(data)
            if "h1" in self._open:
                self.heading.append(data)


class Reader:
    """Somebody who uses the marketplace by its pages alone, CSRF tokens included."""

    def __init__(self) -> None:
        """Open the front page in a browser of one's own."""
        self.client = Client(enforce_csrf_checks=True)
        self.address = "/"
        self.open("/")

    def open(self, address: str, expected: int = 200) -> Reader:
        """Go to an address, following redirects."""
        return self._show(self.client.get(address, follow=True), address, expected)

    def follow(self, label: str) -> Reader:
        """Follow the first link that says exactly this."""
        return self.open(urldefrag(self._link(label)).url)

    def download(self, label: str) -> bytes:
        """Fetch the file behind a link and stay on the page."""
        answer = self.client.get(self._link(label))
        assert answer.status_code == 200, label
        return answer.content

    def send(self, button: str, *, at: str = "", expected: int = 200, **entered: Any) -> Reader:
        """Fill in the form that has the button (and ``at`` in its address) and press it.

        A field that the form does not show, and a choice that it does not offer, is an error.
        """
        form, pressed = self._pressed(button, at)
        sent: dict[str, Any] = dict(form.values)
        for key, given in entered.items():
            assert key in form.names, f"{self.address} does not ask for {key}: {form.names}"
            if key in form.choices:
                several = given if isinstance(given, list) else [str(given)]
                assert set(several) <= form.choices[key], (key, given, form.choices[key])
            sent[key] = given
        if pressed.name:
            sent[pressed.name] = pressed.value
        address = urljoin(self.address, pressed.action or form.action)
        ask = self.client.post if form.method == "post" else self.client.get
        answer = ask(address, sent, follow=True)
        return self._show(answer, address, expected)

    def upload(self, button: str, name: str, content: bytes, **entered: Any) -> Reader:
        """Send a form with one file."""
        return self.send(button, file=SimpleUploadedFile(name, content), **entered)

    def choices(self, button: str, name: str) -> set[str]:
        """Return the values that a field of the form offers."""
        return self._pressed(button, "")[0].choices[name]

    def doors(self, button: str) -> list[str]:
        """Return the addresses of all forms with the button."""
        return [
            form.action
            for form in self._page.forms
            if any(each.label == button for each in form.buttons)
        ]

    def says(self, *sentences: str) -> Reader:
        """Assert that the page says all of this."""
        for sentence in sentences:
            assert sentence in self.text, f"「{sentence}」 is not on {self.address}:\n{self.text}"
        return self

    def _link(self, label: str) -> str:
        for said, address in self._page.links:
            if said == label:
                return urljoin(self.address, address)
        raise AssertionError(f"no link 「{label}」 on {self.address}: {self._page.links}")

    def _pressed(self, button: str, at: str) -> tuple[Form, Button]:
        for form in self._page.forms:
            for each in form.buttons:
                if each.label == button and at in form.action:
                    return form, each
        offered = [form.buttons for form in self._page.forms]
        raise AssertionError(f"no button 「{button}」 on {self.address}: {offered}\n{self.text}")

    def _show(self, answer: Any, address: str, expected: int) -> Reader:
        self.address = answer.redirect_chain[-1][0] if answer.redirect_chain else address
        text = answer.content.decode()
        self._page = _Page(text)
        self.text = " ".join("".join(self._page.words).split())
        self.title = "".join(self._page.heading).strip()
        assert answer.status_code == expected, f"{address}: {answer.status_code}\n{self.text}"
        return self


def day(name: str, iso: str) -> dict[str, Any]:
    """Return a date as the three fields of a form."""
    parts = zip(("year", "month", "day"), iso.split("-"), strict=True)
    return {f"{name}_{part}": number for part, number in parts}
