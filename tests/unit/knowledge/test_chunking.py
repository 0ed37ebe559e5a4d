"""Chunks: slices of the text, of a sane size, that together hold all of it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from autosocial.knowledge.chunking import HARD_LIMIT_TOKENS, TARGET_TOKENS, chunk, estimated_tokens
from autosocial.knowledge.extraction import Block, normalise

_words = st.text(min_size=1, max_size=40)
_sentences = st.lists(_words, min_size=1, max_size=60).map(" ".join)
_texts = st.one_of(
    _sentences, st.text(max_size=300), st.text("漢字あ。 \n", max_size=900), _words.map(lambda w: w * 60)
)
_blocks = st.builds(
    Block, _texts, page=st.one_of(st.none(), st.integers(1, 3)), level=st.sampled_from([0, 0, 0, 0, 1, 2, 3])
)


@settings(max_examples=150, deadline=None)
@given(st.lists(_blocks, max_size=12))
def test_every_chunk_is_a_slice_of_the_text_within_the_limit_and_nothing_is_lost(blocks):
    normalised = normalise(blocks)
    chunks = chunk("D", normalised)
    covered = [False] * len(normalised.text)
    for piece in chunks:
        assert piece.text == normalised.text[piece.start : piece.end]
        assert piece.text == piece.text.strip() != ""
        assert estimated_tokens(piece.text) <= HARD_LIMIT_TOKENS
        covered[piece.start : piece.end] = [True] * (piece.end - piece.start)
    lost = [char for char, is_held in zip(normalised.text, covered, strict=True) if not is_held]
    assert "".join(lost).strip() == ""
    assert [piece.ordinal for piece in chunks] == list(range(len(chunks)))
    assert [piece.start for piece in chunks] == sorted(piece.start for piece in chunks)


@settings(max_examples=50, deadline=None)
@given(st.lists(_blocks, max_size=8))
def test_the_same_text_gives_the_same_chunks(blocks):
    assert chunk("D", normalise(blocks)) == chunk("D", normalise(blocks))


@settings(max_examples=50, deadline=None)
@given(st.lists(_blocks, max_size=8))
def test_a_chunk_never_crosses_a_page(blocks):
    normalised = normalise(blocks)
    for piece in chunk("D", normalised):
        within = [s for s in normalised.sections if s.start < piece.end and s.end > piece.start]
        assert {section.page for section in within} == {piece.page}


def paragraph(number, words=40):
    return Block(" ".join(f"word{number}" for _ in range(words)) + ".")


def test_short_paragraphs_of_a_section_are_merged():
    chunks = chunk("D", normalise([Block("Title", level=1), *[Block(f"Line {n}.") for n in range(10)]]))
    assert len(chunks) == 1
    assert chunks[0].text.startswith("Title\n\nLine 0.")


def test_a_heading_starts_a_chunk_and_names_it_with_its_path():
    blocks = [
        Block("Handbook", level=1),
        Block("Intro."),
        Block("Prices", level=2),
        Block("Yoga costs 20."),
        Block("Rules", level=1),
        Block("Be kind."),
    ]
    chunks = chunk("D", normalise(blocks))
    assert [piece.heading for piece in chunks] == ["Handbook", "Handbook > Prices", "Rules"]
    assert chunks[1].text == "Prices\n\nYoga costs 20."


def test_headings_without_text_between_them_share_the_chunk_below():
    chunks = chunk("D", normalise([Block("A", level=1), Block("B", level=2), Block("Text.")]))
    assert [(piece.text, piece.heading) for piece in chunks] == [("A\n\nB\n\nText.", "A > B")]


def test_paragraphs_are_kept_whole_where_they_fit():
    blocks = [paragraph(number) for number in range(9)]
    chunks = chunk("D", normalise(blocks))
    assert len(chunks) > 1
    assert all(piece.text.endswith(".") for piece in chunks)
    assert all(estimated_tokens(piece.text) <= TARGET_TOKENS for piece in chunks)


def test_a_long_paragraph_is_cut_between_sentences_with_a_short_overlap():
    text = " ".join(f"Sentence number {n} says a little about topic {n}." for n in range(80))
    chunks = chunk("D", normalise([Block(text)]))
    assert len(chunks) > 3
    for before, after in zip(chunks, chunks[1:], strict=False):
        assert before.text.endswith(".")
        assert after.text.startswith("Sentence")
        assert before.start < after.start <= before.end + 1
    assert any(after.start < before.end for before, after in zip(chunks, chunks[1:], strict=False))


def test_ids_name_the_document_and_the_place():
    chunks = chunk("DOC", normalise([Block("One.", page=1), Block("Two.", page=2)]))
    assert [(piece.chunk_id, piece.page) for piece in chunks] == [("DOC-00000", 1), ("DOC-00001", 2)]


def test_the_estimate_is_generous_for_every_script():
    assert 4 <= estimated_tokens("Twenty euros a month, please.") <= 12
    assert estimated_tokens("漢字" * 50) >= 100
    assert estimated_tokens("привет " * 10) >= 25
