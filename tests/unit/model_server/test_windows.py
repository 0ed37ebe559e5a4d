import numpy as np

from functions.model_server.engines.windows import batches_of, merged, padded, windows_of


def test_a_long_text_becomes_windows_and_each_has_its_ends():
    windows = windows_of([list(range(10, 20)), [7]], ends=(0, 2), size=6)

    assert [(window.text, window.ids) for window in windows] == [
        (1, [0, 7, 2]),
        (0, [0, 18, 19, 2]),
        (0, [0, 10, 11, 12, 13, 2]),
        (0, [0, 14, 15, 16, 17, 2]),
    ]


def test_an_empty_text_still_has_a_window():
    (window,) = windows_of([[]], ends=(0, 2), size=6)

    assert (window.ids, window.content) == ([0, 2], 0)


def test_batches_count_their_padding():
    windows = windows_of([[1] * length for length in (1, 1, 4, 8)], ends=(0, 2), size=512)

    assert [[len(window.ids) for window in batch] for batch in batches_of(windows, max_tokens=12)] == [
        [3, 3],
        [6],
        [10],
    ]


def test_padding_is_masked():
    ids, mask = padded(windows_of([[5], [5, 6, 7]], ends=(0, 2), size=512))

    assert ids.tolist() == [[0, 5, 2, 0, 0], [0, 5, 6, 7, 2]]
    assert mask.tolist() == [[1, 1, 1, 0, 0], [1, 1, 1, 1, 1]]


def test_windows_count_by_their_tokens_and_vectors_have_length_one():
    windows = windows_of([[1, 1, 1, 1, 9]], ends=(0, 2), size=6)
    by_window = {4: [1.0, 0.0], 1: [0.0, 2.0]}
    means = np.array([by_window[window.content] for window in windows], dtype=np.float32)

    (vector,) = merged(windows, means, texts=1)

    np.testing.assert_allclose(vector, np.array([4, 2]) / np.sqrt(20), rtol=1e-6)
