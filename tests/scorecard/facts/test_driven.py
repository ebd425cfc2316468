"""Tests that drive an application, beyond the examples on the page."""

import pytest
from helpers import repo

from scorecard.facts import Facts
from scorecard.facts.driven import DrivenTests

GRAPH = "from langgraph.graph import StateGraph\nbuilder = StateGraph(dict)\n"
TEST = """
    import asyncio
    from {module} import builder

    def test_report():
        graph = builder.compile()
        state = asyncio.run(graph.ainvoke({{"topic": "a"}}))
        assert state["report"]
"""


@pytest.mark.parametrize(("module", "driven"), [("research", True), ("langgraph_library", False)])
def test_a_graph_that_the_test_compiles_of_the_projects_builder_is_driven(module: str, driven: bool) -> None:
    found = Facts(repo({"research.py": GRAPH, "tests/test_report.py": TEST.format(module=module)})).get(DrivenTests)
    assert bool(found.found) is driven
