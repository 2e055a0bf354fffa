"""The README tells the truth: its tables, its links, its commands and its code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bgpolitics_ner import InputError
from bgpolitics_ner.cli.app import app
from bgpolitics_ner.cli.labels import main, make_tables, replace_tables

TEXTS = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


def test_the_tables_are_those_of_the_schema(readme: str) -> None:
    assert replace_tables(readme) == readme, "run `make labels`"


def test_make_labels_rewrites_the_file(readme: str, tmp_path: Path) -> None:
    path = tmp_path / "README.md"
    path.write_text(readme.replace("meets-with", "meets"), encoding="utf-8")
    main(path)
    assert path.read_text(encoding="utf-8").count("`meets-with`") >= 1
    assert list(tmp_path.iterdir()) == [path]


def test_without_the_marker_lines_nothing_is_written() -> None:
    with pytest.raises(InputError, match="are missing"):
        replace_tables("# README\n")


def test_the_tables_are_well_formed() -> None:
    entities, relations = make_tables().split("\n\n")
    assert len(entities.splitlines()) == 2 + 9
    assert len(relations.splitlines()) == 2 + 31
    for table in (entities, relations):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


@pytest.mark.parametrize("name", TEXTS)
def test_links_lead_somewhere(root: Path, name: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    headings = {
        re.sub(r"[^\w\- ]", "", line.lstrip("# ")).lower().replace(" ", "-") for line in text.splitlines()
    }
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith("#"):
            assert target[1:] in headings, target
        elif "://" not in target:
            assert (root / target).exists(), target


def test_the_tree_of_the_architecture_is_that_of_the_package(root: Path) -> None:
    """Every file and folder of the package stands in the tree, and nothing else does."""
    tree = (root / "ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[1]
    told = {line.split()[0].rstrip("/") for line in tree.splitlines() if line.startswith("  ")}
    skipped = {"__pycache__", "__main__.py", "py.typed"}
    assert told == {path.name for path in (root / "bgpolitics_ner").iterdir()} - skipped


def test_commands_and_options_exist(readme: str) -> None:
    used = set(re.findall(r"bgpolitics ([a-z]+)((?: (?:--[a-z-]+|[A-Z]+|[a-z./-]+))*)", readme))
    assert {command for command, _ in used} == {
        "annotate",
        "batch",
        "query",
        "stats",
        "explain",
        "evaluate",
        "models",
        "frames",
        "schema",
        "train",
    }
    for command, rest in used:
        second = [
            w for w in rest.split()[:1] if command in ("train", "frames") and w.islower() and w[0] != "-"
        ]
        words = [command, *(second or ["model"] if command == "train" else second)]
        shown = CliRunner().invoke(app, [*words, "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"}).stdout
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in shown, f"{command} {option}"


@pytest.mark.slow
def test_the_example_of_own_types_passes_its_check(readme: str, tmp_path: Path) -> None:
    block = readme.split("## Your own relation types")[1].split("```toml\n")[1].split("```")[0]
    (tmp_path / "my.toml").write_text(block, encoding="utf-8")
    shown = CliRunner().invoke(app, ["frames", "check", str(tmp_path / "my.toml")])
    assert shown.exit_code == 0, shown.output


@pytest.mark.slow
def test_the_code_runs(readme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The Python blocks, one after the other in one namespace, as a reader would type them."""
    monkeypatch.chdir(tmp_path)
    blocks = re.findall(r"^```python\n(.*?)^```", readme, re.DOTALL | re.MULTILINE)
    assert len(blocks) >= 3
    namespace: dict[str, object] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), namespace)
    assert list(tmp_path.iterdir()) == []


def test_every_score_is_in_the_output_of_a_benchmark(readme: str, root: Path) -> None:
    """No number stands in the table of scores that its command did not print."""
    table = readme.split("<!-- scores -->")[1].split("\n\n")[1]
    printed = "".join(p.read_text(encoding="utf-8") for p in (root / "benchmarks/results").glob("*.txt"))
    numbers = re.findall(r"\d+\.\d{2,}|\d,\d{3}", table)
    assert len(numbers) > 15
    assert [number for number in numbers if number not in printed] == []


@pytest.mark.slow
def test_the_session_is_what_the_command_prints(readme: str, root: Path) -> None:
    """Subject, relation and object of each triple; confidences may differ in the last digit elsewhere."""
    told = readme.split("<!-- session -->")[1].split("$ bgpolitics explain")[0]
    seed = str(root / "seeds/lukashenko.txt")
    shown = CliRunner().invoke(app, ["annotate", seed, "--format", "table"], env={"NO_COLOR": "1"}).stdout

    def triples(text: str) -> list[list[str]]:
        rows = [re.split(r"\s{2,}", line.strip()) for line in text.splitlines() if " 0." in line]
        return [row[:3] for row in rows]

    assert triples(told) == triples(shown) != []
