"""Trains the reader on questions with known answers, and writes qa/reader.safetensors.

    scripts/fit_reader.py FILE... --written FILE --articles FILE --work DIR [--epochs 2]
        [--most N] [--most-written N] [--rate 6e-4] [--out FILE] [--afresh]

Each question is read beside passages that the code that answers users has found: the right one,
where the answer's tokens are to be found, and the best wrong ones, where none are. Now and then
both are turned into the other script, or a question is asked of another place, body or year, or its
answer is taken out of the passage, so that this does not answer. Questions of one article in four
take no part (see `EvaluationSet.parted`), so that what is measured there holds elsewhere. Trained
are low-rank additions to the first eight layers' weights (Hu et al., 2021), with all biases and
norms. It goes on from the reader in use, unless `--afresh` is said; two cores take 16 examples a
second. Weights that count for ranking and confidence are fitted after it, by
scripts/fit_weights.py.

The file in use is the mean (scripts/mean_readers.py) of two parts of the one before it and one part
of what was trained from that, `--epochs 0.55 --rate 4e-4 --most 700 --most-written 3500`, on
written.jsonl and written_more.jsonl, with everything turned into Simplified. With as much of the
one as of the other, two in a hundred fewer of DRCD's questions were still answered.
"""

from __future__ import annotations

import dataclasses
import itertools
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import torch
import typer
from opencc import OpenCC
from safetensors.torch import load_file, save_file
from transformers import BertForQuestionAnswering

from embeddings.bundled import BundledEncoder, unpacked_folder
from embeddings.clean import squash
from embeddings.lexical import LexicalIndex
from embeddings.pieces import Pieces
from qa import choice as choosing
from qa.evaluation import EvaluationSet
from qa.excerpt import Excerpt, worth_reading
from qa.foreign import searched_vector
from qa.question import Question, without_asking
from qa.reader import STORED, Pair, Pairs, TrainedReader
from qa.retrieve import retrieve
from qa.script import Scripts
from qa.weights import weights
from qa.wording import worded

LAYERS, RANK, SCALE = 8, 16, 2
WARM_UP, BATCH = 100, 16  # steps, pairs
WRONG = {False: 2, True: 8}  # wrong passages a question; more in collections, which have few
HEADED = 0.9  # the probability of a passage that has a heading being read with it
RENAMED = 0.3  # the probability of a question being asked of another place, body or year
OTHER_SCRIPT = 0.12  # the probability of either script being forced on a question and its passage
WITHHELD = 0.15  # the probability of the answer being taken out of its passage
SEED = 1

_PLACE = re.compile(
    r"^[\u3400-\u9fff]{2,5}?(?=[市县縣省区區州镇鎮村站局队隊]"
    r"|公司|集[团團]|大[学學]|[医醫]院|[银銀]行|法院|[学學]院)"
)
_YEAR = re.compile(r"(?:19|20)\d\d(?=年)|(?<=\bin )(?:19|20)\d\d\b")
_ENGLISH_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,}\b")
_NAMES = (_PLACE, _YEAR, _ENGLISH_NAME)

_CLAUSE = re.compile(r"[^，,；;。！？!?]*[，,；;。！？!?]*")
_DATE = re.compile(r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}[日号])?|\d{4}年")
_NUMBER = re.compile(r"\d[\d.,]*[万萬亿億]?(?![%％\d])")

_SCRIPTS = (OpenCC("s2t").convert, OpenCC("t2s").convert, str)


@dataclasses.dataclass(frozen=True)
class Example:
    """A question beside what of a passage is read."""

    question: str
    excerpt: Excerpt
    answers: tuple[str, ...]  # none in a wrong passage
    lexical: LexicalIndex  # tells which words an English question may have in Chinese


@dataclasses.dataclass(frozen=True)
class Target:
    """An example as tokens, and where in them the answer begins and ends."""

    pair: Pair
    first: tuple[int, ...]  # tokens, any of which is right; (0,) for no answer
    last: tuple[int, ...]


class Renamed:
    """Asks a question of another place, body or year, so that its passage no longer answers."""

    def __init__(self, questions: Sequence[str]) -> None:
        self._names = [
            [found.group() for text in questions if (found := _named(pattern, text))]
            for pattern in _NAMES
        ]

    def ask(self, question: str, told: str) -> str | None:
        """Return the question with a name that the passage lacks; None when it has no name."""
        for pattern, names in zip(_NAMES, self._names, strict=True):
            found = _named(pattern, question)
            other = random.choice(names) if found else ""  # noqa: S311
            if found and other not in told and other not in question:
                return question[: found.start()] + other + question[found.end() :]
        return None


