"""English questions over Chinese articles: what all of them have in common."""

from __future__ import annotations

import numpy as np
import pytest

from embeddings.bundled import BundledEncoder
from qa.foreign import _stored, computed_mean, mean_question
from tests.fakes import FakeEncoder
from tests.libraries import Library
from tests.samples import GOLDEN


def test_the_stored_mean_is_that_of_the_default_model(encoder: BundledEncoder) -> None:
    """The mean that comes with the program is what its questions give."""
    model, mean = _stored()
    assert model == encoder.fingerprint.model
    assert np.allclose(mean, computed_mean(encoder), atol=1e-3)
    assert np.array_equal(mean_question(encoder), mean)


def test_another_model_has_a_mean_of_its_own() -> None:
    """For any other model the mean is made from its own vectors."""
    encoder = FakeEncoder()
    assert np.allclose(mean_question(encoder), computed_mean(encoder))


def test_english_questions_find_chinese_articles(
    seeds: Library, encoder: BundledEncoder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of the English golden questions, the right file comes first for seven of ten at least."""
    import json

    lines = (GOLDEN / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    asked = [one for one in map(json.loads, lines) if one["language"] == "en"]
    session = seeds.session(encoder, top=5)
    right = [session.ask(one["question"]).passages[0].passage.source.path for one in asked]
    share = sum(path == one["path"] for path, one in zip(right, asked, strict=True)) / len(asked)
    with capsys.disabled():
        print(f"\nEnglish golden questions whose file comes first: {share:.0%} of {len(asked)}")
    assert share >= 0.7
