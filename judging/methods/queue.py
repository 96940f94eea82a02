"""The order of a judge's work, and how long it may take."""

from __future__ import annotations

import hashlib

WORDS_PER_MINUTE = 200
MINUTES_TO_SCORE = 5


def minutes(words: int) -> int:
    """Whole minutes to read so many words with care, score the criteria and write feedback."""
    return MINUTES_TO_SCORE + -(-words // WORDS_PER_MINUTE)


def order(judge: int, entry: int, reviews: int) -> tuple[int, str]:
    """Sort key: fewest reviews first; among equals a different order for each judge, but the same every day."""
    return reviews, hashlib.sha256(f"{judge}:{entry}".encode()).hexdigest()
