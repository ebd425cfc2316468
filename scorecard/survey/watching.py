"""How the running system is watched.

metrics  ["app.py", …]: files in which a route `/metrics` is registered
"""

from typing import Any

from scorecard.facts.routes import Routes


def look(routes: Routes) -> dict[str, Any]:
    """See the module's docstring."""
    served = [route.hit.path for route in routes.all if route.path.rstrip("/").endswith("/metrics")]
    return {"metrics": list(dict.fromkeys(served))}
