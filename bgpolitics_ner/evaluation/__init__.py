"""Scorers of the annotation guidelines: gold and predicted Documents in, one report out."""

from bgpolitics_ner.evaluation.report import EvaluationReport, evaluate
from bgpolitics_ner.evaluation.score import Score

__all__ = ["EvaluationReport", "Score", "evaluate"]
