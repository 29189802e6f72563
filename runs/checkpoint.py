"""Checkpoints that are whole or not there, and the curve beside them."""

from __future__ import annotations

import io
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import List, Optional

import torch

from model import Config, Decoder

SCHEMA = "assay/checkpoint/1"
KEPT = 2


def say(text: str) -> None:
    """A line for whoever watches. A log on a full disk costs the line, not the run."""
    try:
        print(text, flush=True)
    except OSError:
        pass


def save(folder: Path, step: int, content: dict) -> Optional[str]:
    """Writes `step-<n>.pt` beside its place, flushes it to the disk, renames it, and drops all but the last two.

    Returns what went wrong (a full disk, say) instead of raising: the run goes on and the last good checkpoint stands.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"step-{step:08d}.pt"
    temporary = path.with_suffix(".part")
    try:
        # By way of memory: where writing fails, PyTorch's own writer ends the process.
        whole = io.BytesIO()
        torch.save({"schema": SCHEMA, "step": step, **content}, whole)
        with open(temporary, "wb") as file:
            file.write(whole.getbuffer())
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
        for old in checkpoints(folder)[:-KEPT]:
            old.unlink()
    except OSError as error:
        temporary.unlink(missing_ok=True)
        return f"no checkpoint at step {step}: {error}"
    return None


def checkpoints(folder: Path) -> List[Path]:
    """By step, oldest first."""
    return sorted(folder.glob("step-*.pt"))


def load(path: Path, device: str = "cpu") -> dict:
    """Raises ValueError where the file is no checkpoint of this schema or damaged."""
    try:
        content = torch.load(path, map_location=device)
    except Exception as error:  # torch.load raises whatever the damage leads to
        raise ValueError(f"{path} cannot be read: {error}") from error
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        raise ValueError(f"{path} is no checkpoint of schema {SCHEMA}")
    return content


def latest(folder: Path, device: str = "cpu") -> Optional[dict]:
    """The last checkpoint that can be read, or nothing. Says which ones it had to pass over."""
    for path in reversed(checkpoints(folder)):
        try:
            return load(path, device)
        except ValueError as error:
            say(f"passed over: {error}")
    return None


def restored(content: dict, device: str = "cpu") -> Decoder:
    """The model of a checkpoint."""
    model = Decoder(Config(**content["config"]))
    model.load_state_dict(content["model"])
    return model.to(device)


def described(model: Decoder) -> dict:
    """The parts of a checkpoint that say what the model is."""
    return {"config": asdict(model.config), "model": model.state_dict()}


class Curve:
    """`curve.jsonl`: one line a step. A run that resumes drops the lines after its checkpoint, so that the curve is one."""

    def __init__(self, path: Path, upto: int) -> None:
        self.path = path
        kept = [line for line in self.read() if line["step"] <= upto]
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(".part")
        temporary.write_text("".join(json.dumps(line) + "\n" for line in kept))
        os.replace(temporary, path)
        self.file = open(path, "a", buffering=1)

    def add(self, **values: float) -> None:
        """A full disk costs lines of the curve, not the run."""
        try:
            self.file.write(json.dumps(values) + "\n")
        except OSError as error:
            say(f"the curve misses step {values.get('step')}: {error}")

    def read(self) -> List[dict]:
        """Every whole line."""
        lines = []
        try:
            text = self.path.read_text()
        except OSError:
            return []
        for line in text.splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:
                continue
        return lines
