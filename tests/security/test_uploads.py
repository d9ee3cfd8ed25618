"""Uploads: bounded, judged by what is in them, unpacked without leading out, and never run."""

import asyncio
import gzip
import io
import zipfile
from datetime import datetime, timedelta

import polars as pl
import pytest

from tests.interfaces.http.conftest import app, ask, keys, made, root, rows, service  # noqa: F401  # fixtures

CSV = "\n".join(["site,meter,time,kWh", *rows("A", "A2", 48)]).encode() + b"\n"
BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"><!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;">]>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi"><title>&e;</title></feed>"""
ENTITY = b"""<?xml version="1.0"?><!DOCTYPE feed [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:espi="http://naesb.org/espi"><title>&x;</title></feed>"""


def archive(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return held.getvalue()


def parquet() -> bytes:
    held = io.BytesIO()
    begin = datetime(2019, 5, 1)
    pl.DataFrame(
        {
            "site_id": ["A"] * 24, "meter_id": ["A3"] * 24, "kind": ["electricity"] * 24, "unit": ["kWh"] * 24,
            "timestamp": [begin + timedelta(hours=hour) for hour in range(24)], "value": [10.0] * 24,
        }
    ).with_columns(pl.col("timestamp").dt.replace_time_zone("UTC")).write_parquet(held)  # fmt: skip
    return held.getvalue()


@pytest.fixture
def send(ask):  # noqa: F811
    return lambda content, name="a.csv", **how: ask("POST", "/uploads", params={"name": name}, content=content, **how)


def left(service):  # noqa: F811
    folder = service.tenant("acme").root / "inbox"
    return sorted(str(one.relative_to(folder)) for one in folder.rglob("*")) if folder.is_dir() else []


def test_a_file_is_looked_at_and_then_taken_in(ask, send, service):  # noqa: F811
    upload = send(CSV)
    own = upload.json()
    job = ask("POST", f"/uploads/{own['id']}/ingest", json={"confirmed": True, "kind": "electricity"})

    assert upload.status_code == 201
    (file,) = own["files"]
    assert (file["format"], file["bytes"], file["refused"]) == ("csv", len(CSV), False)
    assert "[columns]" in file["mapping"]
    assert file["rows"][0][:2] == ["A2", "2019-05-01T00:00:00Z"] or "A2" in file["rows"][0]
    assert (job.status_code, job.json()["params"]["upload"]) == (202, own["id"])


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "..\\..\\x.csv", ".bashrc", "a\x00b.csv", "..", "CON"]
)
def test_no_name_leads_out_of_the_folder(send, service, name):  # noqa: F811
    answer = send(CSV, name=name)

    assert answer.status_code == 201
    upload = answer.json()["id"]
    (kept,) = [one for one in left(service) if one != upload]
    assert kept.startswith(f"{upload}/")
    assert ".." not in kept
    assert kept.count("/") == 1


@pytest.mark.parametrize("upload", ["0" * 31, "0" * 32, "..%2f..%2fx", "A" * 32])
def test_no_upload_is_named_that_was_not_made(ask, upload):  # noqa: F811
    assert ask("GET", f"/uploads/{upload}").status_code in (404, 422)
    assert ask("DELETE", f"/uploads/{upload}").status_code in (404, 422, 405)


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"x" * 100, b"\x7fELF" + b"\x00" * 100, b"%PDF-1.7\n1,2\n3,4\n", b"\x89PNG\r\n\x1a\n1,2",
        b"<html><script>alert(1)</script></html>", b"#!/bin/sh\nrm -rf /\n", b"<svg onload='alert(1)'/>",
    ],
)  # fmt: skip
def test_what_calls_itself_a_table_is_judged_by_its_content(send, service, content):  # noqa: F811
    answer = send(content, name="readings.csv")

    assert answer.status_code == 415, answer.text
    assert left(service) == []


def test_a_table_that_calls_itself_a_page_is_a_table(send):
    assert send(CSV, name="page.bin").json()["files"][0]["format"] == "csv"


def test_a_file_larger_than_the_limit_is_refused_whatever_it_says_of_its_length(send, service):  # noqa: F811
    """The limit of these tests is 1 MB."""

    async def endless():
        for _ in range(3000):
            yield b"0123456789" * 100

    said = send(b"x" * 1_000_001)
    chunked = send(endless())

    assert (said.status_code, chunked.status_code) == (413, 413)
    assert left(service) == []


