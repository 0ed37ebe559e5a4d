"""Which rule of relevance an embedding model gets."""

from autosocial.knowledge.relevance import E5_SMALL, UNMEASURED, rule_for


def test_an_embedding_model_has_the_rule_that_was_measured_for_it_or_a_cautious_one():
    assert rule_for("multilingual-e5-small") is E5_SMALL
    assert rule_for("cohere.embed-multilingual-v3") is UNMEASURED
    assert UNMEASURED.same_language < E5_SMALL.same_language
