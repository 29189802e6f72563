"""Tests of the recipe: /usr/bin/python3 -m unittest discover runs

What is trained here is one layer on text of chance; each run takes seconds.
"""

from __future__ import annotations

import json
import math
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path
from typing import List

import numpy
import torch
import torch.nn.functional as F
from torch import Tensor

sys.path.insert(0, str(Path(__file__).resolve().parent))

import checkpoint
from data import DataError, read_data
from evaluate import bits_per_byte, windows
from model import HEAD, Config, Decoder
from optimizer import MUON, Optimizer, orthogonal
from pretrain import Settings
from workers import Workers

VOCABULARY, CONTEXT = 320, 64
END, PAD, PATH, FILE = 316, 317, 318, 319


def written_data(folder: Path, rows: int = 64) -> Path:
    """A data folder of ids of chance in which some follow others more often."""
    folder.mkdir(parents=True)
    chance = numpy.random.default_rng(1)
    ids = chance.integers(0, 300, size=(rows, CONTEXT + 1)).astype("<u2")
    ids[:, 1::2] = (ids[:, 0:-1:2] * 7 + 1) % 300
    ids.tofile(folder / "train.bin")
    held = [numpy.array([PATH, 5, FILE, *chance.integers(0, 300, size=length), END]) for length in (10, 200)]
    stream = numpy.concatenate(held).astype("<u2")
    stream.tofile(folder / "validation.bin")
    info = {
        "schema": "assay/pretrain-data/1",
        "seed": 3,
        "context": CONTEXT,
        "vocabulary": VOCABULARY,
        "specials": {"endOfText": END, "pad": PAD, "path": PATH, "file": FILE},
        "files": {"train": {"file": "train.bin", "tokens": ids.size, "sha256": "none"}},
    }
    (folder / "data.json").write_text(json.dumps(info))
    return folder


def command(data: Path, out: Path, *more: str) -> List[str]:
    script = str(Path(__file__).resolve().parent / "pretrain.py")
    every = ("--validate-every", "1000", "--threads", "2", "--batch", "512", "--micro", "2")
    return [sys.executable, script, "--data", str(data), "--out", str(out), *every, *more]


def losses(out: Path) -> List[float]:
    lines = [json.loads(line) for line in (out / "curve.jsonl").read_text().splitlines()]
    return [line["loss"] for line in lines if "loss" in line]


