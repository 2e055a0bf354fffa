"""Copies of one text stay on one side of a split."""

from __future__ import annotations

from bgpolitics_ner.training.splits import cluster_copies, hold_out, spread

AGENCY = "Президентът се срещна с посланика и двамата обсъдиха доставките на газ за зимата"
TEXTS = {
    "c": "Съвсем друга новина за времето утре и за пътищата в планината",
    "b": AGENCY + ", съобщи агенцията",
    "a": AGENCY,
}


def test_copies_form_a_cluster_named_by_its_smallest_id() -> None:
    assert cluster_copies(TEXTS) == {"a": "a", "b": "a", "c": "c"}


def test_a_cluster_is_held_out_whole_and_a_kept_one_never() -> None:
    clusters = cluster_copies(TEXTS)
    assert hold_out(clusters, share=1.0) == {"a", "b", "c"}
    assert hold_out(clusters, share=1.0, keep=["b"]) == {"c"}
    assert hold_out(clusters, share=0.0) == set()


def test_copies_of_what_is_left_out_are_left_out_too() -> None:
    assert spread(["b", "elsewhere"], cluster_copies(TEXTS)) == {"a", "b", "elsewhere"}
