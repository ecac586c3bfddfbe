"""Syllables heard: the peaks of level inside phrases.

After N. H. de Jong and T. Wempe, "Praat script to detect syllable nuclei and measure speech rate
automatically", Behavior Research Methods 41 (2009), 385-390: a nucleus is a voiced peak of the level that
stands at least 2 dB above the dips beside it. Written anew from the description.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_DIP = 2.0
_SMOOTH = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9.0


def nuclei(
    level: NDArray[np.float64], voiced: NDArray[np.bool_], spans: list[tuple[int, int]], *, floor: float
) -> list[list[int]]:
    """The frames of the nuclei of each phrase.

    Args:
        level: dB per frame.
        voiced: per frame.
        spans: phrases as frames [start, end).
        floor: dB below which a peak is no syllable.
    """
    smooth = np.convolve(np.pad(np.maximum(level, floor - 20.0), 2, mode="edge"), _SMOOTH, mode="valid")
    return [_peaks(smooth, voiced, start, end, floor) for start, end in spans]


def _peaks(
    level: NDArray[np.float64], voiced: NDArray[np.bool_], start: int, end: int, floor: float
) -> list[int]:
    found: list[int] = []
    top, dip, rising = start, level[start], True
    for at in range(start, end):
        if rising:
            if level[at] > level[top]:
                top = at
            elif level[top] - level[at] >= _DIP or at == end - 1:
                if voiced[top] and level[top] >= floor:
                    found.append(top)
                rising, dip = False, level[at]
        else:
            dip = min(dip, level[at])
            if level[at] - dip >= _DIP:
                rising, top = True, at
    if rising and top == end - 1 and voiced[top] and level[top] >= floor:
        found.append(top)
    return found
