"""Journey 3: a visitor asks in two languages, checks the source, rates, comes back; the creator reads it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.conftest import RunningStack
from tests.e2e.creator import Creator
from tests.e2e.visitor import Visitor

ENGLISH = "How much is the Guided plan?"
SPANISH = "¿Cuántas tazas de café puedo tomar al día?"
UNKNOWN = "What is the capital of Mongolia?"


@pytest.fixture
def visitor(page: Page, running: RunningStack) -> Visitor:
    visitor = Visitor(page, running.addresses.demo_url)
    visitor.arrive()
    return visitor


def test_answer_streams_with_a_citation_that_opens_the_quoted_passage(
    visitor: Visitor, check: Callable[[str], None]
):
    check("widget-closed")
    visitor.open_chat()
    check("widget-open")
    visitor.ask(ENGLISH)
    answer = visitor.answers.first
    expect(answer).to_have_attribute("data-state", "streaming")
    expect(answer).to_have_attribute("data-state", "done")
    assert "1,120" in visitor.text_of(answer)
    check("widget-answer")
    answer.locator(".sources button").first.click()
    source = visitor.page.get_by_role("dialog", name="steady-ground-handbook.pdf")
    expect(source).to_contain_text(re.compile(r"page \d"))
    quote = source.locator("mark").inner_text()
    assert "1,120" in quote
    check("widget-citation")
    visitor.page.keyboard.press("Escape")
    expect(source).to_be_hidden()


def test_spanish_question_is_answered_from_the_spanish_document(visitor: Visitor):
    visitor.open_chat()
    answer = visitor.ask_and_wait(SPANISH)
    assert "tres tazas" in visitor.text_of(answer)
    expect(answer.locator(".sources")).to_contain_text("guia-de-habitos.docx")


def test_unknown_question_gets_an_honest_answer_and_a_way_on(visitor: Visitor, check: Callable[[str], None]):
    visitor.open_chat()
    answer = visitor.ask_and_wait(UNKNOWN)
    expect(answer.locator(".label")).to_have_text("Not in the documents")
    expect(answer.locator(".sources")).to_have_count(0)
    check("widget-no-answer")
    answer.get_by_role("button", name="Ask in other words").click()
    expect(visitor.question_box).to_have_value(UNKNOWN)


def test_conversation_and_rating_are_found_again_after_a_reload(visitor: Visitor):
    visitor.open_chat()
    answer = visitor.ask_and_wait(ENGLISH)
    text = visitor.text_of(answer)
    answer.get_by_role("button", name="Helpful", exact=True).click()
    expect(answer.get_by_text("Thank you, that helps.")).to_be_visible()
    visitor.page.reload()
    visitor.open_chat()
    expect(visitor.answers.first.locator(".text")).to_have_text(text, use_inner_text=True)
    helpful = visitor.answers.first.get_by_role("button", name="Helpful", exact=True)
    expect(helpful).to_have_attribute("aria-pressed", "true")


def test_creator_sees_the_conversation_appear(
    visitor: Visitor, context: BrowserContext, running: RunningStack, check: Callable[[str], None]
):
    other = context.browser.new_context(locale="en-GB")  # type: ignore[union-attr]
    creator = Creator(other.new_page(), running.addresses.edge_url)
    creator.log_in(running.login.email, running.login.password)
    creator.page.get_by_role("link", name="Conversations").click()
    question = "Do I need a camera in the group sessions?"
    visitor.open_chat()
    visitor.ask_and_wait(question)
    creator.page.get_by_role("link", name=re.compile("camera")).first.click()
    transcript = creator.page.locator(".transcript")
    expect(transcript).to_contain_text(question)
    expect(transcript.locator(".citation summary").first).to_contain_text("steady-ground-handbook.pdf")
    other.close()


def test_conversations_page_is_accessible(page: Page, running: RunningStack, check: Callable[[str], None]):
    creator = Creator(page, running.addresses.edge_url)
    creator.log_in(running.login.email, running.login.password)
    creator.open("/conversations")
    page.locator(".conversation-link").first.click()
    page.locator(".citation summary").first.click()
    check("conversations")
