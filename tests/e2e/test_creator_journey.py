"""Journey 2: a creator registers, gives documents, sees what becomes of them, and takes the embed code."""

import re
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from pypdf import PdfReader, PdfWriter

from tests.e2e.conftest import RunningStack
from tests.e2e.creator import READY_MS, Creator

DEMO = Path(__file__).parents[1] / "data/demo"
PDF = DEMO / "steady-ground-handbook.pdf"
DOCX = DEMO / "guia-de-habitos.docx"
PASSWORD = "brass lantern over quiet water"
PNG = bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de")


@pytest.fixture
def creator(page: Page, running: RunningStack) -> Creator:
    return Creator(page, running.addresses.edge_url)


@pytest.fixture
def registered(creator: Creator) -> Creator:
    creator.register(name="Ana Prieto", email=f"{uuid.uuid4().hex}@example.com", password=PASSWORD)
    return creator


@pytest.fixture
def bad_files(tmp_path: Path) -> dict[str, Path]:
    """Files that must be refused, each for a reason of its own."""
    locked = PdfWriter(clone_from=PdfReader(PDF))
    locked.encrypt("only-i-know-it")
    files = {
        name: tmp_path / name for name in ("locked.pdf", "picture.pdf", "empty.txt", "huge.pdf", "tool.exe")
    }
    locked.write(files["locked.pdf"])
    files["picture.pdf"].write_bytes(PNG)
    files["empty.txt"].write_bytes(b"")
    files["tool.exe"].write_bytes(b"MZ")
    with files["huge.pdf"].open("wb") as huge:
        huge.write(b"%PDF-1.7\n")
        huge.truncate(26 * 1024 * 1024)
    return files


def test_registers_and_finds_an_empty_knowledge_page(registered: Creator, check: Callable[[str], None]):
    expect(registered.page.get_by_text("No documents yet")).to_be_visible()
    check("knowledge-empty")


def test_signing_in_is_accessible_and_says_what_is_wrong(creator: Creator, check: Callable[[str], None]):
    creator.open("/register")
    expect(creator.page.get_by_role("heading", name="Create your account")).to_be_visible()
    check("register")
    creator.open("/login")
    creator.page.get_by_label("E-mail").fill("nobody@example.com")
    creator.page.get_by_label("Password").fill("not the password")
    creator.page.get_by_role("button", name="Log in").click()
    expect(creator.page.get_by_role("alert")).to_be_visible()
    check("login-refused")


def test_good_documents_become_ready_with_visible_progress(
    registered: Creator, check: Callable[[str], None], tmp_path: Path
):
    prices = tmp_path / "prices.csv"
    prices.write_text("course,price\nWatercolour for beginners,120 euro\nOil painting,180 euro\n")
    notes = tmp_path / "notes.md"
    notes.write_text("# Opening hours\n\nThe studio is open from Tuesday to Saturday, from ten to six.\n")
    registered.drop(PDF, DOCX, prices, notes)
    expect(registered.page.get_by_role("progressbar").first).to_be_visible()
    check("knowledge-processing")
    for file in (PDF, DOCX, prices, notes):
        registered.wait_for(file.name, "ready")
    expect(registered.document(PDF.name)).to_contain_text(re.compile(r"\d+ pages · \d+ passages"))
    check("knowledge-ready")


def test_refused_files_say_why_and_can_be_tried_again_or_removed(
    registered: Creator, bad_files: dict[str, Path], check: Callable[[str], None]
):
    registered.drop(*bad_files.values())
    page = registered.page
    expect(page.get_by_text("This file is empty.")).to_be_visible()
    expect(page.get_by_text("This file is larger than 25 MB.")).to_be_visible()
    expect(page.get_by_text("This kind of file cannot be read.")).to_be_visible()
    locked = registered.wait_for("locked.pdf", "refused")
    expect(locked).to_contain_text(re.compile("password|encrypted", re.IGNORECASE))
    picture = registered.wait_for("picture.pdf", "refused")
    expect(picture).to_contain_text("not what its name says")
    check("knowledge-refused")
    locked.get_by_role("button", name=re.compile("^Retry")).click()
    expect(locked).not_to_have_attribute("data-state", "refused")
    registered.wait_for("locked.pdf", "refused")
    registered.delete("picture.pdf")
    registered.page.reload()
    expect(registered.document("locked.pdf")).to_be_visible()
    expect(registered.document("picture.pdf")).to_have_count(0)


def test_takes_the_embed_code_and_names_the_allowed_sites(
    registered: Creator, context: BrowserContext, check: Callable[[str], None]
):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = registered.page
    page.get_by_role("link", name="Embed").click()
    page.get_by_role("button", name="Copy the code").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.fullmatch(
        r'<script src="http://[^"]+/widget/loader\.js" data-creator="[0-9A-Z]{26}" async></script>', copied
    )
    page.get_by_label("Allowed sites").fill("no site")
    expect(page.get_by_text("is not a site address")).to_be_visible()
    page.get_by_label("Allowed sites").fill("https://www.example.com")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    check("embed")
    page.reload()
    expect(page.get_by_label("Allowed sites")).to_have_value("https://www.example.com")


def test_session_survives_a_reload_and_ends_at_log_out(registered: Creator):
    registered.page.reload()
    expect(registered.page.get_by_role("heading", name="Knowledge")).to_be_visible()
    registered.log_out()
    registered.open("/knowledge")
    expect(registered.page.get_by_role("heading", name="Welcome back")).to_be_visible()


def test_speaks_spanish(registered: Creator):
    registered.page.get_by_label("Language").select_option("es")
    expect(registered.page.get_by_role("heading", name="Conocimiento")).to_be_visible()
    registered.page.reload()
    expect(registered.page.get_by_role("heading", name="Conocimiento")).to_be_visible(timeout=READY_MS)
