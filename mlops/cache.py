"""`mlops cache`: what audits have kept, how much room it takes, and away with it."""

from mlops import showing
from mlops.errors import FINE, REFUSED, MlopsError
from scorecard.cache import LIMIT, Cache, home


def run(*, clear: bool) -> int:
    """Say where the cache is and how large, or remove it. Raises MlopsError."""
    cache = Cache(home())
    try:
        count, size = cache.size()
        if clear:
            cache.clear()
    except OSError as error:
        raise MlopsError(f"cannot remove {cache.path}: {error.strerror}", "end what is using it", REFUSED) from None
    finally:
        cache.close()
    held = f"{count} entries, {size / 1e6:.1f} MB"
    showing.say([f"removed {held}: {cache.path}" if clear else f"{cache.path}: {held} of at most {LIMIT / 1e6:.0f} MB"])
    return FINE
