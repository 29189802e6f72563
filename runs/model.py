"""The decoder: RMSNorm, rotary positions (NEOX), grouped-query attention with QK-norm, SwiGLU, tied embedding (Qwen3's shape).

Everything follows from one dial, the depth. Shapes in comments: B rows, T tokens, D width, H query heads, K key-value heads,
F hidden, V vocabulary, E = 64 a head.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Tuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

HEAD = 64


@dataclass(frozen=True)
class Config:
    """What a model of some depth looks like."""

    depth: int
    vocabulary: int
    context: int
    width: int
    heads: int
    kv_heads: int
    hidden: int
    rope_base: float = 10_000.0
    epsilon: float = 1e-6

    @staticmethod
    def of(depth: int, vocabulary: int, context: int) -> "Config":
        """Width 128 for every third layer (256 for 6 layers, 512 for 12), so that rows split into blocks of quantisation."""
        width = 128 * max(1, math.floor(depth / 3 + 0.5))
        heads = width // HEAD
        return Config(depth, vocabulary, context, width, heads, heads // 2, 3 * width)

    @property
    def parameters(self) -> int:
        """Weights, the tied embedding counted once."""
        d, attention = self.width, (2 * self.heads + 2 * self.kv_heads) * HEAD * self.width
        layer = attention + 3 * d * self.hidden + 2 * d + 2 * HEAD
        return self.vocabulary * d + self.depth * layer + d

    @property
    def batch(self) -> int:
        """Tokens a step: 8,192 at depth 6, doubling about every four layers more."""
        return 512 * max(1, round(16 * 2 ** ((self.depth - 6) / 4)))

    @property
    def steps(self) -> int:
        """20 tokens a weight (Hoffmann et al. 2022, arXiv 2203.15556)."""
        return math.ceil(20 * self.parameters / self.batch)


def widened(x: Tensor) -> Tensor:
    """In float32, or in float64 where gradients are checked."""
    return x if x.dtype == torch.float64 else x.float()


class RmsNorm(torch.autograd.Function):
    """x / sqrt(mean(x²) + ε) · w over the last dimension, in float32 or wider; the result has the dtype asked for.

    One function with its own gradient: a chain of PyTorch's operations walks through memory three times as often.
    """

    @staticmethod
    def forward(ctx, x: Tensor, weight: Tensor, epsilon: float, dtype: torch.dtype) -> Tensor:  # type: ignore[override]
        wide = widened(x)
        scale = torch.linalg.vector_norm(wide, dim=-1, keepdim=True)
        scale = torch.rsqrt(scale.square().div_(x.shape[-1]).add_(epsilon))
        ctx.save_for_backward(x, weight, scale)
        return (wide * scale).mul_(weight).to(dtype)

    @staticmethod
    def backward(ctx, grad: Tensor):  # type: ignore[override]
        x, weight, scale = ctx.saved_tensors
        unit = widened(x) * scale
        wide = widened(grad)
        leading = tuple(range(x.dim() - weight.dim()))
        by_weight = (wide * unit).sum(leading)
        wide = wide * weight
        inner = (wide * unit).mean(-1, keepdim=True)
        return wide.sub_(unit.mul_(inner)).mul_(scale).to(x.dtype), by_weight, None, None


class Rotate(torch.autograd.Function):
    """Rotary positions: the pairs (i, i + E/2) of each head turned by the angle of their position. x: B T heads E."""

    @staticmethod
    def turn(x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:
        """cosine, sine: T 1 E/2."""
        half = x.shape[-1] // 2
        first, second = x[..., :half], x[..., half:]
        out = torch.empty_like(x)
        torch.mul(first, cosine, out=out[..., :half]).addcmul_(second, sine, value=-1)
        torch.mul(second, cosine, out=out[..., half:]).addcmul_(first, sine)
        return out

    @staticmethod
    def forward(ctx, x: Tensor, cosine: Tensor, sine: Tensor) -> Tensor:  # type: ignore[override]
        ctx.save_for_backward(cosine, sine)
        return Rotate.turn(x, cosine, sine)

    @staticmethod
    def backward(ctx, grad: Tensor):  # type: ignore[override]
        cosine, sine = ctx.saved_tensors
        return Rotate.turn(grad, cosine, -sine), None, None


class HeadLoss(torch.autograd.Function):
    """Mean cross entropy of `hidden @ embedding.T` against the targets, a slice of tokens at a time.

    Both gradients are found on the way, so that the logits of no more than one slice exist. Targets equal to `ignored`
    count nothing.
    """

    SLICE = 256
    SLICE_ON_GPU = 8192

    @staticmethod
    def forward(ctx, hidden: Tensor, embedding: Tensor, targets: Tensor, ignored: int) -> Tensor:  # type: ignore[override]
        weight = embedding.to(hidden.dtype)
        counted = targets != ignored
        share = 1.0 / counted.sum().clamp(min=1).to(embedding.dtype)
        by_hidden = torch.empty_like(hidden)
        by_weight = torch.zeros_like(embedding)
        loss = torch.zeros((), device=hidden.device, dtype=embedding.dtype)
        size = HeadLoss.SLICE_ON_GPU if hidden.is_cuda else HeadLoss.SLICE
        for at in range(0, hidden.shape[0], size):
            part, wanted = hidden[at : at + size], targets[at : at + size, None]
            logs = torch.log_softmax(widened(F.linear(part, weight)), dim=-1)
            mask = counted[at : at + size, None] * share
            loss -= (logs.gather(1, wanted) * mask).sum()
            slope = logs.exp_().mul_(mask)
            slope.scatter_add_(1, wanted, -mask)
            slope = slope.to(hidden.dtype)
            torch.matmul(slope, weight, out=by_hidden[at : at + size])
            by_weight += slope.t() @ part
        ctx.save_for_backward(by_hidden, by_weight)
        return loss

    @staticmethod
    def backward(ctx, grad: Tensor):  # type: ignore[override]
        by_hidden, by_weight = ctx.saved_tensors
        return by_hidden * grad.to(by_hidden.dtype), by_weight * grad, None, None


class Layer(nn.Module):
    """Attention, then the gated network, each on a normed copy of the stream and added to it."""

    def __init__(self, config: Config) -> None:
        super().__init__()
        self.config = config
        d, qkv = config.width, (config.heads + 2 * config.kv_heads) * HEAD
        self.attention_norm = nn.Parameter(torch.ones(d))
        self.qkv = nn.Parameter(torch.randn(qkv, d) / math.sqrt(d))
        # Of queries and keys together: (H + K) E, one row of E shared by all queries, one by all keys.
        self.query_norm = nn.Parameter(torch.ones(HEAD))
        self.key_norm = nn.Parameter(torch.ones(HEAD))
        self.out = nn.Parameter(torch.zeros(d, config.heads * HEAD))
        self.hidden_norm = nn.Parameter(torch.ones(d))
        self.gate_up = nn.Parameter(torch.randn(2 * config.hidden, d) / math.sqrt(d))
        self.down = nn.Parameter(torch.zeros(d, config.hidden))

    def forward(self, x: Tensor, rotary: Tuple[Tensor, Tensor], dtype: torch.dtype) -> Tensor:
        """x: B T D in, B T D out."""
        c = self.config
        b, t, _ = x.shape
        h, k, g = c.heads, c.kv_heads, c.heads // c.kv_heads
        normed = RmsNorm.apply(x, self.attention_norm, c.epsilon, dtype)
        qkv = F.linear(normed, self.qkv.to(dtype)).view(b, t, h + 2 * k, HEAD)
        norms = torch.cat([self.query_norm.expand(h, HEAD), self.key_norm.expand(k, HEAD)])
        turned = Rotate.apply(RmsNorm.apply(qkv[:, :, : h + k], norms, c.epsilon, dtype), *rotary)
        # Queries that share a key head stand together: B K G T E against B K T E.
        queries = turned[:, :, :h].view(b, t, k, g, HEAD).permute(0, 2, 3, 1, 4)
        keys = turned[:, :, h:].transpose(1, 2)
        values = qkv[:, :, h + k :].transpose(1, 2)
        mixed = attend(queries, keys, values).permute(0, 3, 1, 2, 4).reshape(b, t, h * HEAD)
        x = x + F.linear(mixed, self.out.to(dtype))
        normed = RmsNorm.apply(x, self.hidden_norm, c.epsilon, dtype)
        gate, up = F.linear(normed, self.gate_up.to(dtype)).split(c.hidden, dim=-1)
        return x + F.linear(F.silu(gate) * up, self.down.to(dtype))


BLOCK = 128


def attend(queries: Tensor, keys: Tensor, values: Tensor) -> Tensor:
    """Causal attention. queries: B K G T E; keys, values: B K T E; out: B K G T E.

    On a processor a block of queries at a time, which skips most of what the mask would hide and keeps scores in the cache.
    """
    b, k, g, t, e = queries.shape
    if queries.is_cuda and hasattr(F, "scaled_dot_product_attention"):
        wide = [one[:, :, None].expand(b, k, g, t, e).reshape(b, k * g, t, e) for one in (keys, values)]
        flat = queries.reshape(b, k * g, t, e)
        return F.scaled_dot_product_attention(flat, *wide, is_causal=True).view(b, k, g, t, e)
    keys = keys.reshape(b * k, t, e)
    values = values.reshape(b * k, t, e)
    scale = 1 / math.sqrt(e)
    out = []
    for start in range(0, t, BLOCK):
        end = min(t, start + BLOCK)
        rows = end - start
        part = queries[:, :, :, start:end].reshape(b * k, g * rows, e) * scale
        scores = torch.bmm(part, keys[:, :end].transpose(1, 2)).view(b * k, g, rows, end)
        hidden = torch.full((rows, rows), float("-inf"), dtype=scores.dtype, device=scores.device).triu_(1)
        scores = torch.cat([scores[..., :start], scores[..., start:] + hidden], -1) if start > 0 else scores + hidden
        shares = torch.softmax(scores, -1).view(b * k, g * rows, end)
        out.append(torch.bmm(shares, values[:, :end]).view(b, k, g, rows, e))
    return torch.cat(out, dim=3)


class Decoder(nn.Module):
    """Token ids in, loss or logits out."""

    def __init__(self, config: Config, seed: int = 1) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.config = config
        self.embedding = nn.Parameter(torch.randn(config.vocabulary, config.width) * 0.02)
        self.layers = nn.ModuleList(Layer(config) for _ in range(config.depth))
        self.norm = nn.Parameter(torch.ones(config.width))
        self.rotary: Tuple[Tensor, Tensor] | None = None

    def angles(self, length: int, dtype: torch.dtype) -> Tuple[Tensor, Tensor]:
        """Cosine and sine of position times frequency: T 1 E/2."""
        device = self.embedding.device
        if self.rotary is None or self.rotary[0].shape[0] < length or self.rotary[0].dtype != dtype:
            frequency = self.config.rope_base ** (-torch.arange(0, HEAD, 2, device=device, dtype=torch.float64) / HEAD)
            angle = torch.outer(torch.arange(length, device=device, dtype=torch.float64), frequency)[:, None]
            self.rotary = (angle.cos().to(dtype), angle.sin().to(dtype))
        return self.rotary[0][:length], self.rotary[1][:length]

    def states(self, ids: Tensor, dtype: torch.dtype) -> Tensor:
        """What the head reads: ids B T, out B T D in `dtype`."""
        rotary = self.angles(ids.shape[1], dtype)
        x = F.embedding(ids, self.embedding)
        for layer in self.layers:
            x = layer(x, rotary, dtype)
        return RmsNorm.apply(x, self.norm, self.config.epsilon, dtype)

    def loss(self, rows: Tensor, pad: int, dtype: torch.dtype, targets: Tensor | None = None) -> Tensor:
        """Mean negative log-probability, nats, of each row's tokens after its first, or of `targets` that are not `pad`. rows: B T+1."""
        hidden = self.states(rows[:, :-1], dtype)
        wanted = rows[:, 1:] if targets is None else targets
        return HeadLoss.apply(hidden.flatten(0, 1), self.embedding, wanted.flatten(), pad)

    def logits(self, ids: Tensor, dtype: torch.dtype = torch.float32) -> Tensor:
        """B T V."""
        return widened(F.linear(self.states(ids, dtype), self.embedding.to(dtype)))
