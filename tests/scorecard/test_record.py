"""Classes of fields."""

import pytest

from scorecard.record import field, holder, record, replace, state


@record
class Point:
    x: int
    y: int = 2
    names: tuple[str, ...] = ()

    @property
    def sum(self) -> int:
        return self.x + self.y


@record
class Far(Point):
    z: int = 3


@state
class Open:
    path: str
    lines: list[str] = field(default_factory=list)
    seen: int = field(default=0, compare=False)


@holder
class Fact:
    path: str
    known: dict[str, int] = field(default_factory=dict)


def test_a_record_equals_what_has_the_same_and_is_a_key() -> None:
    assert Point(1) == Point(x=1, y=2)
    assert len({Point(1), Point(1), Point(2)}) == 2
    assert Point(1) != Far(1)


def test_a_record_does_not_change() -> None:
    with pytest.raises(AttributeError):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        del Point(1).x


def test_replace_gives_another_one_of_the_same_class() -> None:
    assert replace(Far(1, names=("a",)), x=5) == Far(5, names=("a",))


def test_fields_of_the_class_below_come_first() -> None:
    assert (Far(1, 2, (), 4).z, Far(1).sum) == (4, 3)


@pytest.mark.parametrize("made", [Point, lambda: Point(1, 2, (), 4), lambda: Point(1, w=2)])
def test_what_does_not_fit_the_fields_is_refused(made: object) -> None:
    with pytest.raises(TypeError):
        made()  # type: ignore[operator]


def test_a_state_changes_and_has_its_own_defaults() -> None:
    one, other = Open("a"), Open("a")
    one.lines.append("x")
    assert other.lines == []
    assert one != other
    other.lines, other.seen = ["x"], 7
    assert one == other
    with pytest.raises(AttributeError):
        one.more = 1  # type: ignore[attr-defined]


def test_a_state_is_no_key() -> None:
    with pytest.raises(TypeError):
        hash(Open("a"))


def test_a_holder_equals_itself_alone() -> None:
    fact = Fact("a")
    assert fact == fact  # noqa: PLR0124  that is what is asked
    assert fact != Fact("a")


def test_what_is_made_shows_its_fields() -> None:
    assert repr(Point(1)) == "Point(x=1, y=2, names=())"
