"""What a creator does with the dashboard, in words of the creator."""

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

READY_MS = 120_000


class Creator:
    """A creator before the dashboard."""

    def __init__(self, page: Page, dashboard: str) -> None:
        self.page = page
        self.dashboard = dashboard

    def open(self, path: str = "/") -> None:
        self.page.goto(self.dashboard + path)

    def register(self, *, name: str, email: str, password: str) -> None:
        self.open("/register")
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Create account").click()
        expect(self.page.get_by_role("heading", name="Knowledge")).to_be_visible()

    def log_in(self, email: str, password: str) -> None:
        self.open("/login")
        self.page.get_by_label("E-mail").fill(email)
        self.page.get_by_label("Password").fill(password)
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_role("heading", name="Knowledge")).to_be_visible()

    def log_out(self) -> None:
        self.page.get_by_role("button", name="Log out").click()
        expect(self.page.get_by_role("heading", name="Welcome back")).to_be_visible()

    def drop(self, *files: Path) -> None:
        self.page.locator("input[type=file]").set_input_files([str(file) for file in files])

    def document(self, name: str) -> Locator:
        heading = self.page.get_by_role("heading", name=name, exact=True)
        return self.page.locator("li.document").filter(has=heading)

    def wait_for(self, name: str, state: str) -> Locator:
        row = self.document(name)
        expect(row).to_have_attribute("data-state", state, timeout=READY_MS)
        return row

    def delete(self, name: str) -> None:
        self.document(name).get_by_role("button", name=re.compile("^Delete")).click()
        dialog = self.page.get_by_role("dialog")
        expect(dialog).to_contain_text(name)
        dialog.get_by_role("button", name="Delete").click()
        expect(self.document(name)).to_have_count(0, timeout=READY_MS)
