"""The unigram tokenizer of XLM-R, over the vocabulary that comes with the weights.

No piece spans two words, so a word is cut once and remembered: the best path through a text is the best paths
through its words.
"""

import re
from array import array
from functools import lru_cache

from functions.model_server.engines.weights import Vocabulary

_SPACES = re.compile(" {2,}")
_WORD = re.compile("▁[^▁]*")
_UNKNOWN_PENALTY = 10.0
_REMEMBERED_WORDS = 30_000


class UnigramTokenizer:
    """Turns text into token ids, without the special ones at the ends."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        special = {vocabulary.begin, vocabulary.end, vocabulary.unknown}
        self._ids = {
            piece.decode(): number for number, piece in enumerate(vocabulary.pieces) if number not in special
        }
        self._scores = array("f", vocabulary.scores.tobytes())
        self._longest = max(map(len, self._ids))
        self._unknown = vocabulary.unknown
        self._unknown_score = float(vocabulary.scores.min()) - _UNKNOWN_PENALTY
        self._normalized = vocabulary.normalized
        self._cut = lru_cache(maxsize=_REMEMBERED_WORDS)(self._best_path)

    def encode(self, text: str) -> list[int]:
        """Return the ids of the text's pieces."""
        spaced = _SPACES.sub(" ", text.translate(self._normalized)).replace(" ", "▁")
        words = _WORD.findall(spaced if spaced.startswith("▁") else f"▁{spaced}")
        return [number for word in words for number in self._cut(word)]

    def _best_path(self, word: str) -> tuple[int, ...]:
        """Return the most probable pieces (Viterbi)."""
        length = len(word)
        best = [0.0] + [float("-inf")] * length
        steps: list[tuple[int, int]] = [(0, 0)] * (length + 1)
        for start in range(length):
            score = best[start] + self._unknown_score
            if score > best[start + 1]:
                best[start + 1], steps[start + 1] = score, (start, self._unknown)
            for end in range(start + 1, min(length, start + self._longest) + 1):
                number = self._ids.get(word[start:end])
                if number is not None and best[start] + self._scores[number] > best[end]:
                    best[end], steps[end] = best[start] + self._scores[number], (start, number)
        path: list[int] = []
        at = length
        while at:
            at, number = steps[at]
            path.append(number)
        return tuple(reversed(path))
