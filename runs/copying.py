"""How much of its training text a model repeats.

From rows trained on and from files held out, spans are taken at chance; the model reads the first 64 ids of each and goes on
with its most probable ids. The score is how many of the next 32 are the text's own, counted to the first that is not. What it
gets right on held-out files is what code itself makes predictable; what it gets right beyond that is copied.

    /usr/bin/python3 runs/copying.py .cache/runs/<name>/step-<n>.pt
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import List, Tuple

import numpy
import torch

from checkpoint import load, restored
from data import Data, read_data
from model import Decoder

PREFIX, SPAN = 64, 32
# Ids from here on are control tokens; a span does not hold any.
CONTROL = 16_368


def spans(data: Data, rows: int, count: int, seed: int) -> Tuple[numpy.ndarray, numpy.ndarray]:
    """Spans of the first `rows` rows, and of files held out: each count, PREFIX + SPAN."""
    chance = numpy.random.default_rng(seed)
    size = PREFIX + SPAN

    def from_text(text: numpy.ndarray) -> numpy.ndarray | None:
        if len(text) < size:
            return None
        start = int(chance.integers(0, len(text) - size + 1))
        span = text[start : start + size].astype(numpy.int64)
        return None if bool((span >= CONTROL).any()) else span

    def sample(texts: List[numpy.ndarray] | numpy.ndarray) -> numpy.ndarray:
        found: List[numpy.ndarray] = []
        for _ in range(50 * count):
            span = from_text(texts[int(chance.integers(0, len(texts)))])
            if span is not None:
                found.append(span)
            if len(found) >= count:
                break
        return numpy.stack(found)

    return sample(data.rows[:rows]), sample([document.text for document in data.documents("validation")])


@torch.no_grad()
def repeated(model: Decoder, found: numpy.ndarray, dtype: torch.dtype) -> float:
    """Mean number of the span's ids that the model gives before the first other one."""
    device = model.embedding.device
    ids = torch.from_numpy(found).to(device)
    length = torch.zeros(len(ids), dtype=torch.long, device=device)
    going = torch.ones(len(ids), dtype=torch.bool, device=device)
    # As long as it was right, the model's own text is the span's: nothing has to be sampled.
    best = torch.cat([model.logits(part[:, :-1], dtype).argmax(-1) for part in ids.split(16)])
    for at in range(PREFIX, PREFIX + SPAN):
        going &= best[:, at - 1] == ids[:, at]
        length += going
    return float(length.float().mean())


def score(model: Decoder, data: Data, rows: int, count: int = 200) -> Tuple[float, float]:
    """On text trained on, and on text held out."""
    trained, held = spans(data, rows, count, 1)
    return repeated(model, trained, torch.bfloat16), repeated(model, held, torch.bfloat16)


def main() -> None:
    parser = argparse.ArgumentParser(description="how much of its training text a model repeats")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, default=Path(".cache/runs/data"))
    parser.add_argument("--count", type=int, default=200, help="spans of either kind")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    content = load(options.checkpoint)
    data = read_data(options.data)
    rows = min(content["row"], len(data.rows))
    trained, held = score(restored(content), data, rows, options.count)
    print(json.dumps({"step": content["step"], "of": SPAN, "trainedOn": round(trained, 3), "heldOut": round(held, 3)}))


if __name__ == "__main__":
    main()
