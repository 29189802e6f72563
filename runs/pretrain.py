"""Pretrains the model: one dial (--depth), warm-up, a stable phase as long as one likes, a decay from any checkpoint.

    /usr/bin/python3 runs/pretrain.py --depth 6 --out .cache/runs/main --stable
    /usr/bin/python3 runs/pretrain.py --out .cache/runs/main --resume
    /usr/bin/python3 runs/pretrain.py --decay-from .cache/runs/main/step-<n>.pt --out .cache/runs/main-decayed

SIGTERM and SIGINT write a checkpoint and end the run. See README.md in this folder.
"""

from __future__ import annotations

import argparse
import math
import os
import signal
import sys
import time
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Optional

# Before torch is loaded: threads that spin while they wait take time from whatever else runs on the machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
from torch import Tensor

import checkpoint
from checkpoint import say
from data import Data, DataError, read_data
from evaluate import Quick
from model import Config, Decoder
from optimizer import ADAMW, MUON, Optimizer
from plot import svg_plot, text_plot
from workers import Workers


@dataclass(frozen=True)
class Settings:
    """What decides a run's numbers; kept in its checkpoints."""

    depth: int
    batch: int  # tokens a step
    micro: int  # rows a pass
    optimizer: str
    matrix_rate: float
    vector_rate: float
    warmup: int  # steps
    steps: Optional[int]  # the last one; None: until stopped
    decay: int  # of these, how many go down to nothing
    seed: int
    dtype: str

    @staticmethod
    def of(config: Config, optimizer: str, seed: int, dtype: str, steps: Optional[int], stable: bool) -> "Settings":
        """Everything from the depth. Rates were compared at depth 6 and go down with the root of the width."""
        total = None if stable else steps or config.steps
        warmup = min(100, (total or 1000) // 10)
        narrower = (256 / config.width) ** 0.5
        vector = 1e-2 if optimizer == MUON else 3e-3
        decay = 0 if total is None else total // 5
        return Settings(
            config.depth, config.batch, 8, optimizer, 0.02 * narrower, vector * narrower, warmup, total, decay, seed, dtype
        )

    def rate(self, step: int) -> float:
        """The schedule at a step counted from 0: up, level, and down as 1 - sqrt (Hägele et al. 2024, arXiv 2405.18392)."""
        if step < self.warmup:
            return (step + 1) / self.warmup
        if self.steps is None or step < self.steps - self.decay:
            return 1.0
        return max(0.0, 1 - math.sqrt((step - (self.steps - self.decay) + 1) / (self.decay + 1)))


class Run:
    """A model on its way: everything a checkpoint holds, and the loop."""

    def __init__(self, settings: Settings, config: Config, data: Data, out: Path, device: str, threads: int) -> None:
        self.settings, self.config, self.data, self.out, self.device = settings, config, data, out, device
        self.model = Decoder(config, settings.seed).to(device)
        self.workers = Workers(self.model, 1 if device == "cuda" else threads)
        self.dtype = getattr(torch, settings.dtype)
        rates = settings.matrix_rate, settings.vector_rate
        self.optimizer = Optimizer(self.model, settings.optimizer, *rates, self.dtype)
        self.step = self.row = 0
        self.tokens = 0
        self.seconds = self.cpu = 0.0
        self.stopped = False

    def take(self, content: dict, identity: Optional[str] = None) -> None:
        """Goes on where a checkpoint stands. Raises ValueError where it belongs to other data (than `identity`) or another model."""
        if content["data"] != (identity or self.data.identity):
            raise ValueError("the checkpoint was trained on other tokens than this data folder holds")
        self.model.load_state_dict(content["model"])
        self.optimizer.load(content["optimizer"])
        self.step, self.row, self.tokens = content["step"], content["row"], content["tokens"]
        self.seconds, self.cpu = content["seconds"], content["cpu"]

    def save(self) -> bool:
        """A checkpoint, or a line that says why there is none; whether there is one."""
        content = {
            **checkpoint.described(self.model),
            "settings": asdict(self.settings),
            "optimizer": self.optimizer.state(),
            "data": self.data.identity,
            "row": self.row,
            "tokens": self.tokens,
            "seconds": self.seconds,
            "cpu": self.cpu,
        }
        failure = checkpoint.save(self.out, self.step, content)
        say(failure or f"checkpoint at step {self.step}")
        return failure is None

    def advance(self) -> float:
        """One step; its mean loss in nats a token."""
        rows, micro = self.settings.batch // self.config.context, self.settings.micro

        def loss(model: Decoder, number: int) -> Tensor:
            first, count = self.row + number * micro, min(micro, rows - number * micro)
            batch = self.data.batch(first, count, self.device)
            return model.loss(batch, self.data.pad, self.dtype, self.data.targets(first, batch)) * (count / rows)

        total = self.workers.gradients(math.ceil(rows / micro), loss)
        if not math.isfinite(total):
            raise ArithmeticError(f"the loss is {total} at step {self.step}; resume with lower rates")
        self.optimizer.step(self.settings.rate(self.step))
        self.row += rows
        self.step += 1
        self.tokens += rows * self.config.context
        return total

    def loop(self, checkpoint_seconds: float, validate_every: int, until: Optional[int]) -> bool:
        """Until the last step, `until`, or a signal; whether the last checkpoint was written. OSError if it cannot begin."""
        curve = checkpoint.Curve(self.out / "curve.jsonl", self.step)
        quick = Quick(self.data)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        last = min(one for one in (self.settings.steps, until, math.inf) if one is not None)
        saved = shown = time.monotonic()
        mean, shown_tokens = None, self.tokens
        while self.step < last and not self.stopped:
            began, worked = time.monotonic(), time.process_time()
            loss = self.advance()
            self.seconds += time.monotonic() - began
            self.cpu += time.process_time() - worked
            curve.add(
                step=self.step, tokens=self.tokens, loss=loss, seconds=round(self.seconds, 2), cpu=round(self.cpu, 2)
            )
            mean = loss if mean is None else 0.95 * mean + 0.05 * loss
            now = time.monotonic()
            if now - shown >= 15 or self.step == last:
                speed = (self.tokens - shown_tokens) / (now - shown)
                say(self._line(mean, speed, last))
                shown, shown_tokens = now, self.tokens
            if self.step % validate_every == 0 or self.step == last:
                score = quick(self.model, self.dtype)
                curve.add(step=self.step, tokens=self.tokens, validation=score)
                say(f"step {self.step}: {score:.4f} bits a byte on a sample of held-out files")
            if now - saved >= checkpoint_seconds:
                self.save()
                self._plots(curve)
                saved = time.monotonic()
        written = self.save()
        self._plots(curve)
        losses = [(line["tokens"] / 1e6, line["loss"]) for line in curve.read() if "loss" in line]
        say(text_plot(losses))
        return written

    def _stop(self, *_: object) -> None:
        self.stopped = True

    def _line(self, mean: float, speed: float, last: float) -> str:
        epoch = self.row / len(self.data.rows)
        left = "" if math.isinf(last) else f" · {duration((last - self.step) * self.settings.batch / speed)} left"
        return (
            f"step {self.step} · {self.tokens / 1e6:.2f}M tokens · loss {mean:.4f} · {speed:,.0f} tokens/s · "
            f"{100 * epoch:.1f} % of the data · {duration(self.seconds)} so far{left}"
        )

    def _plots(self, curve: checkpoint.Curve) -> None:
        lines = curve.read()
        loss = [(line["tokens"] / 1e6, line["loss"]) for line in lines if "loss" in line]
        held = [(line["tokens"] / 1e6, line["validation"]) for line in lines if "validation" in line]
        title = f"depth {self.config.depth}, {self.config.parameters / 1e6:.1f}M weights"
        try:
            svg_plot(self.out / "loss.svg", title, {"training": loss}, "million tokens", "loss, nats a token")
            svg_plot(self.out / "held-out.svg", title, {"held out": held}, "million tokens", "bits a byte")
        except OSError as error:
            say(f"no plot: {error}")


def duration(seconds: float) -> str:
    """Hours and minutes, or minutes and seconds."""
    minutes = int(seconds // 60)
    return f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min {int(seconds % 60):02d} s"


def started(options: argparse.Namespace, data: Data, device: str) -> Run:
    """A run from nothing, from its own last checkpoint, or from another's to be decayed. Raises ValueError."""
    kept = None
    if options.decay_from is not None:
        kept = checkpoint.load(options.decay_from, device)
    elif options.resume:
        kept = checkpoint.latest(options.out, device)
        if kept is None:
            raise ValueError(f"expected a checkpoint in {options.out} to resume from, found none that can be read")
    elif checkpoint.checkpoints(options.out):
        raise ValueError(f"{options.out} holds a run already: resume it with --resume, or name another folder")
    if kept is None:
        config = Config.of(options.depth, data.vocabulary, data.context)
        dtype = options.dtype or "bfloat16"
        settings = Settings.of(config, options.optimizer, data.seed, dtype, options.steps, options.stable)
    else:
        config = Config(**kept["config"])
        settings = Settings(**kept["settings"])
    if options.decay_from is not None:
        assert kept is not None
        steps = options.decay_steps or max(1, kept["step"] // 4)
        settings = replace(settings, steps=kept["step"] + steps, decay=steps)
    named = {field.name for field in fields(Settings)} & {"batch", "matrix_rate", "vector_rate", "micro"}
    given = {name: getattr(options, name) for name in named if getattr(options, name) is not None}
    settings = replace(settings, **given)
    run = Run(settings, config, data, options.out, device, options.threads)
    if kept is not None:
        run.take(kept)
    return run


def main() -> int:
    parser = argparse.ArgumentParser(description="pretrain assay's model", allow_abbrev=False)
    parser.add_argument("--data", type=Path, default=Path(".cache/runs/data"), help="prepared tokens")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run: checkpoints, curve, plots")
    parser.add_argument("--depth", type=int, default=6, help="layers; all else follows")
    parser.add_argument("--steps", type=int, help="instead of 20 tokens a weight")
    parser.add_argument("--stable", action="store_true", help="no last step and no decay: until stopped")
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint in --out")
    parser.add_argument("--decay-from", type=Path, help="a checkpoint to take to its end")
    parser.add_argument("--decay-steps", type=int, help="instead of a quarter of the steps so far")
    parser.add_argument("--until", type=int, help="stop at this step, with a checkpoint, as if told to")
    parser.add_argument("--optimizer", choices=(MUON, ADAMW), default=MUON)
    parser.add_argument("--batch", type=int, help="tokens a step, instead of what the depth says")
    parser.add_argument("--micro", type=int, help="rows a pass; a GPU takes many more than 8")
    parser.add_argument("--matrix-rate", type=float)
    parser.add_argument("--vector-rate", type=float)
    parser.add_argument("--dtype", choices=("bfloat16", "float32"))
    parser.add_argument("--threads", type=int, default=2, help="cores")
    parser.add_argument("--checkpoint-minutes", type=float, default=5)
    parser.add_argument("--validate-every", type=int, default=200, help="steps")
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        run = started(options, read_data(options.data), device)
        say(f"{run.config}\n{run.settings}\n{run.config.parameters / 1e6:.2f}M weights on {device}")
        written = run.loop(60 * options.checkpoint_minutes, options.validate_every, options.until)
    except (DataError, ValueError, OSError, ArithmeticError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0 if written else 2


if __name__ == "__main__":
    sys.exit(main())
