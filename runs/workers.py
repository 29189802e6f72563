"""A step's passes side by side: copies of the model that share its weights, each on one core with gradients of its own.

Cores that work on passes of their own wait for each other once a step; cores that share each operation do so a thousand times,
which on a busy machine takes most of the time.
"""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from typing import Callable, List

import torch
from torch import Tensor

from model import Decoder


class Workers:
    """`count` is 1 on a GPU. Which worker does which pass is fixed, so that the same passes give the same sums."""

    def __init__(self, model: Decoder, count: int) -> None:
        self.replicas = [model, *(self._sharing(model) for _ in range(count - 1))]
        # Of the operations inside a pass, in this thread and, by the initializer, in each worker.
        torch.set_num_threads(1)
        self.pool = ThreadPoolExecutor(count, initializer=torch.set_num_threads, initargs=(1,))

    @staticmethod
    def _sharing(model: Decoder) -> Decoder:
        other = copy.deepcopy(model)
        for own, shared in zip(other.parameters(), model.parameters()):
            own.data = shared.data
        return other

    def gradients(self, passes: int, loss: Callable[[Decoder, int], Tensor]) -> float:
        """Leaves the sum of all passes' gradients in the model and returns the sum of their losses."""

        def work(index: int) -> float:
            total = 0.0
            for number in range(index, passes, len(self.replicas)):
                value = loss(self.replicas[index], number)
                value.backward()
                total += float(value.detach())
            return total

        total = sum(self.pool.map(work, range(min(passes, len(self.replicas)))))
        first, *others = self.replicas
        for parameters in zip(first.parameters(), *(one.parameters() for one in others)):
            for other in parameters[1:]:
                if other.grad is not None:
                    parameters[0].grad.add_(other.grad)
                    other.grad = None
        return total
