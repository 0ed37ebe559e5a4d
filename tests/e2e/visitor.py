"""What a visitor does with the widget, in words of the visitor."""

import re

from playwright.sync_api import Locator, Page, expect

ANSWER_MS = 60_000


class Visitor:
    """A visitor on a creator's site. Locators reach into the widget's open shadow root."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self._site = site

    def arrive(self) -> None:
        self.page.goto(self._site)

    def open_chat(self) -> None:
        self.page.get_by_role("button", name="Chat").click()
        expect(self.question_box).to_be_visible()

    @property
    def question_box(self) -> Locator:
        return self.page.get_by_role("textbox", name=re.compile("Your message|Tu mensaje"))

    @property
    def answers(self) -> Locator:
        return self.page.locator("autosocial-chat .answer")

    def ask(self, question: str) -> None:
        self.question_box.fill(question)
        self.question_box.press("Enter")

    def ask_and_wait(self, question: str) -> Locator:
        """Ask, and return the finished answer."""
        before = self.answers.count()
        self.ask(question)
        answer = self.answers.nth(before)
        expect(answer).to_have_attribute("data-state", "done", timeout=ANSWER_MS)
        return answer

    def text_of(self, answer: Locator) -> str:
        return answer.locator(".text").inner_text()
