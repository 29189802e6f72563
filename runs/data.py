"""Prepared tokens: see `assay train pretrain --prepare` and src/train/pretrain/format.ts for what the files hold."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import List

import numpy
import torch
from torch import Tensor


class DataError(Exception):
    """The data folder is not what a trainer can use; the message says what was expected."""


@dataclass(frozen=True)
class Document:
    """A file held out: ids before its text (the start and its path), and of its text."""

    header: numpy.ndarray
    text: numpy.ndarray


@dataclass(frozen=True)
class Data:
    """The rows to train on, mapped into memory, and what describes them."""

    folder: Path
    context: int
    vocabulary: int
    seed: int
    pad: int
    end_of_text: int
    file_mark: int
    identity: str
    rows: numpy.ndarray  # rows, context + 1

    def batch(self, first: int, count: int, device: str) -> Tensor:
        """`count` rows from the given position on, over and over."""
        at = numpy.arange(first, first + count) % len(self.rows)
        return torch.from_numpy(self.rows[at].astype(numpy.int64)).to(device)

    def targets(self, first: int, rows: Tensor) -> Tensor:
        """What `rows`, read from the given position on, are to predict; `pad` where nothing is counted."""
        return rows[:, 1:]

    def documents(self, split: str) -> List[Document]:
        """The files of `validation` or `test`."""
        ids = numpy.fromfile(self.folder / f"{split}.bin", dtype="<u2")
        ends = numpy.flatnonzero(ids == self.end_of_text)
        found = []
        for start, end in zip([0, *(ends[:-1] + 1)], ends):
            marks = numpy.flatnonzero(ids[start:end] == self.file_mark)
            text = start + int(marks[0]) + 1
            # A window begins as every row does that was trained on.
            header = numpy.concatenate([[self.end_of_text], ids[start:text]]).astype(ids.dtype)
            found.append(Document(header, ids[text:end]))
        return found


def read_data(folder: Path) -> Data:
    """Raises DataError where the folder holds no data, or files of another length than it says."""
    try:
        info = json.loads((folder / "data.json").read_text())
    except (OSError, ValueError) as error:
        raise DataError(f"expected prepared tokens in {folder}: {error}; run assay train pretrain --prepare") from error
    if info.get("schema") != "assay/pretrain-data/1":
        raise DataError(f"expected data of schema assay/pretrain-data/1 in {folder}, got {info.get('schema')}")
    file = folder / info["files"]["train"]["file"]
    size, wanted = file.stat().st_size, 2 * info["files"]["train"]["tokens"]
    if size != wanted:
        raise DataError(f"expected {wanted} bytes in {file}, found {size}; prepare the data again")
    rows = numpy.memmap(file, dtype="<u2", mode="r").reshape(-1, info["context"] + 1)
    marks = info["specials"]
    return Data(
        folder,
        info["context"],
        info["vocabulary"],
        info["seed"],
        marks["pad"],
        marks["endOfText"],
        marks["file"],
        info["files"]["train"]["sha256"],
        rows,
    )


def token_bytes(tokenizer: Path) -> numpy.ndarray:
    """Bytes of every id by the tokenizer's file; 0 for control tokens. A byte-level token's spelling has a sign for each byte."""
    content = json.loads(tokenizer.read_text())
    lengths = numpy.zeros(len(content["model"]["vocab"]) + len(content["added_tokens"]), dtype=numpy.int64)
    for spelling, token in content["model"]["vocab"].items():
        lengths[token] = len(spelling)
    for special in content["added_tokens"]:
        lengths[special["id"]] = 0
    return lengths
