"""Indexes that live for one call: filled with what a function was handed, searched and forgotten within it."""

from scorecard.facts.code import Hit
from scorecard.patterns import lazily

_IN_MEMORY = lazily(r"InMemory|MemoryVectorStore|FAISS|IndexFlat|BM25")
_SEARCHES = frozenset({
    "similarity_search", "similarity_search_with_score", "similarity_search_with_relevance_scores",
    "similarity_search_by_vector", "max_marginal_relevance_search", "asimilarity_search", "similaritySearch",
    "similaritySearchWithScore", "maxMarginalRelevanceSearch", "get_top_n", "get_scores",
})  # fmt: skip
_KEEPS = lazily(r"_*a?(?:load|read|open|save|persist|partition|scrape|crawl|glob|parse)")


def is_passing(hit: Hit) -> bool:
    """Does the line stand in a function that makes an index in memory, of no document that it reads, and searches it?"""
    calls = hit.source.calls_of(hit.scope) if hit.scope else []
    return (
        any(c.last in _SEARCHES for c in calls)
        and any(_IN_MEMORY.search(c.name) for c in calls)
        and not any(_KEEPS.match(c.last) for c in calls)
    )
