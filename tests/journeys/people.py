"""A person at a browser, who knows the page only by what it says: roles, names and labels. Counts what it costs them."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from notifications import actions as notifications
from tests import cast
from tests.journeys.eyes import Eyes

CODE = re.compile(r"^\s*([A-Z0-9]{3,}-?[A-Z0-9]{3,})\s*$", re.MULTILINE)
ADDRESS = re.compile(r"https?://[^/\s]+(/\S+)")


class Person:
    """`clicks`: what was activated; `fields`: what was typed or chosen. Opening an address is not counted."""

    def __init__(self, page: Page, home: str, mailbox: list[Any], *, address: str, scripted: bool = True) -> None:
        self.page, self.home, self.mailbox, self.address = page, home, mailbox, address
        self.eyes = Eyes(page, home, scripted=scripted)
        self.clicks = self.fields = 0

    # --- Seeing ---

    def open(self, path: str) -> None:
        self.page.goto(self.home + path, wait_until="load")

    def look(self, name: str = "") -> None:
        self.eyes.look(name)

    def reads(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("body")).to_contain_text(text)

    def does_not_read(self, text: str | re.Pattern[str]) -> None:
        expect(self.page.locator("body")).not_to_contain_text(text)

    def heading(self, text: str | re.Pattern[str]) -> None:
        """The page's one h1 says this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(text)

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name, exact=True)

    def link(self, name: str) -> Locator:
        return self.page.get_by_role("link", name=name, exact=True)

    def field(self, label: str) -> Locator:
        """The field of this label, which may add that it is optional."""
        return self.page.get_by_label(re.compile(rf"^{re.escape(label)}( \(optional\))?$"))

    # --- Doing ---

    def press(self, name: str, *, within: Locator | None = None) -> None:
        self._click((within or self.page).get_by_role("button", name=name, exact=True))

    def follow(self, name: str, *, within: Locator | None = None) -> None:
        self._click((within or self.page).get_by_role("link", name=name, exact=True).first)

    def tick(self, name: str | re.Pattern[str], *, on: bool = True) -> None:
        self._count(click=True)
        self.page.get_by_role("checkbox", name=name).set_checked(on)

    def choose(self, name: str | re.Pattern[str], *, within: Locator | None = None) -> None:
        self._count(click=True)
        (within or self.page).get_by_role("radio", name=name).check()

    def type(self, label: str, text: str) -> None:
        self._count(field=True)
        self.field(label).fill(text)

    def pick(self, label: str, option: str) -> None:
        self._count(field=True)
        self.field(label).select_option(option)

    def unfold(self, summary: Locator) -> None:
        self._click(summary)

    def _click(self, target: Locator) -> None:
        self._count(click=True)
        target.click()
        self.page.wait_for_load_state("load")

    def _count(self, *, click: bool = False, field: bool = False) -> None:
        self.clicks, self.fields = self.clicks + click, self.fields + field

    # --- Mail ---

    def mails(self) -> list[Any]:
        """What reached this person, oldest first."""
        cast.settle()
        notifications.send_waiting()
        return [mail for mail in self.mailbox if self.address in mail.to]

    def mail(self, subject: str) -> Any:
        """The newest mail with these words in its subject."""
        found = [mail for mail in self.mails() if subject in mail.subject]
        assert found, f"{self.address} has no mail about {subject!r}: {[mail.subject for mail in self.mails()]}"
        return found[-1]

    def opens_mail(self, subject: str) -> None:
        """Open the address that the mail's button leads to, on this site."""
        found = ADDRESS.search(self.mail(subject).body)
        assert found, "the mail has no address"
        self.open(found.group(1))

    def code(self) -> str:
        """The code in the newest mail that has one."""
        codes = [found.group(1) for mail in self.mails() if (found := CODE.search(mail.body))]
        assert codes, [mail.body for mail in self.mails()]
        return codes[-1]

    def identify(self) -> None:
        """On the page that asks who this is: the address, then the code from the mail."""
        self.type("E-mail address", self.address)
        self.press("Send me a code")
        self.look()
        self.type("Code", self.code())
        self.press("Confirm")

    def sign_in(self) -> None:
        self.open("/accounts/login/code/")
        self.identify()
