"""What PyTorch says of a tiny model of chance, for the tests of the TypeScript side: its forward pass, its gradients, and 20
steps of training with either optimizer, all in float32.

    /usr/bin/python3 runs/goldens.py test/train/data
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Dict, List

import torch

from export import metadata, named_tensors, safetensors
from model import Config, Decoder
from optimizer import ADAMW, MUON, Optimizer
from pretrain import Settings

CONFIG = Config(depth=2, vocabulary=40, context=24, width=32, heads=2, kv_heads=1, hidden=32)
PAD = 39
STEPS, ROWS = 20, 4
RATES = {MUON: (0.02, 0.004), ADAMW: (0.0, 0.003)}


def fresh() -> Decoder:
    """No weight is nought or one, so that each has an effect."""
    model = Decoder(CONFIG, 11)
    chance = torch.Generator().manual_seed(12)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn(parameter.shape, generator=chance) * 0.1)
    return model


def trained(kind: str, rows: torch.Tensor) -> List[float]:
    """The loss of each step, before it."""
    model = fresh()
    matrix, vector = RATES[kind]
    optimizer = Optimizer(model, kind, matrix, vector, torch.float32)
    settings = Settings(2, ROWS * CONFIG.context, ROWS, kind, matrix, vector, 4, STEPS, 5, 1, "float32")
    losses = []
    for step in range(STEPS):
        loss = model.loss(rows[step * ROWS : (step + 1) * ROWS], PAD, torch.float32)
        loss.backward()
        losses.append(float(loss.detach()))
        optimizer.step(settings.rate(step))
    return losses


def main() -> None:
    parser = argparse.ArgumentParser(description="goldens for the tests of the TypeScript side")
    parser.add_argument("out", type=Path)
    out = parser.parse_args().out
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    model = fresh()
    chance = torch.Generator().manual_seed(13)
    rows = torch.randint(0, 12, (STEPS * ROWS, CONFIG.context + 1), generator=chance)
    rows[:, 1::2] = (rows[:, 0:-1:2] * 3 + 1) % PAD
    rows[::5, 18:] = PAD
    ids = rows[1, :-1]
    logits = model.logits(ids[None])[0]
    loss = model.loss(rows[:ROWS], PAD, torch.float32)
    loss.backward()
    gradients: Dict[str, float] = {}
    # A fused matrix's gradient, taken apart as the matrix is.
    shadow = fresh()
    for own, grad in zip(shadow.parameters(), model.parameters()):
        own.data = grad.grad
    for name, tensor in named_tensors(shadow).items():
        gradients[name] = float(tensor.norm())
    golden = {
        "madeBy": f"runs/goldens.py with torch {torch.__version__}",
        "pad": PAD,
        "rowsAStep": ROWS,
        "schedule": {"warmup": 4, "steps": STEPS, "decay": 5},
        "rates": {kind: {"matrix": matrix, "vector": vector} for kind, (matrix, vector) in RATES.items()},
        "rows": rows.tolist(),
        "ids": ids.tolist(),
        "logits": [[round(value, 6) for value in row] for row in logits.tolist()],
        "loss": float(loss.detach()),
        "gradientNorms": gradients,
        "losses": {kind: trained(kind, rows) for kind in RATES},
    }
    (out / "tiny.safetensors").write_bytes(safetensors(named_tensors(fresh()), metadata(model)))
    (out / "tiny.json").write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