def _named(pattern: re.Pattern[str], question: str) -> re.Match[str] | None:
    found = pattern.search(question)
    return found if found and without_asking(found.group()) == found.group() else None


class Changed(torch.nn.Module):
    """A linear layer whose weight stays as it is, with a product of two thin matrices beside it."""

    fixed: torch.Tensor

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        rows, columns = linear.weight.shape
        self.register_buffer("fixed", linear.weight.detach())
        self.bias = linear.bias
        self.down = torch.nn.Parameter(torch.randn(RANK, columns) / columns**0.5)
        self.up = torch.nn.Parameter(torch.zeros(rows, RANK))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        """Return what the changed layer makes of states."""
        linear = torch.nn.functional.linear
        return linear(states, self.fixed, self.bias) + linear(
            linear(states, self.down), SCALE * self.up
        )


class Model(torch.nn.Module):
    """The first layers of the default model, with what is trained."""

    def __init__(self) -> None:
        super().__init__()
        self.bert = BertForQuestionAnswering.from_pretrained(
            unpacked_folder(),
            num_hidden_layers=LAYERS,
            attention_probs_dropout_prob=0.0,
            attn_implementation="eager",
        )
        self.parts = torch.nn.Parameter(torch.zeros(2, self.bert.config.hidden_size))
        for parameter in self.bert.bert.embeddings.parameters():
            parameter.requires_grad = False
        for name, module in list(self.bert.bert.encoder.named_modules()):
            if isinstance(module, torch.nn.Linear):
                self.bert.bert.encoder.set_submodule(name, Changed(module))
        for parameter in self.bert.bert.embeddings.LayerNorm.parameters():
            parameter.requires_grad = True

    def trained(self) -> dict[str, torch.nn.Parameter]:
        """Return what is trained, by the names of the reader's file."""
        return {
            _stored_name(name.removeprefix("bert.")): parameter
            for name, parameter in self.named_parameters()
            if parameter.requires_grad
        }

    def forward(self, pieces: torch.Tensor, part: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return the log weights of each token being the first and the last, (pairs, tokens, 2)."""
        words = self.bert.get_input_embeddings()(pieces)
        out = self.bert(inputs_embeds=words + self.parts[part], attention_mask=mask)
        return torch.stack([out.start_logits, out.end_logits], 2).float()


def main(  # noqa: PLR0913, PLR0917 -- each is an option of the command line
    files: Annotated[list[Path], typer.Argument()],
    work: Annotated[Path, typer.Option(help="Folder that keeps the indexes.")],
    written: Annotated[list[Path], typer.Option(help="Questions over a packed file of articles.")],
    articles: Annotated[Path, typer.Option(help="That file.")],
    epochs: Annotated[float, typer.Option()] = 2.0,
    most: Annotated[int, typer.Option(help="Questions a file at most.")] = 100_000,
    most_written: Annotated[int, typer.Option(help="Written ones; a third English.")] = 100_000,
    out: Annotated[Path | None, typer.Option(help="Where to write; the reader in use.")] = None,
    rate: Annotated[float, typer.Option(help="Learning rate; afresh, 1e-3.")] = 6e-4,
    *,
    afresh: Annotated[bool, typer.Option("--afresh", help="Forget the reader in use.")] = False,
) -> None:
    """Train and write."""
    random.seed(SEED)
    torch.manual_seed(SEED)
    encoder = BundledEncoder()
    sets = [EvaluationSet.from_file(file).parted(held_out=False).sample(most) for file in files]
    for file, english in itertools.product(written, (False, True)):
        every = EvaluationSet.from_written(file, articles, english=english)
        kept = every.parted(held_out=False)
        sets.append(kept.sample(min(most_written, len(kept.questions)) // (1 + english)))
    examples = [example for one in sets for example in _examples(one, work, encoder)]
    renamed = Renamed([example.question for example in examples])
    pairs = Pairs(Pieces.from_folder(unpacked_folder()))
    model = Model()
    in_use = Path(choosing.__file__).with_name(STORED)
    if not afresh:
        _take_over(model, in_use)
    steps = int(len(examples) * epochs / BATCH)
    _train(model, _batches(examples, pairs, renamed), steps, rate=rate)
    _write(model, out or in_use, sets)


def _examples(one: EvaluationSet, work: Path, encoder: BundledEncoder) -> Iterator[Example]:
    """Yield each question with its right passage, if found, and with the best wrong ones."""
    snapshot = one.index(work, encoder)
    most_wrong = WRONG[one.collected]
    most_right = most_wrong if one.collected else 1
    scripts = Scripts.from_snapshot(snapshot)
    vectors = encoder.encode_questions([scripts.written(asked.text)[0] for asked in one.questions])
    for asked, vector in zip(one.questions, vectors, strict=True):
        question = Question.from_text(asked.text, snapshot.lexical)
        searched = searched_vector(question, vector, encoder)
        hits = retrieve(snapshot, question, searched, weights().ranking)
        choose = choosing.chooser(question, hits, weights().choice)
        right, wrong = 0, 0
        for hit in hits:
            article = hit.passage.source.path.removesuffix(".txt")
            if not asked.articles and asked.about not in {"", article}:
                continue  # which may answer: that none does was read in those of one event only
            of_right = article in asked.articles
            excerpt = worth_reading(question, hit, choose(hit).scores, hits)
            holds = any(
                squash(text) in squash("".join(excerpt.sentences)) for text in asked.answers
            )
            if of_right and holds and right < most_right:
                right += 1
                yield Example(asked.text, excerpt, asked.answers, snapshot.lexical)
            elif not of_right and not holds and wrong < most_wrong:
                wrong += 1
                yield Example(asked.text, excerpt, (), snapshot.lexical)


def _withheld(excerpt: Excerpt, answers: Sequence[str]) -> Excerpt | None:
    """Return an excerpt without the answer: a near miss; None where nothing else would be left.

    The sentence that holds it goes, or its clause, or the number becomes 多 and the date 近日.
    """
    without = random.choice((_no_sentence, _no_clause, _no_figure))  # noqa: S311
    wanted = [squash(answer) for answer in answers]
    sentences = tuple(
        without(text, wanted) if any(answer in squash(text) for answer in wanted) else text
        for text in excerpt.sentences
    )
    told = squash("".join(sentences))
    if not told or any(answer in told for answer in wanted):
        return None
    heading = "" if any(answer in squash(excerpt.heading) for answer in wanted) else excerpt.heading
    return dataclasses.replace(excerpt, sentences=sentences, heading=heading)


def _no_sentence(_text: str, _answers: Sequence[str]) -> str:
    return ""


def _no_clause(text: str, answers: Sequence[str]) -> str:
    clauses = _CLAUSE.findall(text)
    return "".join(one for one in clauses if not any(answer in squash(one) for answer in answers))


def _no_figure(text: str, answers: Sequence[str]) -> str:
    for answer in answers:
        vague = _NUMBER.sub("多", _DATE.sub("近日", answer))
        text = text.replace(answer, vague)
    return text


def _target(example: Example, pairs: Pairs, renamed: Renamed) -> Target | None:
    """Return an example as tokens; None when the answer is in none of those that are read."""
    if example.answers and random.random() < RENAMED:  # noqa: S311
        told = example.excerpt.heading + "".join(example.excerpt.sentences)
        other = renamed.ask(example.question, told)
        if other is not None:
            example = dataclasses.replace(example, question=other, answers=())
    if example.answers and random.random() < WITHHELD:  # noqa: S311
        excerpt = _withheld(example.excerpt, example.answers)
        if excerpt is not None:
            example = dataclasses.replace(example, excerpt=excerpt, answers=())
    (tell,) = random.choices(_SCRIPTS, [OTHER_SCRIPT, OTHER_SCRIPT, 1 - 2 * OTHER_SCRIPT])  # noqa: S311
    sentences = [tell(sentence) for sentence in example.excerpt.sentences]
    heading = tell(example.excerpt.heading) if random.random() < HEADED else ""  # noqa: S311
    # After it was renamed: what is asked of another place has no word for this one.
    question = worded(Question.from_text(example.question, example.lexical), example.excerpt)
    pair = pairs.pair(tell(question), sentences, heading)
    if not example.answers:
        return Target(pair, (0,), (0,))
    text = "".join(sentences).replace("\n", "")
    first, last = set(), set()
    for answer in example.answers:
        for found in re.finditer(r"\s*".join(map(re.escape, squash(tell(answer)))), text):
            for place, (start, end) in enumerate(pair.spans, pair.passage):
                first |= {place} if start <= found.start() < end else set()
                last |= {place} if start < found.end() <= end else set()
    return Target(pair, tuple(first), tuple(last)) if first and last else None


def _take_over(model: Model, path: Path) -> None:
    """Put what a reader has learnt into the model."""
    learnt = load_file(path)
    for name, parameter in model.trained().items():
        scale = SCALE if name.endswith(".up") else 1
        parameter.data.copy_(learnt[name] / scale)


def _train(model: Model, batches: Iterator[list[Target]], steps: int, *, rate: float) -> None:
    """Train in bfloat16, with a copy of what is learnt in float32 (Micikevicius et al., 2018)."""
    exact = [parameter.detach().clone() for parameter in model.trained().values()]
    model.bfloat16()
    rough = list(model.trained().values())
    optimiser = torch.optim.AdamW(exact, lr=rate, weight_decay=0.01)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min(1, (step + 1) / WARM_UP) * max(0.02, 1 - step / steps)
    )
    for step, batch in zip(range(1, steps + 1), batches, strict=False):
        loss = _loss(model, batch)
        loss.backward()  # type: ignore[no-untyped-call]
        for kept, parameter in zip(exact, rough, strict=True):
            kept.grad = None if parameter.grad is None else parameter.grad.float()
            parameter.grad = None
        torch.nn.utils.clip_grad_norm_(exact, 1.0)
        optimiser.step()
        schedule.step()
        for kept, parameter in zip(exact, rough, strict=True):
            parameter.data.copy_(kept)
        if step % 50 == 0 or step == steps:
            print(f"{step} of {steps}: {float(loss.detach()):.3f}", flush=True)
    model.float()
    for kept, parameter in zip(exact, model.trained().values(), strict=True):
        parameter.data.copy_(kept)


def _batches(examples: list[Example], pairs: Pairs, renamed: Renamed) -> Iterator[list[Target]]:
    """Yield batches of about one length, for ever; each example comes once before any again."""
    while True:
        random.shuffle(examples)
        for start in range(0, len(examples), 32 * BATCH):
            targets = [_target(one, pairs, renamed) for one in examples[start : start + 32 * BATCH]]
            usable = sorted(
                (one for one in targets if one is not None), key=lambda one: len(one.pair.pieces)
            )
            batches = [usable[at : at + BATCH] for at in range(0, len(usable), BATCH)]
            random.shuffle(batches)
            yield from batches


def _loss(model: Model, batch: Sequence[Target]) -> torch.Tensor:
    """Return the mean negative log probability of any right first token, and any right last one."""
    longest = max(len(one.pair.pieces) for one in batch)
    pieces = torch.ones(len(batch), longest, dtype=torch.long)
    part, mask, allowed = (torch.zeros_like(pieces) for _ in range(3))
    right = torch.zeros(len(batch), longest, 2, dtype=torch.bool)
    for row, one in enumerate(batch):
        length = len(one.pair.pieces)
        pieces[row, :length] = torch.tensor(one.pair.pieces)
        mask[row, :length] = 1
        part[row, one.pair.passage : length] = 1
        allowed[row, 0] = 1
        for place, sentence in enumerate(one.pair.sentences, one.pair.passage):
            allowed[row, place] = int(sentence >= 0)
        right[row, list(one.first), 0] = True
        right[row, list(one.last), 1] = True
    numbers = model(pieces, part, mask)
    log = torch.log_softmax(numbers.masked_fill(allowed[..., None] == 0, -1e4), 1)
    return -torch.logsumexp(log.masked_fill(~right, -1e4), 1).mean()


def _write(model: Model, path: Path, sets: Sequence[EvaluationSet]) -> None:
    """Write what was trained, in float16, and the odds that a reader must give in a test."""
    halves = {
        name: (SCALE * tensor if name.endswith(".up") else tensor).detach().to(torch.float16)
        for name, tensor in model.trained().items()
    }
    halves["odds"] = torch.zeros((), dtype=torch.float16)
    halves["odds"] = torch.tensor(TrainedReader.from_learnt(halves).check(), dtype=torch.float16)
    save_file(halves, path, metadata={"trained_on": json.dumps([one.name for one in sets])})


def _stored_name(name: str) -> str:
    """Return the name of a tensor as the weight file of the default model has it.

    >>> _stored_name("bert.encoder.layer.0.output.dense.up")
    'encoder.layer.0.output.dense.weight.up'
    >>> _stored_name("qa_outputs.bias")
    'head.bias'
    """
    name = re.sub(r"\.(up|down)$", r".weight.\1", name.removeprefix("bert."))
    return name.replace("qa_outputs", "head")


if __name__ == "__main__":
    typer.run(main)
