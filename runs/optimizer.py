"""Muon for the matrices of the layers, AdamW for everything else."""

from __future__ import annotations

from collections import defaultdict
from typing import Dict, List, Tuple

import torch
from torch import Tensor

from model import HEAD, Decoder

MUON, ADAMW = "muon", "adamw"


def orthogonal(momentum: Tensor, dtype: torch.dtype, rounds: int = 5) -> Tensor:
    """U Vᵀ of each matrix of a stack, nearly: Newton-Schulz with Keller Jordan's coefficients (kellerjordan.github.io/posts/muon).

    momentum: N rows columns. bfloat16 is enough here.
    """
    a, b, c = 3.4445, -4.7750, 2.0315
    tall = momentum.shape[1] > momentum.shape[2]
    x = momentum.transpose(1, 2) if tall else momentum
    x = (x / (torch.linalg.matrix_norm(x, keepdim=True) + 1e-7)).to(dtype)
    for _ in range(rounds):
        square = torch.bmm(x, x.transpose(1, 2))
        polynomial = torch.baddbmm(square, square, square, beta=b, alpha=c)
        x = torch.baddbmm(x, polynomial, x, beta=a)
    x = x.float()
    return x.transpose(1, 2) if tall else x


class Optimizer:
    """One step of all parameters. Rates are those of `schedule` times the base rates given here.

    Fused matrices are taken apart: queries, keys, values, gate and up are orthogonalised each by itself.
    """

    def __init__(
        self,
        model: Decoder,
        kind: str,
        matrix_rate: float,
        vector_rate: float,
        dtype: torch.dtype = torch.bfloat16,
        decay: float = 0.01,
    ) -> None:
        self.kind, self.matrix_rate, self.vector_rate = kind, matrix_rate, vector_rate
        self.dtype, self.decay = dtype, decay
        self.momentum, self.betas, self.epsilon = 0.95, (0.9, 0.95), 1e-8
        c = model.config
        query, key = c.heads * HEAD, c.kv_heads * HEAD
        parts: Dict[str, List[int]] = {"qkv": [query, key, key], "gate_up": [c.hidden, c.hidden]}
        self.matrices: List[Tuple[Tensor, List[int]]] = []
        self.vectors: List[Tensor] = []
        for name, parameter in model.named_parameters():
            last = name.split(".")[-1]
            if kind == MUON and last in ("qkv", "out", "gate_up", "down"):
                self.matrices.append((parameter, parts.get(last, [parameter.shape[0]])))
            else:
                self.vectors.append(parameter)
        self.buffers = [torch.zeros_like(parameter) for parameter, _ in self.matrices]
        self.first = [torch.zeros_like(parameter) for parameter in self.vectors]
        self.second = [torch.zeros_like(parameter) for parameter in self.vectors]
        self.steps = 0

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """`rate` is the schedule's, from 0 to 1. Gradients are used up."""
        self.steps += 1
        self._adamw(rate * self.vector_rate)
        if self.matrices:
            self._muon(rate * self.matrix_rate)

    def _adamw(self, rate: float) -> None:
        (one, two), n = self.betas, self.steps
        for parameter, first, second in zip(self.vectors, self.first, self.second):
            grad = parameter.grad
            assert grad is not None
            first.lerp_(grad, 1 - one)
            second.mul_(two).addcmul_(grad, grad, value=1 - two)
            spread = second.sqrt().div_((1 - two**n) ** 0.5).add_(self.epsilon)
            if parameter.dim() > 1:
                parameter.mul_(1 - rate * self.decay)
            parameter.addcdiv_(first, spread, value=-rate / (1 - one**n))
            parameter.grad = None

    def _muon(self, rate: float) -> None:
        groups: Dict[Tuple[int, int], List[Tuple[Tensor, Tensor]]] = defaultdict(list)
        for (parameter, sizes), buffer in zip(self.matrices, self.buffers):
            grad = parameter.grad
            assert grad is not None
            buffer.lerp_(grad, 1 - self.momentum)
            update = grad.lerp(buffer, self.momentum)
            parameter.grad = None
            for target, part in zip(parameter.split(sizes), update.split(sizes)):
                rows, columns = part.shape
                groups[min(rows, columns), max(rows, columns)].append((target, part))
        for members in groups.values():
            # All of one size at once, lying.
            stack = torch.stack([part if part.shape[0] <= part.shape[1] else part.t() for _, part in members])
            for (target, part), change in zip(members, orthogonal(stack, self.dtype)):
                rows, columns = part.shape
                target.mul_(1 - rate * self.decay)
                lying = change if rows <= columns else change.t()
                target.add_(lying, alpha=-rate * max(1.0, rows / columns) ** 0.5)

    def state(self) -> dict:
        """What a checkpoint keeps."""
        return {"kind": self.kind, "steps": self.steps, "buffers": self.buffers, "first": self.first, "second": self.second}

    def load(self, state: dict) -> None:
        """Raises ValueError where the state is of another kind of optimizer."""
        if state["kind"] != self.kind:
            raise ValueError(f"the checkpoint was trained with {state['kind']}, this run is set to {self.kind}")
        self.steps = state["steps"]
        for own, kept in ((self.buffers, state["buffers"]), (self.first, state["first"]), (self.second, state["second"])):
            for into, saved in zip(own, kept):
                into.copy_(saved)
