"""Bits a byte on the files of packages that were held out.

Each file is read from its start, at most 6,000 tokens of it: the same tokens that bench/ngram.ts scores, so that the figures
compare. A window holds the file's path and as much of the text before a token as fits; half of a window's text is scored anew
in each. The path is given, not scored.

    /usr/bin/python3 runs/evaluate.py .cache/runs/<name>/step-<n>.pt
"""

from __future__ import annotations

import argparse
import json
import math
import os
from pathlib import Path
from typing import List, Optional, Tuple

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy
import torch
import torch.nn.functional as F
from torch import Tensor

from checkpoint import load, restored
from data import Data, read_data, token_bytes
from model import Decoder

TOKENIZER = Path(__file__).resolve().parents[1] / "weights" / "tokenizer.json"


def windows(data: Data, split: str, context: int) -> Tuple[numpy.ndarray, numpy.ndarray]:
    """Rows of context + 1 ids, filled up with padding, and which of their targets are scored: N context+1, N context."""
    rows: List[numpy.ndarray] = []
    masks: List[numpy.ndarray] = []
    for document in data.documents(split):
        room = context + 1 - len(document.header)
        done = 0
        while done < len(document.text):
            start = 0 if done == 0 else max(0, done - room // 2)
            text = document.text[start : start + room]
            row = numpy.full(context + 1, data.pad, dtype=numpy.int64)
            row[: len(document.header)] = document.header
            row[len(document.header) : len(document.header) + len(text)] = text
            mask = numpy.zeros(context, dtype=bool)
            first = len(document.header) - 1 + done - start
            mask[first : len(document.header) - 1 + len(text)] = True
            rows.append(row)
            masks.append(mask)
            done = start + len(text)
    return numpy.stack(rows), numpy.stack(masks)


@torch.no_grad()
def bits_per_byte(
    model: Decoder,
    rows: numpy.ndarray,
    masks: numpy.ndarray,
    lengths: numpy.ndarray,
    dtype: torch.dtype,
    batch: int = 8,
    progress: bool = False,
) -> float:
    """Over the scored targets; `lengths` are the bytes of each id."""
    device = model.embedding.device
    bits, size = 0.0, 0
    for at in range(0, len(rows), batch):
        ids = torch.from_numpy(rows[at : at + batch]).to(device)
        mask = torch.from_numpy(masks[at : at + batch]).to(device)
        hidden = model.states(ids[:, :-1], dtype)[mask]
        wanted = ids[:, 1:][mask]
        for start in range(0, len(wanted), 1024):
            logits = F.linear(hidden[start : start + 1024], model.embedding.to(dtype)).float()
            bits += float(F.cross_entropy(logits, wanted[start : start + 1024], reduction="sum")) / math.log(2)
        size += int(lengths[wanted.cpu().numpy()].sum())
        if progress and at // batch % 50 == 49:
            print(f"{at + batch} of {len(rows)} windows, {bits / size:.4f} bits a byte so far", flush=True)
    return bits / size


class Quick:
    """A fixed sample of windows, to be looked at during training."""

    def __init__(self, data: Data, count: int = 40) -> None:
        rows, masks = windows(data, "validation", data.context)
        chosen = numpy.linspace(0, len(rows) - 1, min(count, len(rows))).astype(int)
        self.rows, self.masks = rows[chosen], masks[chosen]
        self.lengths = token_bytes(TOKENIZER)

    def __call__(self, model: Decoder, dtype: torch.dtype) -> float:
        return bits_per_byte(model, self.rows, self.masks, self.lengths, dtype)


def main() -> None:
    parser = argparse.ArgumentParser(description="bits a byte on held-out packages")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--data", type=Path, default=Path(".cache/runs/data"))
    parser.add_argument("--split", choices=("validation", "test"), default="validation")
    parser.add_argument("--context", type=int, help="tokens of a window, the model's own if not given")
    parser.add_argument("--every", type=int, default=1, help="score only every n-th window")
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    content = load(options.checkpoint, device)
    model = restored(content, device)
    data = read_data(options.data)
    rows, masks = windows(data, options.split, options.context or model.config.context)
    rows, masks = rows[:: options.every], masks[:: options.every]
    score = bits_per_byte(model, rows, masks, token_bytes(TOKENIZER), torch.bfloat16, progress=True)
    result = {"step": content["step"], "tokens": content["tokens"], "split": options.split, "bitsPerByte": round(score, 4)}
    print(json.dumps({**result, "scored": int(masks.sum())}))


if __name__ == "__main__":
    main()
