"""Pages of activity records: a table taken in or refused as a whole, lines entered, corrected, proved, taken back."""

import io
import re
from collections.abc import Iterator
from html import unescape

import pytest
from openpyxl import load_workbook

from tests.interfaces.web.served_pages import Served, words
from wattstone.portfolio import Site
from wattstone.workflows.inventory import take_inventory

PAGE = "/data/activities"
HEAD = "site,activity,item,from,amount,unit\n"
GOOD = f"{HEAD}A,waste,glass.landfill,2019-03,2.5,t\nB,waste,glass.landfill,2019-04,4,t\n"
GLASS = {"kind": "waste", "site_id": "A", "item": "glass.landfill", "start": "2019-05-01", "end": "2019-05-31",
         "amount": "1.5", "unit": "t"}  # fmt: skip


@pytest.fixture
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    held = Served(tmp_path_factory.mktemp("activities"))
    yield held
    held.close()


def sent(served: Served, content: str | bytes, name: str = "lines.csv", by: str = "analyst"):
    files = {"file": (name, content.encode() if isinstance(content, str) else content)}
    return served.post(f"{PAGE}/import", {}, by, files=files)


def newest(served: Served) -> str:
    """The id of the line that was entered last."""
    return unescape(re.findall(r"/data/activities/line\?id=([^\"&]+)", served.get(PAGE).text)[-1])


def test_a_table_is_taken_in_or_refused_with_all_that_is_wrong(served: Served) -> None:
    empty = words(served.get(PAGE))
    assert "No activity is recorded yet." in empty
    bad = sent(served, f"{HEAD}A,waste,glass.landfill,2019-03,2.5,t\nX,waste,glass.landfill,2019-04,much,t\n")
    text = words(bad)
    assert bad.status_code == 422
    assert "Nothing was taken in." in text
    assert "there is no such site: 'X'" in text
    assert "no number: 'much'" in text
    assert "No activity is recorded yet." in text

    assert sent(served, GOOD).status_code == 303
    shown = words(served.get(PAGE))
    assert "2 lines" in shown
    assert "2019-03 2.5 t" in shown
    again = sent(served, GOOD)
    assert again.status_code == 303
    assert "2 lines" in words(served.get(PAGE))
    assert "2 lines" not in words(served.get(f"{PAGE}?site=B&year=2019&kind=waste"))
    assert "There are no such lines." in words(served.get(f"{PAGE}?kind=hotel"))
    assert "There are no such lines." in words(served.get(f"{PAGE}?year=2020"))


def test_the_two_bases_of_scope_2_stand_beside_each_other(served: Served) -> None:
    """1,000 kWh at 0.177 kg CO2e/kWh (DESNZ 2025): without a contract both bases say 177 kg, and never 354."""
    served.workspace.records.declare([Site(id="W", country="GB")], [], sites_by="user")
    sent(served, f"{HEAD}W,electricity,,2025,100,kWh\nW,electricity,,2025,900,kWh\n")
    take_inventory(served.workspace, 2025)

    sums = words(served.get(f"{PAGE}?year=2025")).split("With scope 2 market-based")[1].split("This list")[0]

    assert "Purchased electricity 2 1 000 kWh 177 kg CO2e 177 kg CO2e" in sums
    assert "354" not in sums


def test_a_line_is_entered_corrected_proved_and_taken_back(served: Served) -> None:
    assert "Say what was done first" in words(served.get(f"{PAGE}/line"))
    form = served.get(f"{PAGE}/line?kind=waste").text
    assert '<option value="glass.landfill"' in form
    wrong = served.post(f"{PAGE}/line", {**GLASS, "amount": "much", "note": "kept <b>"})
    assert (wrong.status_code, "kept &lt;b&gt;" in wrong.text) == (422, True)
    assert 'id="e-amount"' in wrong.text

    made = served.post(f"{PAGE}/line", {**GLASS, "line_id": "W-1"})
    assert made.headers["location"] == f"/o/acme{PAGE}/line?id=W-1"
    same = served.post(f"{PAGE}/line", {**GLASS, "opened": "W-1", "estimated": "no", "reason": "x"})
    assert same.headers["location"].endswith("id=W-1")
    no_reason = served.post(f"{PAGE}/line", {**GLASS, "opened": "W-1", "amount": "2", "reason": " "})
    assert (no_reason.status_code, "no reason is given" in no_reason.text.lower()) == (422, True)
    new = served.post(f"{PAGE}/line", {**GLASS, "opened": "W-1", "amount": "2", "reason": "weighed again"})
    assert new.headers["location"].endswith("id=W-1~2")

    files = {"file": ("invoice.pdf", b"%PDF-1.4 invoice")}
    attached = served.post(f"{PAGE}/line/attach", {"line": "W-1~2"}, files=files)
    assert attached.headers["location"].endswith("id=W-1~3")
    refused = served.post(f"{PAGE}/line/attach", {"line": "W-1~3"}, files={"file": ("a.exe", b"MZ\x00")})
    assert refused.status_code == 422
    page = served.get(f"{PAGE}/line?id=W-1")
    text = words(page)
    assert "The document that proves it" in text
    assert re.search(r"W-1 2019-05 1.5 t corrected analyst", text)
    assert re.search(r"W-1~3 2019-05 2 t in force analyst", text)
    assert "weighed again" in text
    assert "invoice.pdf" in text
    (sha,) = re.findall(r"/data/activities/documents/([0-9a-f]{64})", page.text)
    document = served.get(f"{PAGE}/documents/{sha}")
    assert (document.content, document.headers["content-type"]) == (b"%PDF-1.4 invoice", "application/pdf")
    assert document.headers["content-disposition"].startswith("attachment")

    assert served.post(f"{PAGE}/line/withdraw", {"line": "W-1~3", "why": ""}).status_code == 422
    assert served.post(f"{PAGE}/line/withdraw", {"line": "W-1~3", "why": "twice"}).status_code == 303
    assert "W-1" not in words(served.get(PAGE))
    assert "withdrawn" in words(served.get(f"{PAGE}/line?id=W-1"))
    assert "Correct the line" not in words(served.get(f"{PAGE}/line?id=W-1"))
    told = [one.what for one in served.workspace.records.entries()][-4:]
    assert told == ["add activity", "correct activity", "attach document", "withdraw activity"]


