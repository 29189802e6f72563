"""What size buys: held-out loss and copying of finished runs of several depths, one plot and one table.

    for depth in 1 2 4 6; do /usr/bin/python3 runs/pretrain.py --depth $depth --batch 4096 --steps 500 --out .cache/runs/scaling/d$depth; done
    /usr/bin/python3 runs/scaling.py .cache/runs/scaling/d*
"""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch

from checkpoint import latest, restored
from copying import score
from data import read_data, token_bytes
from evaluate import TOKENIZER, bits_per_byte, windows
from plot import svg_plot


def main() -> None:
    parser = argparse.ArgumentParser(description="held-out loss and copying by size")
    parser.add_argument("runs", type=Path, nargs="+", help="folders of runs")
    parser.add_argument("--data", type=Path, default=Path(".cache/runs/data"))
    parser.add_argument("--every", type=int, default=10, help="score every n-th window")
    parser.add_argument("--out", type=Path, default=Path("scaling.svg"))
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    data = read_data(options.data)
    lengths = token_bytes(TOKENIZER)
    rows, masks = (one[:: options.every] for one in windows(data, "validation", data.context))
    found = []
    for folder in options.runs:
        content = latest(folder)
        if content is None:
            print(f"{folder} holds no checkpoint")
            continue
        model = restored(content)
        bits = bits_per_byte(model, rows, masks, lengths, torch.bfloat16)
        trained, held = score(model, data, min(content["row"], len(data.rows)))
        beside = model.config.parameters - model.embedding.numel()
        found.append((beside / 1e6, bits, trained, held))
        print(
            json.dumps(
                {
                    "run": folder.name,
                    "parameters": model.config.parameters,
                    "besideEmbedding": beside,
                    "tokens": content["tokens"],
                    "bitsPerByte": round(bits, 4),
                    "repeatedTrainedOn": round(trained, 3),
                    "repeatedHeldOut": round(held, 3),
                }
            ),
            flush=True,
        )
    found.sort()
    lines = {
        "held out, bits a byte": [(size, bits) for size, bits, _, _ in found],
        "repeated of 32 ids, trained on": [(size, trained) for size, _, trained, _ in found],
        "repeated of 32 ids, held out": [(size, held) for size, _, _, held in found],
    }
    svg_plot(options.out, "What size buys", lines, "million weights beside the embedding", "bits a byte; ids")


if __name__ == "__main__":
    main()