def plain_loss(model: Decoder, rows: Tensor) -> Tensor:
    """The model again, in PyTorch's own operations."""
    c = model.config
    ids, wanted = rows[:, :-1], rows[:, 1:]
    b, t = ids.shape

    def norm(x: Tensor, weight: Tensor) -> Tensor:
        return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + c.epsilon) * weight

    angle = torch.outer(torch.arange(t), c.rope_base ** (-torch.arange(0, HEAD, 2, dtype=torch.float64) / HEAD))

    def turn(x: Tensor) -> Tensor:
        first, second = x.chunk(2, -1)
        return torch.cat(
            [first * angle.cos() - second * angle.sin(), second * angle.cos() + first * angle.sin()], -1
        )

    x = model.embedding[ids]
    for layer in model.layers:
        q, k, v = F.linear(norm(x, layer.attention_norm), layer.qkv).split(
            [c.heads * HEAD, c.kv_heads * HEAD, c.kv_heads * HEAD], -1
        )
        q, k, v = (one.view(b, t, -1, HEAD).transpose(1, 2) for one in (q, k, v))
        q, k = turn(norm(q, layer.query_norm)), turn(norm(k, layer.key_norm))
        k, v = (one.repeat_interleave(c.heads // c.kv_heads, 1) for one in (k, v))
        scores = (q @ k.transpose(2, 3)) / math.sqrt(HEAD)
        scores = scores.masked_fill(torch.ones(t, t).triu(1).bool(), float("-inf"))
        x = x + F.linear((scores.softmax(-1) @ v).transpose(1, 2).reshape(b, t, -1), layer.out)
        gate, up = F.linear(norm(x, layer.hidden_norm), layer.gate_up).chunk(2, -1)
        x = x + F.linear(F.silu(gate) * up, layer.down)
    logits = F.linear(norm(x, model.norm), model.embedding)
    return F.cross_entropy(logits.flatten(0, 1), wanted.flatten(), ignore_index=PAD)


def random_model(context: int, depth: int = 2) -> Decoder:
    """No weight is nought or one, so that each has an effect."""
    model = Decoder(Config.of(depth, VOCABULARY, context), 5).double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(torch.randn_like(parameter) * 0.05)
    return model


class Mathematics(unittest.TestCase):
    def test_loss_and_gradients_are_those_of_plain_operations(self) -> None:
        # 300 tokens: more than one block of queries and more than one slice of the head.
        model = random_model(300)
        rows = torch.randint(0, 300, (2, 301))
        rows[1, 200:] = PAD
        own = model.loss(rows, PAD, torch.float64)
        own.backward()
        found = [parameter.grad.clone() for parameter in model.parameters()]
        model.zero_grad()
        expected = plain_loss(model, rows)
        expected.backward()
        self.assertAlmostEqual(float(own.detach()), float(expected.detach()), places=10)
        for (name, parameter), grad in zip(model.named_parameters(), found):
            self.assertLess(float((grad - parameter.grad).abs().max()), 1e-9, name)

    def test_gradients_are_finite_differences(self) -> None:
        model = random_model(40, 1)
        rows = torch.randint(0, 300, (2, 41))
        model.loss(rows, PAD, torch.float64).backward()
        chance = torch.Generator().manual_seed(7)
        for name, parameter in model.named_parameters():
            direction = torch.randn(parameter.shape, generator=chance, dtype=torch.float64)
            slope = float((parameter.grad * direction).sum())
            values = []
            for side in (1e-5, -1e-5):
                with torch.no_grad():
                    parameter.add_(direction, alpha=side)
                    values.append(float(model.loss(rows, PAD, torch.float64)))
                    parameter.add_(direction, alpha=-side)
            measured = (values[0] - values[1]) / 2e-5
            self.assertLess(abs(measured - slope), 1e-6 * max(1.0, abs(slope)), name)

    def test_workers_sum_to_one_pass(self) -> None:
        model = random_model(40)
        rows = torch.randint(0, 300, (5, 41))
        model.loss(rows, PAD, torch.float64).backward()
        whole = [parameter.grad.clone() for parameter in model.parameters()]
        model.zero_grad()
        # Five passes for three workers, of one row each.
        total = Workers(model, 3).gradients(5, lambda one, n: one.loss(rows[n : n + 1], PAD, torch.float64) / 5)
        self.assertAlmostEqual(total, float(model.loss(rows, PAD, torch.float64).detach()), places=10)
        for (name, parameter), grad in zip(model.named_parameters(), whole):
            self.assertLess(float((grad - parameter.grad).abs().max()), 1e-10, name)

    def test_orthogonal(self) -> None:
        found = orthogonal(torch.randn(2, 96, 64, generator=torch.Generator().manual_seed(1)), torch.float32, 8)
        values = torch.linalg.svdvals(found)
        self.assertGreater(float(values.min()), 0.6)
        self.assertLess(float(values.max()), 1.3)

    def test_counts(self) -> None:
        for depth in (1, 4, 6, 12):
            config = Config.of(depth, VOCABULARY, CONTEXT)
            self.assertEqual(sum(p.numel() for p in Decoder(config).parameters()), config.parameters)

    def test_schedule(self) -> None:
        settings = Settings(1, 64, 1, MUON, 0.02, 0.004, 4, 20, 8, 1, "float32")
        rates = [settings.rate(step) for step in range(20)]
        self.assertEqual(rates[:5], [0.25, 0.5, 0.75, 1.0, 1.0])
        self.assertEqual(rates[11], 1.0)
        self.assertTrue(all(before > after > 0 for before, after in zip(rates[11:], rates[12:])))

    def test_evaluation_scores_each_token_once(self) -> None:
        with tempfile.TemporaryDirectory() as folder:
            data = read_data(written_data(Path(folder) / "data"))
            rows, masks = windows(data, "validation", CONTEXT)
            self.assertEqual(masks.sum(), 210)
            scored = rows[:, 1:][masks]
            texts = numpy.concatenate([document.text for document in data.documents("validation")])
            self.assertTrue((scored == texts).all())
            model = Decoder(Config.of(1, VOCABULARY, CONTEXT))
            with torch.no_grad():
                model.embedding.zero_()
            # Every id is as likely as any other, and is one byte long.
            bits = bits_per_byte(model, rows, masks, numpy.ones(VOCABULARY, dtype=int), torch.float32)
            self.assertAlmostEqual(bits, math.log2(VOCABULARY), places=5)


class Runs(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.root = Path(temporary.name)
        self.data = written_data(self.root / "data")

    def run_whole(self, out: Path, *more: str) -> None:
        done = subprocess.run(command(self.data, out, *more), capture_output=True, text=True)
        self.assertEqual(done.returncode, 0, done.stderr)

    def stopped_by(self, number: int, out: Path, *more: str) -> int:
        """Starts a run, sends it a signal once the curve has some lines and a checkpoint stands, and returns its status."""
        process = subprocess.Popen(command(self.data, out, *more), stdout=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not checkpoint.checkpoints(out) or len(losses(out)) < 5:
            self.assertLess(time.monotonic(), deadline, "the run does not get going")
            time.sleep(0.02)
        process.send_signal(number)
        return process.wait(60)

    def test_resume_continues_the_same_curve(self) -> None:
        run = ("--depth", "1", "--steps", "60", "--checkpoint-minutes", "0.002")
        self.run_whole(self.root / "whole", *run)
        whole = losses(self.root / "whole")
        self.assertEqual(len(whole), 60)
        self.assertLess(whole[-1], whole[0] - 0.1)
        for name, number in (("term", signal.SIGTERM), ("kill", signal.SIGKILL)):
            with self.subTest(name):
                out = self.root / name
                status = self.stopped_by(number, out, *run)
                self.assertEqual(status, 0 if number == signal.SIGTERM else -number)
                self.assertLess(len(losses(out)), 60)
                self.run_whole(out, "--resume", "--checkpoint-minutes", "0.002")
                self.assertEqual(losses(out), whole)
                self.assertEqual(len(checkpoint.checkpoints(out)), checkpoint.KEPT)

    def test_full_disk(self) -> None:
        """On a small file system that fills up while the run goes on; mounting one needs root."""
        small = self.root / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(small)], capture_output=True).returncode != 0:
            self.skipTest("no file system can be mounted here")
        self.addCleanup(subprocess.run, ["umount", str(small)])
        out, log = small / "out", small / "log"
        run = command(self.data, out, "--depth", "1", "--steps", "100", "--checkpoint-minutes", "0.002")
        with open(log, "w") as written:
            process = subprocess.Popen(run, stdout=written, stderr=subprocess.PIPE, text=True)
            deadline = time.monotonic() + 60
            while not checkpoint.checkpoints(out):
                self.assertLess(time.monotonic(), deadline, "the run does not get going")
                time.sleep(0.02)
            filler = os.open(small / "filler", os.O_WRONLY | os.O_CREAT)
            # Again and again: dropping an older checkpoint gives room.
            while process.poll() is None:
                try:
                    os.write(filler, b"x" * 512)
                except OSError:
                    time.sleep(0.01)
            os.close(filler)
        assert process.stderr is not None
        self.assertEqual(process.returncode, 2, process.stderr.read())
        process.stderr.close()
        kept = checkpoint.latest(out)
        assert kept is not None
        # No room to begin in: said, and nothing is lost.
        done = subprocess.run(command(self.data, out, "--resume"), capture_output=True, text=True)
        self.assertEqual(done.returncode, 2)
        self.assertIn("No space left", done.stderr)
        os.unlink(small / "filler")
        self.run_whole(out, "--resume", "--checkpoint-minutes", "1")
        self.assertEqual(len(losses(out)), 100)

    def test_decay_from(self) -> None:
        self.run_whole(self.root / "stable", "--depth", "1", "--stable", "--until", "20")
        from_checkpoint = str(checkpoint.checkpoints(self.root / "stable")[-1])
        self.run_whole(self.root / "decayed", "--decay-from", from_checkpoint, "--decay-steps", "6")
        content = checkpoint.latest(self.root / "decayed")
        assert content is not None
        self.assertEqual((content["step"], content["row"]), (26, 26 * 8))
        self.assertEqual(len(losses(self.root / "decayed")), 6)

    def test_refusals(self) -> None:
        out = self.root / "out"
        self.run_whole(out, "--depth", "1", "--steps", "1")
        (self.root / "short").mkdir()
        (self.root / "short" / "data.json").write_text((self.data / "data.json").read_text())
        (self.root / "short" / "train.bin").write_bytes(b"\0\0")
        for arguments, said in (
            (command(self.data, out), "holds a run already"),
            (command(self.data, self.root / "none", "--resume"), "found none"),
            (command(self.root / "nowhere", self.root / "none"), "expected prepared tokens"),
            (command(self.root / "short", self.root / "none"), "prepare the data again"),
            (command(self.data, self.root / "none", "--decay-from", str(self.data / "train.bin")), "cannot be read"),
        ):
            with self.subTest(said):
                done = subprocess.run(arguments, capture_output=True, text=True)
                self.assertEqual(done.returncode, 2)
                self.assertIn(said, done.stderr)
        with self.assertRaises(DataError):
            read_data(self.root / "nowhere")


class Checkpoints(unittest.TestCase):
    def test_the_last_good_one_stands(self) -> None:
        model = Decoder(Config.of(1, VOCABULARY, CONTEXT))
        content = {**checkpoint.described(model), "optimizer": Optimizer(model, MUON, 0.02, 0.004).state()}
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            self.assertIsNone(checkpoint.save(folder, 1, content))
            limits = resource.getrlimit(resource.RLIMIT_FSIZE)
            # As on a full disk, the write ends in the middle.
            resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
            try:
                self.assertIn("no checkpoint at step 2", checkpoint.save(folder, 2, content) or "")
            finally:
                resource.setrlimit(resource.RLIMIT_FSIZE, limits)
            self.assertEqual(os.listdir(folder), ["step-00000001.pt"])
            whole = (folder / "step-00000001.pt").read_bytes()
            # A kill in the middle of writing, and damage under the right name.
            (folder / "step-00000003.part").write_bytes(whole[:1000])
            (folder / "step-00000004.pt").write_bytes(whole[: len(whole) // 2])
            found = checkpoint.latest(folder)
            assert found is not None
            self.assertEqual(found["step"], 1)
            again = checkpoint.restored(found)
            for own, read in zip(model.parameters(), again.parameters()):
                self.assertTrue(torch.equal(own, read))


if __name__ == "__main__":
    unittest.main()
