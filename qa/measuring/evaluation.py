"""An evaluation file → articles and questions with known answers, and their index.

In: SQuAD form; or a collection, `{articles: [{id, text}], questions: [{question, answers,
articles}]}`; or questions, a line each, about a folder of articles or a packed file. Out: an
`EvaluationSet`. Each article becomes a source file, and the index is made by the code that users
run.
"""

from __future__ import annotations

import dataclasses
import gzip
import hashlib
import json
import random
import re
import shutil
from pathlib import Path

from embeddings.build import build
from embeddings.config import IndexConfig
from embeddings.encode import Encoder
from embeddings.snapshot import Snapshot
from qa.measuring.asked import Asked, digits, of_collection, of_squad

DROP_SEED = 20201229
"""Which articles `drop` takes away is the same in every run."""

HELD_OUT = 4
"""One article in so many keeps its questions from the training of the reader; of a collection,
where questions share articles, one question in half as many."""


@dataclasses.dataclass(frozen=True, slots=True)
class EvaluationSet:
    """Articles by id, and questions about them."""

    name: str
    articles: dict[str, str]
    questions: tuple[Asked, ...]
    taken_from: str = ""  # the folder of the set that this one is part of, if it is

    @property
    def collected(self) -> bool:
        """Whether it is a collection, whose questions have several right articles each."""
        return any(len(asked.articles) > 1 for asked in self.questions)

    @property
    def folder(self) -> str:
        """The name of the folder that holds its index."""
        return re.sub(r"\W+", "_", f"{self.name}_{len(self.articles)}")

    @classmethod
    def from_golden(cls, path: Path, folder: Path) -> EvaluationSet:
        """Read golden questions, a line each, about the `.txt` articles of a folder."""
        articles = {
            file.stem: file.read_bytes().decode("utf-8") for file in sorted(folder.glob("*.txt"))
        }
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        asked = tuple(
            Asked(
                line["question"],
                tuple(line["answers"]),
                frozenset({line["path"].removesuffix(".txt")}),
            )
            for line in lines
        )
        return cls(f"golden_{path.stem}", articles, asked)

    @classmethod
    def from_file(cls, path: Path) -> EvaluationSet:
        """Read an evaluation file in SQuAD form (1.1 or 2.0), or a collection."""
        content = json.loads(path.read_text(encoding="utf-8-sig"))
        articles, questions = (of_collection if "articles" in content else of_squad)(content)
        return cls(path.stem, articles, tuple(questions))

    @classmethod
    def from_written(cls, path: Path, articles: Path, *, english: bool = False) -> EvaluationSet:
        """Read questions, a JSON object a line, about lines of a packed file of articles.

        `line` is the article's, from 0; `answer` is null where the article does not answer, though
        it looks as if it did. Only articles with questions are in the set.
        """
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        with gzip.open(articles, "rt", encoding="utf-8") as packed:
            texts = packed.read().splitlines()
        known = {_name_of(line["line"]): texts[line["line"]] for line in lines}
        asked = []
        for line in lines:
            about = _name_of(line["line"])
            answers = () if line["answer"] is None else (line["answer"],)
            question = line["english" if english else "question"]
            asked.append(Asked(question, answers, frozenset({about} if answers else ()), about))
        return cls(f"{path.stem}{'_english' * english}", known, tuple(asked))

    def first(self, count: int) -> EvaluationSet:
        """Return the first `count` articles, and the questions that were asked of them."""
        articles = dict(list(self.articles.items())[:count])
        kept = tuple(
            asked
            for asked in self.questions
            if asked.articles & articles.keys() or (not asked.articles and asked.about in articles)
        )
        return EvaluationSet(self.name, articles, kept)

    @property
    def answers_are_articles(self) -> bool:
        """Whether answers are spread over an article, not written in one sentence of it."""
        return self.name.startswith("news")

    def sample(self, count: int) -> EvaluationSet:
        """Return the set with at most `count` of its questions, drawn alike in every run."""
        asked = list(self.questions)
        random.Random(DROP_SEED).shuffle(asked)  # noqa: S311
        return dataclasses.replace(self, questions=tuple(asked[:count]))

    def answered(self) -> EvaluationSet:
        """Return the set with the questions that its articles answer."""
        kept = tuple(asked for asked in self.questions if asked.articles & self.articles.keys())
        return dataclasses.replace(self, questions=kept)

    def parted(self, *, held_out: bool) -> EvaluationSet:
        """Return the set with the questions on which the reader is not trained, or the others.

        Where answers are whole articles it is trained on none.
        """
        if self.answers_are_articles:
            return self if held_out else dataclasses.replace(self, questions=())
        collected = self.collected
        every = HELD_OUT // 2 if collected else HELD_OUT

        def is_kept(asked: Asked) -> bool:
            together = asked.text if collected else asked.about or min(asked.articles, default="")
            return held_out == (_hash(together) % every == 0)

        return dataclasses.replace(self, questions=tuple(filter(is_kept, self.questions)))

    def with_questions(self, path: Path) -> EvaluationSet:
        """Return the set with other questions: a line each, naming the paragraph that answers."""
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        asked = [
            Asked(line["question"], tuple(line["answers"]), frozenset({line["paragraph"]}))
            for line in lines
        ]
        folder = self.taken_from or self.folder
        return dataclasses.replace(self, name=path.stem, questions=tuple(asked), taken_from=folder)

    def without(self, share: float) -> EvaluationSet:
        """Return the set without the articles that answer that share of what is asked.

        Questions with the same right articles lose them together, so that none is half answered;
        where every question has one article, this is that share of the articles.
        """
        groups = sorted({tuple(sorted(one.articles)) for one in self.questions if one.articles})
        chosen = random.Random(DROP_SEED).sample(groups, round(share * len(groups)))  # noqa: S311
        gone = {key for group in chosen for key in group}
        articles = {key: text for key, text in self.articles.items() if key not in gone}
        name = f"{self.name} -{share:.0%}"
        return EvaluationSet(
            name, articles, self.questions, taken_from=self.taken_from or self.folder
        )

    def in_folders_of(self, count: int) -> list[EvaluationSet]:
        """Return sets of so many articles each, in order, with the questions asked about these.

        Articles about which nothing is asked are left out.
        """
        about = {asked.about for asked in self.questions}
        keys = [key for key in self.articles if key in about]
        return [
            EvaluationSet(
                f"{self.name} from {keys[start]}",
                {key: self.articles[key] for key in keys[start : start + count]},
                tuple(one for one in self.questions if one.about in keys[start : start + count]),
                taken_from=self.taken_from or self.folder,
            )
            for start in range(0, len(keys), count)
        ]

    def with_judged(self, path: Path) -> EvaluationSet:
        """Return the set with more right articles: those that were read and found to answer.

        A line a question, named by the first 16 digits of its sha256, with the ids of the articles
        that answer it though the set lists them for none.
        """
        lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        answer = {line["question"]: line["answer"] for line in lines}
        asked = [
            dataclasses.replace(one, articles=one.articles.union(answer.get(digits(one.text), ())))
            for one in self.questions
        ]
        return dataclasses.replace(
            self, questions=tuple(asked), taken_from=self.taken_from or self.folder
        )

    def index(self, work: Path, encoder: Encoder) -> Snapshot:
        """Write the articles as files below `work`, build their index there, and open it.

        A second run, or a set with articles taken away, encodes nothing anew: vectors are cached.
        What another set of the same name and size left there is not indexed.
        """
        folder = work / self.folder
        articles = folder / "articles"
        articles.mkdir(parents=True, exist_ok=True)
        for left in set(articles.glob("*.txt")) - {
            articles / f"{key}.txt" for key in self.articles
        }:
            left.unlink()
        known = work / self.taken_from / "index" / "vectors.sqlite"
        if self.taken_from and known.exists() and not (folder / "index").exists():
            (folder / "index").mkdir()
            shutil.copy(known, folder / "index")
        for key, text in self.articles.items():
            (articles / f"{key}.txt").write_text(text, encoding="utf-8", newline="")
        build(articles, folder / "index", encoder=encoder, config=IndexConfig())
        return Snapshot.from_index(
            folder / "index", encoder=encoder.fingerprint, config=IndexConfig()
        )


def _hash(key: str) -> int:
    return int(hashlib.sha256(key.encode()).hexdigest(), 16)


def _name_of(line: int) -> str:
    return f"w{line:05}"
