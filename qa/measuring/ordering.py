"""Questions with known answers → the weights of ranking and choice.

In: an evaluation set; its candidates and their features come from the code that answers users.
Out: a `Ranking`, by which a right article's best passage comes first, and a `Choice`, by which the
sentence does that holds the answer. Softmax over candidates; every set counts the same.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from embeddings.bundled import BundledEncoder
from embeddings.clean import squash
from qa import choice as choosing
from qa.foreign import searched_vector
from qa.measuring.evaluation import EvaluationSet
from qa.question import Question
from qa.retrieve import retrieve
from qa.script import Scripts
from qa.weights import Choice, Ranking, weights

if TYPE_CHECKING:
    import torch

CANDIDATES = 40  # hits a question that are trained on
SENTENCES = 20  # sentences a hit
L2_RANKING, L2_CHOICE = 0.1, 1e-3
SMOOTH = 0.004  # a soft maximum over sentences, in cosine, so that all of them learn

RANKING_SENTENCE = (
    "sentence_cosine",
    "sentence_share",
    "sentence_shows_kind",
    "sentence_counts",
    "sentence_asks",
)
RANKING_PASSAGE = ("passage_cosine", "article_share")
CHOICE = tuple(field.name for field in dataclasses.fields(Choice) if field.name != "read")
READ = 0.06
"""What a reading counts in the choice of a sentence, in cosine for each e-fold of its share. From
0.04 to 0.16 as many are right, within one in a hundred, of what the reader was not trained on."""


@dataclasses.dataclass(frozen=True)
class Candidates:
    """The candidates of some questions, as arrays."""

    sentences: torch.Tensor  # (questions, CANDIDATES, SENTENCES, ranking features)
    choice: torch.Tensor  # (questions, CANDIDATES, SENTENCES, choice features)
    present: torch.Tensor  # bool, (questions, CANDIDATES, SENTENCES)
    holds: torch.Tensor  # bool, likewise: the sentence holds an answer
    passages: torch.Tensor  # (questions, CANDIDATES, ranking features of the passage)
    right: torch.Tensor  # bool, (questions, CANDIDATES): of a right article


def candidates_of(evaluation: EvaluationSet, work: Path, encoder: BundledEncoder) -> Candidates:
    """Return the candidates of a set's questions; its index is kept below `work`."""
    import torch

    asked = evaluation.questions
    snapshot = evaluation.index(work, encoder)
    scripts = Scripts.from_snapshot(snapshot)
    vectors = encoder.encode_questions([scripts.written(one.text)[0] for one in asked])
    shape = (len(asked), CANDIDATES, SENTENCES)
    sentences = np.zeros((*shape, len(RANKING_SENTENCE)), np.float32)
    choice = np.zeros((*shape, len(CHOICE)), np.float32)
    present, holds = np.zeros(shape, bool), np.zeros(shape, bool)
    passages = np.zeros((*shape[:2], len(RANKING_PASSAGE)), np.float32)
    right = np.zeros(shape[:2], bool)
    for number, (one, vector) in enumerate(zip(asked, vectors, strict=True)):
        question = Question.from_text(one.text, snapshot.lexical)
        searched = searched_vector(question, vector, encoder)
        hits = retrieve(snapshot, question, searched, weights().ranking)[:CANDIDATES]
        own = choosing.own_weights(question, hits)
        answers = [squash(text) for text in one.answers]
        for place, hit in enumerate(hits):
            passages[number, place] = hit.cosine, hit.article_share
            right[number, place] = hit.passage.source.path.removesuffix(".txt") in one.articles
            parts = choosing.choice_features(question, hit, own[hit.passage.article])
            for at, scored in enumerate(hit.sentences[:SENTENCES]):
                present[number, place, at] = True
                text = squash(scored.sentence.text)
                holds[number, place, at] = any(each in text for each in answers)
                sentences[number, place, at] = (
                    scored.cosine, scored.share, scored.shows_kind, scored.counts, scored.asks
                )  # fmt: skip
                choice[number, place, at] = [getattr(parts[at], name) for name in CHOICE]
    tensors = (sentences, choice, present, holds, passages, right)
    return Candidates(*(torch.from_numpy(array) for array in tensors))


def fit_ranking(whole: Sequence[Candidates]) -> Ranking:
    """Fit so that a right article's best passage comes first."""
    import torch

    sentence = torch.tensor([0.65, 0.08, 0.05, 0.03, -0.05], requires_grad=True)
    passage = torch.tensor([0.35, 0.05], requires_grad=True)
    scale = torch.tensor(4.5, requires_grad=True)

    def loss() -> torch.Tensor:
        total = L2_RANKING * ((sentence**2).sum() + (passage**2).sum())
        for one in whole:
            scores = (one.sentences @ sentence).masked_fill(~one.present, -1e9)
            smooth = SMOOTH * torch.logsumexp(scores / SMOOTH, 2)
            fused = (smooth + one.passages @ passage) * scale.exp()
            total = total + _softmax_loss(fused, one.present.any(2), one.right)
        return total

    _minimise([sentence, passage, scale], loss)
    unit = float((sentence[0] + passage[0]).detach())
    values = [float(value) / unit for value in (*sentence, *passage)]
    return Ranking(**dict(zip((*RANKING_SENTENCE, *RANKING_PASSAGE), values, strict=True)))


def fit_choice(whole: Sequence[Candidates]) -> Choice:
    """Fit so that of a right article's sentences the one that holds the answer comes first."""
    import torch

    flat = [
        (
            one.choice.flatten(1, 2),
            (one.present & one.right[:, :, None]).flatten(1),
            (one.present & one.right[:, :, None] & one.holds).flatten(1),
        )
        for one in whole
    ]
    spread = torch.cat([values[present] for values, present, _ in flat]).std(0) + 1e-6
    coefficients = torch.zeros(len(CHOICE), requires_grad=True)

    def loss() -> torch.Tensor:
        total = L2_CHOICE * (coefficients**2).sum()
        for values, present, holds in flat:
            total = total + _softmax_loss((values / spread) @ coefficients, present, holds)
        return total

    _minimise([coefficients], loss)
    values = (coefficients / spread).tolist()
    unit = {name: value / values[0] for name, value in zip(CHOICE, values, strict=True)}
    return Choice(**unit, read=READ)


def _softmax_loss(scores: torch.Tensor, present: torch.Tensor, right: torch.Tensor) -> torch.Tensor:
    """Return the mean negative log share that right candidates have of all present ones."""
    import torch

    usable = right.any(1) & (present & ~right).any(1)
    of_all = torch.logsumexp(scores[usable].masked_fill(~present[usable], -1e9), 1)
    of_right = torch.logsumexp(scores[usable].masked_fill(~right[usable], -1e9), 1)
    return (of_all - of_right).mean()


def _minimise(parameters: list[torch.Tensor], loss: Callable[[], torch.Tensor]) -> None:
    import torch

    optimiser = torch.optim.LBFGS(parameters, max_iter=80, line_search_fn="strong_wolfe")

    def closure() -> float:
        optimiser.zero_grad()
        value = loss()
        value.backward()  # type: ignore[no-untyped-call]
        return float(value.detach())

    optimiser.step(closure)  # type: ignore[no-untyped-call]
    for parameter in parameters:
        parameter.requires_grad = False
