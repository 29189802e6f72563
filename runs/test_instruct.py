"""Tests of the last stage: /usr/bin/python3 -m unittest discover runs"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path
from typing import List

import numpy
import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))

import checkpoint
from data import DataError, read_data
from instruct import body_loss, body_targets, mixed, read_tasks
from model import Config, Decoder
from test_recipe import CONTEXT, PAD, VOCABULARY, command, losses, written_data


def written_tasks(folder: Path, rows: int = 24) -> Path:
    """Rows of chance of which a part is given."""
    folder.mkdir(parents=True)
    chance = numpy.random.default_rng(2)
    values = chance.integers(0, 300, size=(rows, CONTEXT + 2)).astype("<u2")
    values[:, -1] = chance.integers(2, CONTEXT, size=rows)
    for split in ("train", "validation"):
        values.tofile(folder / f"{split}.bin")
    files = {split: {"file": f"{split}.bin", "rows": rows, "sha256": split} for split in ("train", "validation")}
    info = {"schema": "assay/instruct-data/1", "context": CONTEXT, "pad": PAD, "files": files}
    (folder / "instruct.json").write_text(json.dumps(info))
    return folder


class Instruct(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.data = written_data(self.root / "data")
        self.tasks = written_tasks(self.root / "tasks")

    def command(self, *more: str) -> List[str]:
        script = str(Path(__file__).resolve().parent / "instruct.py")
        return [sys.executable, script, "--data", str(self.data), "--tasks", str(self.tasks), *more]

    def run_whole(self, *more: str) -> str:
        done = subprocess.run(self.command(*more), capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_only_what_is_not_given_counts(self) -> None:
        rows = torch.tensor([[7, 1, 2, 3], [7, 4, 5, PAD]])
        wanted = body_targets(rows, torch.tensor([3, 1]), PAD)
        self.assertEqual(wanted.tolist(), [[PAD, PAD, 3], [4, 5, PAD]])
        tasks = read_tasks(self.tasks, "validation")
        model = Decoder(Config.of(1, VOCABULARY, CONTEXT), 3)
        # What is given last is not asked: other ids in its place would be, if it were.
        one = type(tasks)(tasks.rows[:1].copy(), "", PAD)
        given = int(one.rows[0, -1])
        logits = model.logits(torch.from_numpy(one.rows[:, : CONTEXT].astype(numpy.int64)))[0]
        logs = torch.log_softmax(logits, -1)
        expected = -sum(float(logs[at - 1, int(one.rows[0, at])]) for at in range(given, CONTEXT + 1))
        self.assertAlmostEqual(body_loss(model, one), expected / (CONTEXT + 1 - given), places=1)

    def test_half_and_half(self) -> None:
        plain, tasks = read_data(self.data), read_tasks(self.tasks, "train")
        both = mixed(plain, tasks)
        batch = both.batch(4, 4, "cpu").numpy()
        for at in range(4):
            expected = tasks.rows[2 + at // 2, :-1] if at % 2 == 0 else plain.rows[2 + at // 2]
            self.assertEqual(batch[at].tolist(), expected.tolist())
        counted = (both.targets(4, torch.from_numpy(batch)) != PAD).sum(1).tolist()
        self.assertEqual(counted, [CONTEXT + 1 - int(tasks.rows[2, -1]), CONTEXT, CONTEXT + 1 - int(tasks.rows[3, -1]), CONTEXT])
        self.assertNotEqual(both.identity, plain.identity)

    def test_from_a_checkpoint_and_resumed(self) -> None:
        start = self.root / "start"
        stable = command(self.data, start, "--depth", "1", "--stable", "--until", "4")
        self.assertEqual(subprocess.run(stable, capture_output=True).returncode, 0)
        first = str(checkpoint.checkpoints(start)[-1])
        whole, halves = self.root / "whole", self.root / "halves"
        told = self.run_whole("--from", first, "--steps", "6", "--out", str(whole))
        self.assertIn("before: ", told)
        self.assertIn("after: ", told)
        self.run_whole("--from", first, "--steps", "6", "--out", str(halves), "--until", "7")
        self.assertEqual(len(losses(halves)), 3)
        self.run_whole("--out", str(halves), "--resume")
        self.assertEqual(losses(halves), losses(whole))
        measured = self.run_whole("--measure", first, str(checkpoint.checkpoints(whole)[-1]))
        before, after = (json.loads(line)["bodyLoss"] for line in measured.splitlines())
        # They are trained on what is measured here.
        self.assertLess(after, before)

    def test_refusals(self) -> None:
        for more, said in (
            (("--out", str(self.root / "x")), "--from"),
            (("--out", str(self.root / "x"), "--resume"), "found none"),
            ((), "--out"),
        ):
            done = subprocess.run(self.command(*more), capture_output=True, text=True)
            self.assertEqual(done.returncode, 2)
            self.assertIn(said, done.stderr)
        (self.tasks / "train.bin").write_bytes(b"\0\0")
        with self.assertRaises(DataError):
            read_tasks(self.tasks, "train")
        with self.assertRaises(DataError):
            read_tasks(self.root / "nowhere", "train")


if __name__ == "__main__":
    unittest.main()
