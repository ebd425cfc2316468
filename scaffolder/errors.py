"""What the scaffolder says no with."""


class Refused(Exception):
    """What stands in the way, and what to do about it. Nothing was changed."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.what, self.hint = what, hint


class BadAnswer(Refused):
    """An answer that the template does not take; the caller should give another."""
