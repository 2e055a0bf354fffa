"""Scorers: gold and predicted Documents in, one report out; the analysis below them against a treebank."""

from bgpolitics_ner.evaluation.conll import ConllReport, score_conllu
from bgpolitics_ner.evaluation.report import EvaluationReport, evaluate
from bgpolitics_ner.evaluation.score import Score
from bgpolitics_ner.evaluation.treebank import Analysis, from_doc, read_conllu

__all__ = [
    "Analysis",
    "ConllReport",
    "EvaluationReport",
    "Score",
    "evaluate",
    "from_doc",
    "read_conllu",
    "score_conllu",
]
