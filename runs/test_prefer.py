"""Tests of preferences: /usr/bin/python3 -m unittest discover runs"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).resolve().parent))

import checkpoint
from model import Config, Decoder
from prefer import Pair, both_logs, continuation_logs, is_held_out, preference_loss, read_pairs
from test_recipe import CONTEXT, VOCABULARY, random_model


def fill(ids: list, verdict: str, count: int = 1, identical: bool = False) -> dict:
    return {"text": "", "ids": ids, "count": count, "greedy": False, "verdict": verdict, "identical": identical}


def hole(package: str, prompt: list, *fills: dict) -> str:
    return json.dumps({"package": package, "prompt": prompt, "fills": fills}) + "\n"


PAIRS = [Pair("a", [7, 1, 2], [3, 4], [5], False), Pair("b", [7, 9], [8], [1, 2, 3, 4], False)]


class Loss(unittest.TestCase):
    def test_logs_are_those_of_each_row_by_itself(self) -> None:
        model = random_model(CONTEXT)
        found = both_logs(model, PAIRS, torch.float64)
        for row, pair in enumerate(PAIRS):
            for column, more in enumerate((pair.winner, pair.loser)):
                logs = torch.log_softmax(model.logits(torch.tensor([pair.prompt + more]), torch.float64)[0], -1)
                expected = sum(float(logs[len(pair.prompt) - 1 + at, one]) for at, one in enumerate(more))
                self.assertAlmostEqual(float(found[row, column].detach()), expected, places=10)

    def test_closed_form(self) -> None:
        reference = torch.tensor([[-4.0, -2.0], [-1.0, -1.0]], dtype=torch.float64)
        self.assertAlmostEqual(float(preference_loss(reference, reference, 0.1)), math.log(2), places=12)
        # Margins of 3 and -1 nats, whatever both have in common.
        policy = (reference + torch.tensor([[1.0, -2.0], [4.0, 5.0]], dtype=torch.float64)).requires_grad_()
        loss = preference_loss(policy, reference, 0.5)
        expected = (math.log1p(math.exp(-1.5)) + math.log1p(math.exp(0.5))) / 2
        self.assertAlmostEqual(float(loss.detach()), expected, places=12)
        loss.backward()
        assert policy.grad is not None
        for row, margin in enumerate((3.0, -1.0)):
            slope = 0.5 / (1 + math.exp(0.5 * margin)) / 2
            self.assertAlmostEqual(float(policy.grad[row, 0]), -slope, places=12)
            self.assertAlmostEqual(float(policy.grad[row, 1]), slope, places=12)

    def test_gradients_are_finite_differences(self) -> None:
        model = random_model(CONTEXT, 1)
        reference = both_logs(model, PAIRS, torch.float64).detach() + torch.tensor([[0.3, -0.2], [-0.5, 0.1]])
        loss = lambda: preference_loss(both_logs(model, PAIRS, torch.float64), reference, 0.7)  # noqa: E731
        loss().backward()
        chance = torch.Generator().manual_seed(7)
        for name, parameter in model.named_parameters():
            direction = torch.randn(parameter.shape, generator=chance, dtype=torch.float64)
            assert parameter.grad is not None
            slope = float((parameter.grad * direction).sum())
            values = []
            for side in (1e-5, -1e-5):
                with torch.no_grad():
                    parameter.add_(direction, alpha=side)
                    values.append(float(loss()))
                    parameter.add_(direction, alpha=-side)
            measured = (values[0] - values[1]) / 2e-5
            self.assertLess(abs(measured - slope), 1e-6 * max(1.0, abs(slope)), name)


class Pairs(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)
        self.file = self.root / "holes.jsonl"

    def test_only_what_ran_counts(self) -> None:
        self.file.write_text(
            hole("a", [1], fill([2], "same"), fill([3], "differs"), fill([4], "broken"), fill([5], "endless"), fill([6], "open"))
            + hole("b", [1], fill([2], "same"), fill([4], "broken"))
            + hole("c", [1], fill([2], "same", 0), fill([3], "differs"))
            + hole("d", [1], fill([2], "same", 3, True), fill([7], "same"), *(fill([one], "differs") for one in (3, 4, 5)))
        )
        pairs = read_pairs(self.file, 4, 1)
        self.assertEqual([pair.package for pair in pairs], ["a", "d", "d", "d", "d"])
        self.assertEqual((pairs[0].winner, pairs[0].loser), ([2], [3]))
        self.assertEqual(sorted(pair.loser[0] for pair in pairs[1:4]), [3, 4, 5])
        self.assertEqual(len({(pair.winner[0], pair.loser[0]) for pair in pairs[1:]}), 4)
        self.assertTrue(all(pair.identical == (pair.winner == [2]) for pair in pairs[1:]))
        self.assertEqual(len(read_pairs(self.file, 9, 1)), 1 + 6)
        self.assertEqual(pairs, read_pairs(self.file, 4, 1))
        self.file.write_text('{"package": "a"}\n')
        with self.assertRaises(ValueError):
            read_pairs(self.file, 4, 1)

    def command(self, *more: str) -> subprocess.CompletedProcess:
        script = str(Path(__file__).resolve().parent / "prefer.py")
        start = str(checkpoint.checkpoints(self.root / "start")[-1])
        run = [sys.executable, script, str(self.file), "--from", start, "--dtype", "float32", *more]
        return subprocess.run(run, capture_output=True, text=True)

    def test_a_preference_is_learned_and_kept(self) -> None:
        model = Decoder(Config.of(1, VOCABULARY, CONTEXT), 3)
        checkpoint.save(self.root / "start", 5, {**checkpoint.described(model), "tokens": 1000})
        names = [f"package{at}" for at in range(60)]
        self.assertTrue(0 < sum(map(is_held_out, names)) < 20)
        # Everywhere 20 is right and 21 wrong, so packages that were not learned from show it too.
        self.file.write_text("".join(hole(name, [at], fill([20], "same"), fill([21], "differs")) for at, name in enumerate(names)))
        out = self.root / "out"
        done = self.command("--out", str(out), "--epochs", "3", "--rate", "1e-2")
        self.assertEqual(done.returncode, 0, done.stderr)
        looks = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        self.assertEqual([look["epoch"] for look in looks], [0, 1, 2, 3])
        self.assertEqual((looks[0]["heldOut"]["loss"], looks[0]["heldOut"]["accuracy"]), (0.6931, 0.0))
        self.assertEqual(looks[-1]["heldOut"]["accuracy"], 1.0)
        content = checkpoint.latest(out)
        assert content is not None
        after = checkpoint.restored(content)
        rows = [([at], [token]) for at in range(60) for token in (20, 21)]
        gained = continuation_logs(after, rows, torch.float32) - continuation_logs(model, rows, torch.float32)
        self.assertTrue(bool((gained[0::2] > gained[1::2]).all()))
        self.assertIn("holds a run already", self.command("--out", str(out)).stderr)

    def test_what_makes_it_worse_is_not_kept(self) -> None:
        model = Decoder(Config.of(1, VOCABULARY, CONTEXT), 3)
        checkpoint.save(self.root / "start", 5, {**checkpoint.described(model), "tokens": 1000})
        names = [f"package{at}" for at in range(60)]
        both = [fill([20], "same"), fill([21], "differs")]
        turned = [fill([21], "same"), fill([20], "differs")]
        # What is learned is the opposite of what is right in the packages held out.
        self.file.write_text("".join(hole(name, [7], *(turned if is_held_out(name) else both)) for name in names))
        out = self.root / "out"
        done = self.command("--out", str(out), "--epochs", "2", "--rate", "1e-3")
        self.assertEqual(done.returncode, 0, done.stderr)
        content = checkpoint.latest(out)
        assert content is not None
        self.assertEqual(content["step"], 5)
        for own, read in zip(model.parameters(), checkpoint.restored(content).parameters()):
            self.assertTrue(torch.equal(own, read))
        self.file.write_text(hole("a", [1], fill([2], "same")))
        done = self.command("--out", str(self.root / "none"))
        self.assertEqual(done.returncode, 2)
        self.assertIn("expected pairs", done.stderr)


if __name__ == "__main__":
    unittest.main()
