"""What others do: a keyword, and the bare rule that needs no seed and no label."""

from __future__ import annotations

from seeds.model import Document
from seeds.watch import Watch, read_document
from tests.score.measures import Judge


def keyword(document: Document) -> bool:
    """The acronym, as bots of today look for it."""
    return "minusma" in f"{document.title} {document.summary}".casefold()


def bare_rule(watch: Watch) -> Judge:
    """A name of the mission, or a role whose nearest place is the theatre; `watch` only finds them."""

    def judge(document: Document) -> bool:
        evidence = watch.evidence(read_document(document))
        named = evidence.of("name", "misspelt")
        return bool(named) or any(bond.ours and bond.role.kind == "role" for bond in evidence.bonds)

    return judge
