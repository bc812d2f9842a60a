"""Kendall's tau: how often two columns agree on which of two rows is greater."""

from __future__ import annotations

import math
from typing import Any


def tau(x: Any, y: Any) -> float | None:
    """Tau-b of two arrays without missing values; ``None`` where one of them has a single value."""
    import numpy as np

    rows = len(x)
    if rows < 2:
        return None
    a, b = (np.unique(part, return_inverse=True)[1].astype(np.int64) for part in (x, y))
    order = np.lexsort((b, a))
    a, b = a[order], b[order]
    pairs = rows * (rows - 1) // 2
    same_x, same_y = _pairs_of(a), _pairs_of(b)
    same_both = _pairs_of(a * (int(b.max()) + 1) + b)
    discordant = _inversions(b)
    concordant = pairs - same_x - same_y + same_both - discordant
    spread = math.sqrt(pairs - same_x) * math.sqrt(pairs - same_y)
    return None if spread == 0 else max(-1.0, min(1.0, (concordant - discordant) / spread))


def _pairs_of(codes: Any) -> int:
    """The number of pairs of equal values."""
    import numpy as np

    counts = np.unique(codes, return_counts=True)[1].astype(np.int64)
    return int((counts * (counts - 1) // 2).sum())


def _inversions(codes: Any) -> int:
    """The number of pairs whose earlier one is greater: bit by bit, among values whose higher bits are equal."""
    import numpy as np

    total = 0
    for bit in range(max(int(codes.max()).bit_length() - 1, 0), -1, -1):
        # Values stand by their higher bits, and within these in their first order.
        prefix = codes >> (bit + 1)
        ones = (codes >> bit) & 1
        before = np.cumsum(ones) - ones
        starts = np.concatenate(([True], prefix[1:] != prefix[:-1]))
        base = np.maximum.accumulate(np.where(starts, np.arange(len(codes)), 0))
        total += int((before - before[base])[ones == 0].sum())
        codes = codes[np.argsort(codes >> bit, kind="stable")]
    return total
