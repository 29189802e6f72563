"""A checkpoint as safetensors, tensors named as in GGUF files, for `assay train export` to make a GGUF file of.

    /usr/bin/python3 runs/export.py .cache/runs/<name>/step-<n>.pt .cache/runs/<name>/model.safetensors
"""

from __future__ import annotations

import argparse
import json
import os
import struct
import sys
from pathlib import Path
from typing import Dict

import torch
from torch import Tensor

from checkpoint import load, restored
from model import HEAD, Decoder

NAMES = {
    "attention_norm": "attn_norm",
    "query_norm": "attn_q_norm",
    "key_norm": "attn_k_norm",
    "out": "attn_output",
    "hidden_norm": "ffn_norm",
    "down": "ffn_down",
}


def named_tensors(model: Decoder) -> Dict[str, Tensor]:
    """Fused matrices taken apart, each tensor under its name in GGUF files of Qwen3's architecture."""
    c = model.config
    found = {"token_embd.weight": model.embedding}
    for index, layer in enumerate(model.layers):
        at = f"blk.{index}."
        sizes = [c.heads * HEAD, c.kv_heads * HEAD, c.kv_heads * HEAD]
        for name, part in zip(("attn_q", "attn_k", "attn_v"), layer.qkv.split(sizes)):
            found[f"{at}{name}.weight"] = part
        for name, part in zip(("ffn_gate", "ffn_up"), layer.gate_up.split(c.hidden)):
            found[f"{at}{name}.weight"] = part
        for own, name in NAMES.items():
            found[f"{at}{name}.weight"] = getattr(layer, own)
    found["output_norm.weight"] = model.norm
    return found


def metadata(model: Decoder) -> Dict[str, str]:
    """What `__metadata__` says: the sizes, by the names of src/model/llama/types.ts."""
    c = model.config
    config = {
        "architecture": "qwen3",
        "layers": c.depth,
        "width": c.width,
        "heads": c.heads,
        "kvHeads": c.kv_heads,
        "headSize": HEAD,
        "hidden": c.hidden,
        "vocabulary": c.vocabulary,
        "contextLength": c.context,
        "normEpsilon": c.epsilon,
        "ropeBase": c.rope_base,
    }
    return {"schema": "assay/weights/1", "config": json.dumps(config)}


def safetensors(tensors: Dict[str, Tensor], notes: Dict[str, str], half: bool = False) -> bytes:
    """github.com/huggingface/safetensors: the length of a JSON header, the header, the values in float32 or float16."""
    kind, dtype = ("F16", "<f2") if half else ("F32", "<f4")
    header: Dict[str, object] = {"__metadata__": notes}
    parts, offset = [], 0
    for name, tensor in tensors.items():
        values = tensor.detach().cpu().numpy().astype(dtype).tobytes()
        header[name] = {"dtype": kind, "shape": list(tensor.shape), "data_offsets": [offset, offset + len(values)]}
        parts.append(values)
        offset += len(values)
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    return struct.pack("<Q", len(head)) + head + b"".join(parts)


def main() -> int:
    parser = argparse.ArgumentParser(description="a checkpoint as safetensors")
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--half", action="store_true", help="in float16: half the size, and enough for every export but F32")
    options = parser.parse_args()
    try:
        content = load(options.checkpoint)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    model = restored(content)
    for name, tensor in named_tensors(model).items():
        if not bool(torch.isfinite(tensor).all()):
            print(f"error: {name} holds numbers that are not finite", file=sys.stderr)
            return 2
    notes = {**metadata(model), "step": str(content["step"]), "tokens": str(content["tokens"])}
    temporary = options.out.with_suffix(".part")
    temporary.write_bytes(safetensors(named_tensors(model), notes, options.half))
    os.replace(temporary, options.out)
    print(f"{options.out}: {model.config.parameters / 1e6:.2f}M weights after {content['tokens'] / 1e6:.1f}M tokens")
    return 0


if __name__ == "__main__":
    sys.exit(main())
