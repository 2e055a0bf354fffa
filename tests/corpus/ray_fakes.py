"""An annotator without a model that tells which worker it serves and waits a little for each text."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from fakes import Plain

from bgpolitics_ner.document import Document


class Telling(Plain):
    """Leaves a file with the number of its parent process, which is the actor of Ray, in a folder."""

    def pipe(self, items: Iterable[Any]) -> Iterator[Document]:
        (Path(self._folder) / str(os.getppid())).touch()
        for document in super().pipe(items):
            time.sleep(0.02)
            yield document


def telling(**options: Any) -> Telling:
    return Telling(**options)
