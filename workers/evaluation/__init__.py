"""How good cards are, measured on recorded worlds whose manifests say what is there to be found."""

from workers.evaluation.making import Made, Maker
from workers.evaluation.manifest import Manifest, ThreadEntry, load_manifest
from workers.evaluation.rows import Row, score
from workers.evaluation.table import to_text

__all__ = ["Made", "Maker", "Manifest", "Row", "ThreadEntry", "load_manifest", "score", "to_text"]
