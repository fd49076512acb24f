"""Writes the mean of readers that scripts/fit_reader.py has trained, one from the other.

    scripts/mean_readers.py FILE... --out qa/reader.safetensors

It is better than any of them where each is better at something (Wortsman et al., 2022).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from qa.reader import TrainedReader


def main(
    files: Annotated[list[Path], typer.Argument()],
    out: Annotated[Path, typer.Option(help="Where to write.")],
) -> None:
    """Write the mean, with all that any was trained on, and the odds of a test."""
    from safetensors import safe_open
    from safetensors.numpy import load_file, save_file

    readers = [load_file(file) for file in files]
    mean = {
        name: np.mean([one[name].astype(np.float32) for one in readers], axis=0).astype(np.float16)
        for name in readers[0]
    }
    mean["odds"] = np.array(TrainedReader.from_learnt(mean).check(), np.float16)
    names: dict[str, None] = {}
    for file in files:
        with safe_open(file, "numpy") as stored:
            names |= dict.fromkeys(json.loads(stored.metadata()["trained_on"]))
    save_file(mean, out, metadata={"trained_on": json.dumps(list(names))})


if __name__ == "__main__":
    typer.run(main)
