"""Direct preference optimisation (Rafailov et al. 2023, arXiv 2305.18290) on fills that were run.

Of two fills of one hole the model drew both; the winner does what the original does, the loser compiles and does something else.
The reference is the checkpoint it starts from. One package in five is held out; the state that knows its pairs best is kept.

    node bench/preferPairs.ts fill .cache/runs/prefer/train.jsonl --split train --evaluation <tasks> …
    /usr/bin/python3 runs/prefer.py .cache/runs/prefer/train.jsonl --from .cache/runs/d6-final/step-<n>.pt --out .cache/runs/d6-prefer
"""

from __future__ import annotations

import argparse
import copy
import hashlib
import json
import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import List, Sequence, Tuple

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

import torch
import torch.nn.functional as F
from torch import Tensor

import checkpoint
from checkpoint import say
from model import Decoder, widened
from optimizer import ADAMW, Optimizer

# One package in so many is held out.
HELD_OUT = 5
# Pairs in one pass.
MICRO = 4


@dataclass(frozen=True)
class Pair:
    """Ids of a prompt and of two ways to go on."""

    package: str
    prompt: List[int]
    winner: List[int]
    loser: List[int]
    identical: bool  # whether the winner is the text that was taken away


def read_pairs(path: Path, per_hole: int, seed: int) -> List[Pair]:
    """At most `per_hole` pairs of each hole, each loser once before any a second time. Raises ValueError where the file is damaged."""
    chance = random.Random(seed)
    pairs: List[Pair] = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            hole = json.loads(line)
            drawn = [fill for fill in hole["fills"] if fill["count"] > 0]
            winners = [fill for fill in drawn if fill["verdict"] == "same"]
            losers = [fill for fill in drawn if fill["verdict"] == "differs"]
            if not winners or not losers:
                continue
            chance.shuffle(winners)
            chance.shuffle(losers)
            wanted = min(per_hole, len(winners) * len(losers))
            for at in range(wanted):
                winner = winners[(at % len(losers) + at // len(losers)) % len(winners)]
                loser = losers[at % len(losers)]
                pairs.append(Pair(hole["package"], hole["prompt"], winner["ids"], loser["ids"], winner["identical"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"{path}:{number} is no hole of bench/preferPairs.ts: {error!r}") from error
    return pairs


def is_held_out(package: str) -> bool:
    return int(hashlib.sha256(package.encode()).hexdigest(), 16) % HELD_OUT == 0


def continuation_logs(model: Decoder, rows: Sequence[Tuple[List[int], List[int]]], dtype: torch.dtype) -> Tensor:
    """Log-probability, nats, of what each prompt is gone on with. rows: (prompt, continuation) each; out: B."""
    device = model.embedding.device
    length = max(len(prompt) + len(more) for prompt, more in rows)
    ids = torch.zeros(len(rows), length, dtype=torch.long)
    counted = torch.zeros(len(rows), length, dtype=torch.bool)
    for row, (prompt, more) in enumerate(rows):
        end = len(prompt) + len(more)
        ids[row, :end] = torch.tensor(prompt + more)
        counted[row, len(prompt) : end] = True
    ids, counted = ids.to(device), counted.to(device)
    # Padding stands after everything that counts, and nothing looks ahead.
    hidden = model.states(ids[:, :-1], dtype)[counted[:, 1:]]
    logs = torch.log_softmax(widened(F.linear(hidden, model.embedding.to(dtype))), -1)
    own = logs.gather(1, ids[:, 1:][counted[:, 1:]][:, None])[:, 0]
    of = counted[:, 1:].nonzero()[:, 0]
    return torch.zeros(len(rows), dtype=own.dtype, device=device).index_add(0, of, own)


def both_logs(model: Decoder, pairs: Sequence[Pair], dtype: torch.dtype) -> Tensor:
    """Of winners and losers: B 2."""
    rows = [(pair.prompt, more) for pair in pairs for more in (pair.winner, pair.loser)]
    return continuation_logs(model, rows, dtype).view(-1, 2)


def preference_loss(policy: Tensor, reference: Tensor, beta: float) -> Tensor:
    """-log sigmoid(beta * margin), mean. The margin is how much more than the reference the policy prefers the winner, nats. Both B 2."""
    return -F.logsigmoid(beta * margins(policy, reference)).mean()


def margins(policy: Tensor, reference: Tensor) -> Tensor:
    gained = policy - reference
    return gained[:, 0] - gained[:, 1]


@torch.no_grad()
def all_logs(model: Decoder, pairs: Sequence[Pair], dtype: torch.dtype, batch: int = MICRO) -> Tensor:
    return torch.cat([both_logs(model, pairs[at : at + batch], dtype) for at in range(0, len(pairs), batch)])


def judged(policy: Tensor, reference: Tensor, beta: float) -> dict:
    """`accuracy`: pairs whose margin is above nought. `ranked`: pairs whose winner is the likelier text now."""
    return {
        "loss": round(float(preference_loss(policy, reference, beta)), 4),
        "accuracy": round(float((margins(policy, reference) > 0).double().mean()), 3),
        "ranked": round(float((policy[:, 0] > policy[:, 1]).double().mean()), 3),
        "winner": round(float((policy - reference)[:, 0].mean()), 3),
        "loser": round(float((policy - reference)[:, 1].mean()), 3),
    }


@dataclass(frozen=True)
class Settings:
    beta: float
    rate: float
    epochs: int
    batch: int  # pairs a step
    seed: int
    dtype: str


def train(model: Decoder, pairs: Sequence[Pair], held: Sequence[Pair], settings: Settings) -> int:
    """Leaves the best state by the loss of held-out pairs in the model, looked at after each epoch; how many steps that took."""
    dtype = getattr(torch, settings.dtype)
    reference, held_reference = all_logs(model, pairs, dtype), all_logs(model, held, dtype)
    optimizer = Optimizer(model, ADAMW, 0.0, settings.rate, decay=0.0)
    chance = random.Random(settings.seed)
    first = judged(held_reference, held_reference, settings.beta)
    say(json.dumps({"epoch": 0, "heldOut": first}))
    best, kept, kept_step = first["loss"], copy.deepcopy(model.state_dict()), 0
    order = list(range(len(pairs)))
    steps = settings.epochs * -(-len(pairs) // settings.batch)
    step = 0
    for epoch in range(1, settings.epochs + 1):
        chance.shuffle(order)
        total = 0.0
        for start in range(0, len(order), settings.batch):
            whole = order[start : start + settings.batch]
            for first_of in range(0, len(whole), MICRO):
                at = whole[first_of : first_of + MICRO]
                loss = preference_loss(both_logs(model, [pairs[one] for one in at], dtype), reference[at], settings.beta)
                (loss * (len(at) / len(whole))).backward()
                total += float(loss.detach()) * len(at)
            optimizer.step(min(1.0, (step + 1) / max(1, steps // 10)) * (1 - step / steps))
            step += 1
        found = judged(all_logs(model, held, dtype), held_reference, settings.beta)
        say(json.dumps({"epoch": epoch, "step": step, "loss": round(total / len(order), 4), "heldOut": found}))
        if found["loss"] < best:
            best, kept, kept_step = found["loss"], copy.deepcopy(model.state_dict()), step
    model.load_state_dict(kept)
    return kept_step


def main() -> int:
    parser = argparse.ArgumentParser(description="prefer what ran as the original did", allow_abbrev=False)
    parser.add_argument("holes", type=Path, help="what bench/preferPairs.ts fill has written, of training packages")
    parser.add_argument("--from", type=Path, dest="start", required=True, help="the checkpoint to start from, and to stay near to")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--beta", type=float, default=0.1)
    parser.add_argument("--rate", type=float, default=2e-5)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--batch", type=int, default=16, help="pairs a step")
    parser.add_argument("--per-hole", type=int, default=4, help="pairs of one hole at most")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--dtype", choices=("bfloat16", "float32"), default="bfloat16")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    try:
        if checkpoint.checkpoints(options.out):
            raise ValueError(f"{options.out} holds a run already: name another folder")
        content = checkpoint.load(options.start, device)
        pairs = read_pairs(options.holes, options.per_hole, options.seed)
        held = [pair for pair in pairs if is_held_out(pair.package)]
        own = [pair for pair in pairs if not is_held_out(pair.package)]
        if not own or not held:
            raise ValueError(f"expected pairs to learn from and pairs of other packages, found {len(own)} and {len(held)}")
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    say(f"{len(own)} pairs, {sum(pair.identical for pair in own)} whose winner is the original's text; {len(held)} held out")
    model = checkpoint.restored(content, device)
    settings = Settings(options.beta, options.rate, options.epochs, options.batch, options.seed, options.dtype)
    step = train(model, own, held, settings)
    kept = {**checkpoint.described(model), "tokens": content["tokens"], "settings": vars(settings), "pairs": len(own)}
    failure = checkpoint.save(options.out, content["step"] + step, kept)
    say(failure or f"kept what {step} steps gave: {options.out}")
    return 2 if failure else 0


if __name__ == "__main__":
    sys.exit(main())
