"""What a person sees when something is wrong."""

FINE, GATE, USAGE, REFUSED = 0, 1, 2, 3


class MlopsError(Exception):
    """What happened and where, and what to type next. The only exception that is shown to people."""

    def __init__(self, what: str, hint: str = "", code: int = USAGE) -> None:
        super().__init__(what)
        self.what, self.hint, self.code = what, hint, code
