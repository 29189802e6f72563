"""The end of a run on tasks: bodies to be written where they stand, half and half with the rows of pretraining.

    npx assay train instruct --evaluation <tasks> examples/shop/src/todo
    /usr/bin/python3 runs/instruct.py --from .cache/runs/d6/step-<n>.pt --out .cache/runs/d6-instruct
    /usr/bin/python3 runs/instruct.py --out .cache/runs/d6-instruct --resume
    /usr/bin/python3 runs/instruct.py --measure .cache/runs/d6-instruct/step-<n>.pt .cache/runs/d6-final/step-<n>.pt

It takes the place of the decay that `pretrain.py --decay-from` gives, which is what it is measured against. Curve, checkpoints,
signals and a full disk are as there.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import List

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import numpy
import torch
import torch.nn.functional as F
from torch import Tensor

import checkpoint
from checkpoint import say
from data import Data, DataError, read_data
from model import Config, Decoder
from pretrain import Run, Settings


@dataclass(frozen=True)
class Tasks:
    """See src/train/instruct/prepare.ts: ids, then how many of them are given."""

    rows: numpy.ndarray  # N, context + 2
    identity: str
    pad: int


def read_tasks(folder: Path, split: str) -> Tasks:
    """Raises DataError where the folder holds no tasks, or files of another length than it says."""
    try:
        info = json.loads((folder / "instruct.json").read_text())
        if info.get("schema") != "assay/instruct-data/1":
            raise ValueError(f"its schema is {info.get('schema')}")
        file = info["files"][split]
        values = numpy.fromfile(folder / file["file"], dtype="<u2")
        width = info["context"] + 2
        if len(values) != file["rows"] * width or file["rows"] == 0:
            raise ValueError(f"{file['file']} holds {len(values)} numbers, not {file['rows']} rows of {width}")
    except (OSError, ValueError, KeyError) as error:
        raise DataError(f"expected tasks in {folder}: {error}; make them with assay train instruct") from error
    return Tasks(values.reshape(-1, width), file["sha256"], info["pad"])


def body_targets(rows: Tensor, given: Tensor, pad: int) -> Tensor:
    """What follows the given ids of each row, `pad` elsewhere. rows: B T+1; given: B; out: B T."""
    places = torch.arange(1, rows.shape[1], device=rows.device)
    return rows[:, 1:].masked_fill(places[None, :] < given[:, None], pad)


@dataclass(frozen=True)
class Mixed(Data):
    """Tasks at even positions, the rows of pretraining at odd ones."""

    tasks: Tasks

    def batch(self, first: int, count: int, device: str) -> Tensor:
        at = numpy.arange(first, first + count)
        task = self.tasks.rows[at // 2 % len(self.tasks.rows), :-1]
        plain = self.rows[at // 2 % len(self.rows)]
        return torch.from_numpy(numpy.where(at[:, None] % 2 == 0, task, plain).astype(numpy.int64)).to(device)

    def targets(self, first: int, rows: Tensor) -> Tensor:
        at = numpy.arange(first, first + len(rows))
        given = numpy.where(at % 2 == 0, self.tasks.rows[at // 2 % len(self.tasks.rows), -1], 1)
        return body_targets(rows, torch.from_numpy(given.astype(numpy.int64)).to(rows.device), self.pad)


def mixed(plain: Data, tasks: Tasks) -> Mixed:
    identity = hashlib.sha256(f"{plain.identity} {tasks.identity}".encode()).hexdigest()
    return Mixed(**{**vars(plain), "identity": identity}, tasks=tasks)


@torch.no_grad()
def body_loss(model: Decoder, tasks: Tasks, batch: int = 8) -> float:
    """Mean negative log-probability of the ids of the bodies and of their ends, nats."""
    device = model.embedding.device
    total, count = 0.0, 0
    for at in range(0, len(tasks.rows), batch):
        part = torch.from_numpy(tasks.rows[at : at + batch].astype(numpy.int64)).to(device)
        rows, given = part[:, :-1], part[:, -1]
        wanted = body_targets(rows, given, tasks.pad)
        counted = wanted != tasks.pad
        hidden = model.states(rows[:, :-1], torch.bfloat16)[counted]
        logits = F.linear(hidden, model.embedding.to(torch.bfloat16)).float()
        total += float(F.cross_entropy(logits, wanted[counted], reduction="sum"))
        count += int(counted.sum())
    return total / count


def measure(paths: List[Path], tasks: Tasks, device: str) -> None:
    for path in paths:
        content = checkpoint.load(path, device)
        loss = body_loss(checkpoint.restored(content, device), tasks)
        print(json.dumps({"checkpoint": str(path), "tokens": content["tokens"], "bodyLoss": round(loss, 4)}), flush=True)


def started(options: argparse.Namespace, plain: Data, data: Mixed, device: str) -> Run:
    """From a checkpoint of pretraining, or its own last one. Raises ValueError."""
    kept = checkpoint.latest(options.out, device) if options.resume else None
    if options.resume and kept is None:
        raise ValueError(f"expected a checkpoint in {options.out} to resume from, found none that can be read")
    if kept is None:
        if options.start is None:
            raise ValueError("name a checkpoint of pretraining with --from")
        if checkpoint.checkpoints(options.out):
            raise ValueError(f"{options.out} holds a run already: resume it with --resume, or name another folder")
        kept = checkpoint.load(options.start, device)
        steps = options.steps or max(1, kept["step"] // 4)
        settings = replace(Settings(**kept["settings"]), steps=kept["step"] + steps, decay=steps)
        run = Run(settings, Config(**kept["config"]), data, options.out, device, options.threads)
        run.take(kept, plain.identity)
        # Half as many rows of pretraining are read from here on.
        run.row *= 2
        return run
    run = Run(Settings(**kept["settings"]), Config(**kept["config"]), data, options.out, device, options.threads)
    run.take(kept)
    return run


def main() -> int:
    parser = argparse.ArgumentParser(description="teach assay's model to write bodies", allow_abbrev=False)
    parser.add_argument("--data", type=Path, default=Path(".cache/runs/data"), help="prepared tokens")
    parser.add_argument("--tasks", type=Path, default=Path(".cache/runs/instruct-data"), help="prepared tasks")
    parser.add_argument("--from", type=Path, dest="start", help="a checkpoint of pretraining")
    parser.add_argument("--out", type=Path, help="folder of the run")
    parser.add_argument("--steps", type=int, help="instead of a quarter of the steps so far")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    parser.add_argument("--until", type=int, help="stop at this step, with a checkpoint, as if told to")
    parser.add_argument("--threads", type=int, default=2, help="cores")
    parser.add_argument("--checkpoint-minutes", type=float, default=5)
    parser.add_argument("--validate-every", type=int, default=200, help="steps")
    parser.add_argument("--measure", type=Path, nargs="+", help="only the loss of bodies on held-out packages, of these checkpoints")
    parser.add_argument("--every", type=int, default=1, help="to measure: only every n-th body")
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        held_out = read_tasks(options.tasks, "validation")
        held_out = replace(held_out, rows=held_out.rows[:: options.every])
        if options.measure is not None:
            torch.set_num_threads(options.threads)
            measure(options.measure, held_out, device)
            return 0
        if options.out is None:
            raise ValueError("name a folder for the run with --out")
        plain = read_data(options.data)
        run = started(options, plain, mixed(plain, read_tasks(options.tasks, "train")), device)
        say(f"{run.config}\n{run.settings}")
        say(f"before: {body_loss(run.model, held_out):.4f} nats a token of {len(held_out.rows)} held-out bodies")
        written = run.loop(60 * options.checkpoint_minutes, options.validate_every, options.until)
        say(f"after: {body_loss(run.model, held_out):.4f} nats a token of {len(held_out.rows)} held-out bodies")
    except (DataError, ValueError, OSError, ArithmeticError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0 if written else 2


if __name__ == "__main__":
    sys.exit(main())
