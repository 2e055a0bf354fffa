"""Input, output, tables and work in progress on S3: a server that speaks its protocol, on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ray_cluster import FAKE, assert_same, lines_of, locally, to_parquet, write_parquet

import bgpolitics_ner as bgp
from bgpolitics_ner.corpus.places import Place

pytest.importorskip("ray")
pytest.importorskip("ray.data")
server = pytest.importorskip("moto.server")
fs = pytest.importorskip("pyarrow.fs")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    moto = server.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    moto.start()
    host, port = moto.get_host_and_port()
    yield f"{host}:{port}"
    moto.stop()


@pytest.fixture
def bucket(endpoint: str, address: str) -> Any:
    """A bucket, empty, as a file system; the keys are in the environment of the cluster's fixture."""
    system = fs.S3FileSystem(endpoint_override=endpoint, scheme="http", allow_bucket_creation=True)
    if system.get_file_info("news").type.name == "NotFound":
        system.create_dir("news")
    system.delete_dir_contents("news", missing_dir_ok=True)
    return system


def url(endpoint: str, path: str) -> str:
    return f"s3://news/{path}?endpoint_override={endpoint}&scheme=http&region=us-east-1"


def download(place: Place, folder: Path) -> None:
    for name, _ in place.files():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes((place / name).read())


def test_all_on_s3(tmp_path: Path, on_ray: Any, endpoint: str, bucket: Any) -> None:
    texts = [f"Министър Иванов посети София за {i}-и път" for i in range(30)]
    texts[4], texts[11] = "FAIL-WHILE broken", "FAIL"
    texts[2] = texts[25] = "Министърът Иван Петров посети София и разговаря с Мария Колева за договора. " * 9
    with bucket.open_output_stream("news/in/a.parquet") as stream:
        stream.write(to_parquet(texts))
    write_parquet(tmp_path / "in" / "a.parquet", texts)
    options = {**FAKE, "folder": str(tmp_path), "duplicates": True}
    places = [url(endpoint, name) for name in ("in", "out", "tables")]

    def run(existing: str = "refuse", **more: Any) -> Any:
        return on_ray(places[0], places[1], tables=places[2], existing=existing, **options, **more)

    def stop(progress: Any) -> None:
        if progress.documents >= 8:
            raise KeyboardInterrupt

    (tmp_path / "broken").touch()
    with pytest.raises(KeyboardInterrupt):
        run(progress=stop)
    with pytest.raises(bgp.OutputError, match="has unfinished work: --resume"):
        run()
    assert (run("resume").documents, run("resume").failures) == (28, 2)
    (tmp_path / "broken").unlink()
    summary = run("retry")
    assert (summary.documents, summary.failures, summary.duplicates) == (29, 1, 1)
    for name in ("out", "tables"):
        download(Place(url(endpoint, name)), tmp_path / name)
    locally(tmp_path / "in", tmp_path / "local.parquet", tables=tmp_path / "lt", **options)
    assert_same(tmp_path / "out", tmp_path / "local.parquet", tmp_path / "tables", tmp_path / "lt")
    assert [row["index"] for row in lines_of(tmp_path / "out" / "failures.jsonl")] == [11]
    assert not Place(places[1]).names() & {".parts"}
    with pytest.raises(bgp.OutputError, match="is not empty"):
        run()
    assert run("overwrite").documents == 29


def test_an_endpoint_from_the_environment(
    endpoint: str, bucket: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{endpoint}")
    place = Place("s3://news/somewhere/else.txt")
    place.write(b"so")
    assert place.read() == b"so" and Place(url(endpoint, "somewhere")).names() == {"else.txt"}