def test_an_upload_that_the_end_of_the_server_cuts_off_leaves_nothing(app, keys, service):  # noqa: F811
    """Tasks of a server that ends are cancelled, and the loop does not turn for long after that."""
    headers = [(b"host", b"localhost"), (b"authorization", f"Bearer {keys['analyst']}".encode())]
    scope = {
        "type": "http", "method": "POST", "path": "/api/v1/organisations/acme/uploads", "query_string": b"name=a.csv",
        "headers": headers, "client": ("127.0.0.1", 1), "server": ("localhost", 80), "scheme": "http",
    }  # fmt: skip

    async def cut() -> list[str]:
        came = asyncio.Event()

        async def parts() -> dict[str, object]:
            if not came.is_set():
                came.set()
                return {"type": "http.request", "body": b"time,kWh\n", "more_body": True}
            return await asyncio.Event().wait()  # and nothing more

        async def answer(_message: object) -> None: ...

        task = asyncio.create_task(app({**scope, "raw_path": scope["path"].encode()}, parts, answer))
        await came.wait()
        while not left(service)[1:]:
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        kept = left(service)
        await asyncio.wait([task])
        return kept

    assert asyncio.run(cut()) == []


@pytest.mark.parametrize("content", [BILLION_LAUGHS, ENTITY])
def test_xml_bombs_and_entities_are_refused(send, content):
    answer = send(content, name="gb.xml")
    codes = {one["code"] for one in answer.json()["findings"]}

    assert "readings.xml.entities" in codes, answer.text
    assert answer.json()["files"][0]["refused"]
    assert "root:" not in answer.text


def test_zip_bombs_are_refused(send, service):  # noqa: F811
    """100 MB of nothing in 100 kB: a thousand to one."""
    bomb = archive(**{"readings.parquet": b"\x00" * 100_000_000})
    packed = gzip.compress(b"time,kWh\n" + b"0" * 100_000_000)

    for content in (bomb, archive(**{"a.csv": b"\x00" * 100_000_000})):
        answer = send(content, name="a.zip")
        assert answer.status_code in (415, 422), answer.text
    looked = send(packed, name="a.csv.gz")
    assert looked.status_code in (415, 422) or looked.json()["files"][0]["refused"]


def test_a_dataset_in_an_archive_is_unpacked_and_taken_apart_by_names_alone(ask, send, service):  # noqa: F811
    packed = archive(
        **{"../../../outside.parquet": b"x", "data/readings.parquet": parquet(), "/etc/evil.toml": b"x", "run.sh": b"x"}
    )
    answer = send(packed, name="data.zip")
    own = answer.json()["id"]

    assert answer.status_code == 201, answer.text
    assert left(service) == [own, f"{own}/data.dataset", f"{own}/data.dataset/readings.parquet"]
    assert not (service.root / "outside.parquet").exists()
    assert answer.json()["files"][0]["format"] == "dataset"
    assert answer.json()["files"][0]["rows"]


def test_archives_with_passwords_or_cut_in_half_are_refused(send, service):  # noqa: F811
    whole = archive(**{"readings.parquet": parquet()})

    answer = send(whole[: len(whole) // 2], name="data.zip")

    assert answer.status_code in (415, 422), answer.text
    assert left(service) == []


def test_nothing_is_an_upload(send, service):  # noqa: F811
    assert send(b"").status_code == 422
    assert left(service) == []


def test_an_upload_of_one_organisation_is_not_there_for_another(ask, send):  # noqa: F811
    own = send(CSV).json()["id"]

    assert ask("GET", f"/uploads/{own}", by="stranger", tenant="other").status_code == 404
    assert ask("GET", f"/uploads/{own}", by="stranger").status_code == 404
    assert ask("GET", f"/uploads/{own}", by="viewer").status_code == 403
    assert ask("DELETE", f"/uploads/{own}").status_code == 204
    assert ask("GET", f"/uploads/{own}").status_code == 404


def test_where_the_server_keeps_files_is_nobodys_business(send, service):  # noqa: F811
    answer = send(b"nothing that is a table\n", name="a.csv")

    assert str(service.root) not in answer.text
