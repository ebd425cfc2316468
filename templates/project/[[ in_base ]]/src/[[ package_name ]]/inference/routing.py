"""Which release answers whom."""

import hashlib


def bucket(key: str) -> float:
    """Map a key to [0, 1), evenly and always the same, so that a customer stays with one release."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) / 2**64


def is_challenged(key: str, share: float) -> bool:
    """Tell whether the challenger answers this key."""
    return bucket(key) < share
