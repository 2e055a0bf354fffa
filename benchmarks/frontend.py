"""How good and how fast the front ends are on a treebank, side by side.

    python benchmarks/frontend.py --conllu FILE [--frontends spacy,stanza,classla] [--model MODEL] [--runs 5]
        [--stanza-model DIR] [--classla-model DIR] [--python stanza=PYTHON]

Metrics are those of ``bgpolitics evaluate --conllu``: F1 in percent as in the CoNLL 2018 shared task,
everything predicted from the raw text of FILE. `Lemmas` are compared with the cleaned lemmas of the file,
`Lemmas, raw` with the file as it stands. Each front end runs in a process of its own; one that is not
installed is named and left out. Packages that do not go into one environment may each have their own:
``--python`` names its Python.

Words stand between white space. The time is CPU seconds on one core, the best of the runs; what is timed is
the front end alone, on the whole text. The peak memory is that of the process, model included.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

FRONTENDS = ("spacy", "stanza", "classla")
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
COSTS = {"words/s": ",.0f", "load, s": ".1f", "peak memory, MB": ",.0f"}


def measure(task: dict[str, Any]) -> dict[str, Any]:
    """Score and time one front end in this process; ``{"missing": why}`` where it is not there."""
    from bgpolitics_ner.errors import BgPoliticsError, InputError

    try:
        return _measure(task)
    except InputError as error:
        sys.exit(str(error))
    except BgPoliticsError as error:
        return {"missing": str(error)}


def _measure(task: dict[str, Any]) -> dict[str, Any]:
    from speed import peak_memory

    from bgpolitics_ner.evaluation import from_doc, read_conllu, score_conllu

    gold = read_conllu(task["conllu"])
    start = time.process_time()
    from bgpolitics_ner.annotator import load

    annotator = load(task["model"], frontend=task["frontend"], **task["options"])
    loading = time.process_time() - start
    times: list[float] = []
    for _ in range(task["runs"]):
        start = time.process_time()
        parsed = annotator.parse(gold.text)
        times.append(time.process_time() - start)
    peak = peak_memory()
    predicted = from_doc(*parsed)
    metrics = score_conllu(gold, predicted).to_dict()["metrics"]
    raw = score_conllu(read_conllu(task["conllu"], raw_lemmas=True), predicted).to_dict()["metrics"]
    return {
        "metrics": _insert_behind("Lemmas", metrics, {"Lemmas, raw": raw["Lemmas"]}),
        "words/s": len(gold.text.split()) / min(times),
        "load, s": loading,
        "peak memory, MB": peak,
    }


def _insert_behind(name: str, values: dict[str, float], more: dict[str, float]) -> dict[str, float]:
    place = list(values).index(name) + 1
    items = list(values.items())
    return dict([*items[:place], *more.items(), *items[place:]])


def run(task: dict[str, Any], python: str) -> dict[str, Any]:
    """Measure one front end in a new process; exit where it fails."""
    command = [python, __file__, "--task", json.dumps(task)]
    done = subprocess.run(command, env={**os.environ, **ONE_THREAD}, stdout=subprocess.PIPE, text=True)
    if done.returncode:
        sys.exit(f"{task['frontend']}: failed with status {done.returncode}")
    # What a package prints while it loads stands before the last line.
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return result


def show(results: dict[str, dict[str, Any]]) -> None:
    """Print a column for each front end."""
    rows = {name: ".2f" for result in results.values() for name in result["metrics"]} | COSTS
    print(f"{'metric':18}" + "".join(f"{name:>12}" for name in results))
    for name, style in rows.items():
        values = (result["metrics"].get(name, result.get(name)) for result in results.values())
        print(f"{name:18}" + "".join(f"{value:12{style}}" for value in values))


def main() -> None:
    """Run the script."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--conllu", type=Path, help="the gold, a CoNLL-U file")
    parser.add_argument("--frontends", default=",".join(FRONTENDS), help="default: all three")
    parser.add_argument("--model", help="name or path of a model; the shipped one by default")
    parser.add_argument("--stanza-model", metavar="DIR", help="where Stanza's models are")
    parser.add_argument("--classla-model", metavar="DIR", help="where CLASSLA's models are")
    parser.add_argument("--python", metavar="NAME=PYTHON", action="append", default=[], help="see above")
    parser.add_argument("--runs", type=int, default=5, help="how often the text is parsed (default 5)")
    parser.add_argument("--task", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.task:
        print(json.dumps(measure(json.loads(options.task))))
        return
    if options.conllu is None or options.runs < 1:
        parser.error("--conllu FILE is needed, and at least one run")
    pythons = dict(pair.split("=", 1) for pair in options.python)
    results = {}
    for name in options.frontends.split(","):
        folder = getattr(options, f"{name}_model", None)
        task = {
            "frontend": name,
            "conllu": str(options.conllu),
            "model": options.model,
            "options": {"frontend_model": folder} if folder else {},
            "runs": options.runs,
        }
        result = run(task, pythons.get(name, sys.executable))
        if "missing" in result:
            print(f"{name}: left out: {result['missing']}")
        else:
            results[name] = result
    if not results:
        sys.exit("there is no front end to measure")
    show(results)


if __name__ == "__main__":
    main()
