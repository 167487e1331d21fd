"""langchain: the pipeline as a Runnable, the library as a retriever. The only file of this package that imports it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import Any

# A tracing variable left in somebody's environment would send questions to a server; nothing leaves this machine.
os.environ["LANGSMITH_TRACING"] = "false"
os.environ["LANGCHAIN_TRACING_V2"] = "false"

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import Runnable, RunnableLambda

from index import Library


class LibraryRetriever(BaseRetriever):
    """A library as langchain knows retrievers: `LibraryRetriever(library=library, k=5).invoke("nước sạch")`, best first.

    Metadata: report, title, source, page, start, end, heading, score; `page_content == report.text[start:end]`.
    """

    library: Any
    k: int = 10
    reports: list[str] | None = None

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        library: Library = self.library
        infos = {info.id: info for info in library.reports()}
        documents = []
        for scored in library.search(query, self.k, reports=self.reports):
            passage = scored.passage
            info = infos[passage.report_id]
            metadata = {
                "report": passage.report_id,
                "title": info.title,
                "source": info.source,
                "page": passage.page,
                "start": passage.start,
                "end": passage.end,
                "heading": passage.heading,
                "score": scored.score,
            }
            documents.append(Document(page_content=passage.text, metadata=metadata, id=passage.id))
        return documents


def switch_tracing_off() -> None:
    """Done again before a chat model is made: somebody may have set the variables since."""
    os.environ["LANGSMITH_TRACING"] = "false"
    os.environ["LANGCHAIN_TRACING_V2"] = "false"


def chain(steps: Sequence[tuple[str, Callable[[Any], Any]]]) -> Runnable[Any, Any]:
    """The named steps one after the other, each given what the one before returned."""
    runnables = [RunnableLambda(step).with_config(run_name=name) for name, step in steps]
    joined: Runnable[Any, Any] = runnables[0]
    for runnable in runnables[1:]:
        joined = joined | runnable
    return joined
