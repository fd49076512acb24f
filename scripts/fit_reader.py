"""Trains the reader on questions with known answers, and writes qa/reader.safetensors.

    scripts/fit_reader.py FILE... --written FILE --articles FILE --work DIR [--epochs 2]
        [--follow-ups FILE] [--most N] [--most-written N] [--rate 6e-4] [--out FILE] [--afresh]

What it learns from is made by qa/measuring/training.py. Questions of one article in four take no
part (see `EvaluationSet.parted`), so that what is measured there holds elsewhere. Trained are
low-rank additions to the first eight layers' weights (Hu et al., 2021), with all biases and norms.
It goes on from the reader in use, unless `--afresh` is said; two cores take 16 examples a second, 8
without bfloat16. Weights that count for ranking and confidence are fitted after it, by
scripts/fit_weights.py and scripts/fit_follow_up.py.

The file in use is the mean (scripts/mean_readers.py) of two parts of the one before it and one part
of what was trained from that in one epoch, at a rate of 4e-4: on 5 524 examples out of the English
conversations of follow_ups_more.jsonl, 1 500 out of the Chinese ones, which the one before had
learnt from, and, so that it forgets nothing, 1 000 of DRCD and 3 600 out of 600 articles of
written.jsonl and written_more.jsonl. AUROC of the odds alone, first passages, before, two to one,
one to one, trained: English follow-ups .882, .887, .888, .885; Chinese ones .904, .910, .910, .909;
near misses in English .875, .879, .881, .880, in Chinese .901, .903, .902, .894; DRCD .9791, .9790,
.9787, .9765.
"""

from __future__ import annotations

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

from embeddings.bundled import BundledEncoder
from embeddings.model_folder import unpacked_folder
from embeddings.pieces import Pieces
from qa import choice as choosing
from qa.measuring import training
from qa.measuring.conversed import articles_of, conversations_in
from qa.measuring.evaluation import EvaluationSet
from qa.reader import STORED, Pairs, TrainedReader

LAYERS, RANK, SCALE = 8, 16, 2
WARM_UP, BATCH = 100, 16  # steps, pairs
SEED = 1

Batches = Iterator[list[training.Target]]

_SCRIPTS = (OpenCC("s2t").convert, OpenCC("t2s").convert)


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
        added = linear(linear(states, self.down), SCALE * self.up)
        return linear(states, self.fixed, self.bias) + added


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
    follow_ups: Annotated[list[Path] | None, typer.Option(help="Conversations over it.")] = None,
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
    examples = [example for one in sets for example in training.examples_of(one, work, encoder)]
    for file in follow_ups or []:
        conversations = conversations_in(file)
        about = articles_of(file.stem, conversations, articles)
        examples += training.examples_of_follow_ups(about, conversations, work, encoder)
    renamed = training.Renamed([example.question for example in examples])
    pairs = Pairs(Pieces.from_folder(unpacked_folder()))
    model = Model()
    in_use = Path(choosing.__file__).with_name(STORED)
    if not afresh:
        _take_over(model, in_use)
    steps = int(len(examples) * epochs / BATCH)
    _train(model, _batches(examples, pairs, renamed), steps, rate=rate)
    names = [one.name for one in sets] + [file.stem for file in follow_ups or []]
    _write(model, out or in_use, names)


def _take_over(model: Model, path: Path) -> None:
    """Put what a reader has learnt into the model."""
    learnt = load_file(path)
    for name, parameter in model.trained().items():
        scale = SCALE if name.endswith(".up") else 1
        parameter.data.copy_(learnt[name] / scale)


def _train(model: Model, batches: Batches, steps: int, *, rate: float) -> None:
    """Train, with a copy of what is learnt in float32 (Micikevicius et al., 2018).

    In bfloat16 where the processor has it; imitated, it takes longer than float32.
    """
    exact = [parameter.detach().clone() for parameter in model.trained().values()]
    if torch.ops.mkldnn._is_mkldnn_bf16_supported():  # noqa: SLF001 -- nothing public tells
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


def _batches(examples: list[training.Example], pairs: Pairs, renamed: training.Renamed) -> Batches:
    """Yield batches of about one length, for ever; each example comes once before any again."""
    while True:
        random.shuffle(examples)
        for start in range(0, len(examples), 32 * BATCH):
            chosen = examples[start : start + 32 * BATCH]
            targets = [training.target_of(one, pairs, renamed, _SCRIPTS) for one in chosen]
            usable = sorted(filter(None, targets), key=lambda one: len(one.pair.pieces))
            batches = [usable[at : at + BATCH] for at in range(0, len(usable), BATCH)]
            random.shuffle(batches)
            yield from batches


def _loss(model: Model, batch: Sequence[training.Target]) -> torch.Tensor:
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


def _write(model: Model, path: Path, names: Sequence[str]) -> None:
    """Write what was trained, in float16, and the odds that a reader must give in a test."""
    halves = {
        name: (SCALE * tensor if name.endswith(".up") else tensor).detach().to(torch.float16)
        for name, tensor in model.trained().items()
    }
    halves["odds"] = torch.zeros((), dtype=torch.float16)
    halves["odds"] = torch.tensor(TrainedReader.from_learnt(halves).check(), dtype=torch.float16)
    save_file(halves, path, metadata={"trained_on": json.dumps(names)})


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