def test_what_was_said_is_taken_back_by_emptying_it(served: Served) -> None:
    served.post(f"{PAGE}/line", {**GLASS, "line_id": "W-2", "note": "first", "supplier": "Acme"})
    served.post(f"{PAGE}/line", {**GLASS, "opened": "W-2", "note": "", "reason": "not so"})

    text = words(served.get(f"{PAGE}/line?id=W-2"))
    facts = text.split("Who said what")[0]
    assert "first" not in facts
    assert "Acme" in facts


def test_whoever_has_one_site_sees_and_changes_its_lines_alone(served: Served) -> None:
    sent(served, "line,site,activity,item,from,amount,unit\n"
         "A-1,A,waste,glass.landfill,2019-03,2.5,t\nB-1,B,waste,glass.landfill,2019-04,4,t\n")  # fmt: skip
    files = {"file": ("invoice.pdf", b"%PDF-1.4 of B")}
    served.post(f"{PAGE}/line/attach", {"line": "B-1"}, files=files)
    (sha,) = re.findall(r"/data/activities/documents/([0-9a-f]{64})", served.get(f"{PAGE}/line?id=B-1").text)

    text = words(served.get(PAGE, "scoped"))
    assert "A-1" in text
    assert "B-1" not in text
    assert served.get(f"{PAGE}/line?id=B-1", "scoped").status_code == 404
    assert served.get(f"{PAGE}/documents/{sha}", "scoped").status_code == 404
    assert served.post(f"{PAGE}/line/withdraw", {"line": "B-1", "why": "x"}, "scoped").status_code == 404
    assert sent(served, f"{HEAD}B,waste,glass.landfill,2019-09,4,t\n", "b.csv", "scoped").status_code == 422
    assert "B-1" not in served.get(f"{PAGE}.csv", "scoped").text
    assert served.get(f"{PAGE}.csv", "viewer").status_code == 403
    assert sent(served, GOOD, by="viewer").status_code == 403
    viewed = served.get(f"{PAGE}/line?id=A-1", "viewer").text
    assert "Correct the line" not in viewed
    assert '<form class="ask"' not in viewed
    assert 'type="file"' not in served.get(PAGE, "viewer").text


def test_downloads_are_read_back_and_hold_no_formula(served: Served) -> None:
    served.post(f"{PAGE}/line", {**GLASS, "line_id": "W-3", "note": "=1+1"})
    table = served.get(f"{PAGE}.csv").content.decode("utf-8-sig")
    assert "'=1+1" in table
    book = load_workbook(io.BytesIO(served.get(f"{PAGE}/template.xlsx").content))
    (lists,) = (one for one in book.worksheets if one.sheet_state == "hidden")
    assert lists["A2"].value == "A · Hall <A>"
    assert served.get(f"{PAGE}/template.csv", lang="zh").content.decode("utf-8-sig").startswith("场所")


def test_the_pages_are_chinese_for_whoever_reads_chinese(served: Served) -> None:
    sent(served, GOOD)
    listed, line = (served.get(path, lang="zh") for path in (PAGE, f"{PAGE}/line?id={newest(served)}"))
    bad = served.get(f"{PAGE}/line?kind=refrigerant_topup", lang="zh")

    assert "活动数据记录" in words(listed)
    for answer in (listed, line, bad):
        text = re.sub(r"<(script|style|svg|code|option)\b.*?</\1>|<datalist.*?</datalist>", " ", answer.text,
                      flags=re.DOTALL)  # fmt: skip
        text = text.split('<main id="main"', 1)[-1].split(">", 1)[-1]
        left = set(re.findall(r"[A-Za-z]{4,}", unescape(re.sub(r"<[^>]*>", " ", text))))
        assert left <= {"Hall", "analyst", "XLSX", "JPEG", "TIFF", "kgCO", "lines", "waste", "glass", "landfill"}
