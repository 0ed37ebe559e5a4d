"""The built-in model: quotes the best sentences of the sources, cited, and says ``NO_ANSWER`` without any.

It writes no sentence of its own, needs no network and no GPU, and calls itself ``extractive``.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Mapping, Sequence

from autosocial.text.language import detect_language
from autosocial.text.stemming import content_stems
from functions.model_server.embedding_queue import EmbeddingQueue, Urgency
from functions.model_server.engines.engine import Vectors
from functions.model_server.errors import BedrockError
from functions.model_server.extractive.prompt import ReadPrompt, read_prompt
from functions.model_server.extractive.relevance import Coverage, Scored, chosen, is_answered
from functions.model_server.extractive.sentences import Sentence, sentences_of
from functions.model_server.upstreams.upstream import ChatRequest, Finish, estimated_tokens

NO_ANSWER = "NO_ANSWER"
_MAX_CANDIDATES = 32
_COMPARED_PASSAGES = 2
_CACHED_TEXTS = 4_000


class ExtractiveModel:
    """Fills ``ChatUpstream``."""

    model = "extractive"

    def __init__(self, embeddings: EmbeddingQueue, *, word_pace_seconds: float) -> None:
        self._embeddings = embeddings
        self._pace = word_pace_seconds
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()

    def start(self) -> None:
        """Nothing to load."""

    async def stream(self, request: ChatRequest) -> AsyncGenerator[str | Finish, None]:
        """Yield the answer word by word, then its ``Finish``."""
        answer = await self.answer(request)
        words = answer.split(" ")
        limit = request.max_tokens or len(words)
        for number, word in enumerate(words[:limit]):
            if number and self._pace:
                await asyncio.sleep(self._pace)
            yield word if number == 0 else f" {word}"
        prompt_text = request.system + "".join(turn.text for turn in request.turns)
        yield Finish(
            stop_reason="max_tokens" if limit < len(words) else "end_turn",
            model=self.model,
            input_tokens=estimated_tokens(prompt_text),
            output_tokens=estimated_tokens(answer),
        )

    async def answer(self, request: ChatRequest) -> str:
        """Return the whole answer."""
        prompt = read_prompt(request.turns[-1].text)
        prompt = ReadPrompt(_standalone(prompt.question, request), prompt.sources)
        sentences = [
            sentence
            for index, source in enumerate(prompt.sources)
            for sentence in sentences_of(source, index)
        ]
        if not sentences:
            return NO_ANSWER
        ranked, passage_similarity = await self._ranked(prompt, sentences)
        if not is_answered(ranked[0], passage_similarity):
            return NO_ANSWER
        return " ".join(
            f"{quote.sentence.quote} [{prompt.sources[quote.sentence.source].number}]"
            for quote in chosen(ranked)
        )

    async def is_ready(self) -> bool:
        """Return whether the embedding engine is loaded: without it, answers rest on words alone."""
        return self._embeddings.engine is not None

    async def close(self) -> None:
        """Hold nothing."""

    async def _ranked(
        self, prompt: ReadPrompt, sentences: Sequence[Sentence]
    ) -> tuple[list[Scored], float | None]:
        """Return the sentences, best first, and how near the best passage is to the question."""
        coverage = Coverage(prompt, sentences)
        # Python's sort is stable: at equal coverage the order of retrieval decides.
        candidates = sorted(sentences, key=lambda sentence: -coverage.of(sentence))[:_MAX_CANDIDATES]
        passages = [source.text for source in prompt.sources[:_COMPARED_PASSAGES]]
        near = await self._similarities(
            prompt.question, [*passages, *(sentence.full_text for sentence in candidates)]
        )
        scored = [
            Scored(sentence, similarity, coverage.of(sentence), coverage.is_translated(sentence))
            for sentence, similarity in zip(candidates, near[len(passages) :], strict=True)
        ]
        best_passage = max((value for value in near[: len(passages)] if value is not None), default=None)
        return sorted(scored, key=lambda item: -item.score), best_passage

    async def _similarities(self, question: str, texts: Sequence[str]) -> Sequence[float | None]:
        known = {text: self._vectors[text] for text in texts if text in self._vectors}
        missing = list(dict.fromkeys(text for text in texts if text not in known))
        try:
            asked = self._embeddings.submit([question], is_query=True, urgency=Urgency.QUESTION)
            told = self._embeddings.submit(missing, is_query=False, urgency=Urgency.ANSWER)
            query = (await asyncio.wrap_future(asked))[0]
            vectors = await asyncio.wrap_future(told)
        except BedrockError:
            return [None] * len(texts)
        known.update(zip(missing, vectors, strict=True))
        self._remember(known)
        return [float(known[text] @ query) for text in texts]

    def _remember(self, vectors: Mapping[str, Vectors]) -> None:
        for text, vector in vectors.items():
            self._vectors[text] = vector
            self._vectors.move_to_end(text)
        while len(self._vectors) > _CACHED_TEXTS:
            self._vectors.popitem(last=False)


def _standalone(question: str, request: ChatRequest) -> str:
    """Return a short follow-up ("and how much?") together with the question it follows."""
    if len(content_stems(question, detect_language(question))) > 1:
        return question
    earlier = [turn.text for turn in request.turns[:-1] if turn.role == "user"]
    return f"{earlier[-1]} {question}" if earlier else question
