"""What people come for, walked from door to door in a browser, on a server as it is started from the command line."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.conftest import ADMINISTRATOR, PASSWORD, PATIENCE, Server, Watched, opened, serious, served, stopped

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("browser")]
YEAR, HOURS = 2022, 8760
# t CO2: 10 kWh an hour by the national average of China, 0.5366 kg/kWh (Ministry of Ecology and Environment and
# National Bureau of Statistics, notice 2024 no. 33): 8760 * 10 * 0.5366 = 47 006 kg
EMITTED = "47.0\N{NARROW NO-BREAK SPACE}t\N{NO-BREAK SPACE}CO2"


class Clicks:
    """Counts what a hand does: presses and choices of files; typing is not counted."""

    def __init__(self, page: Page) -> None:
        self._page, self.count = page, 0

    def press(self, what: Locator) -> None:
        """Press a button or follow a link."""
        what.first.click()
        self.count += 1

    def drop(self, path: Path) -> None:
        """Give a file."""
        self._page.set_input_files("main input[type=file]", path)
        self.count += 1


def year_of_hours(path: Path, value: str = "") -> Path:
    """A table of the hours of a year on the clock of China, 10 kWh each, or a value in the tenth of its rows."""
    first = datetime(YEAR, 1, 1)
    lines = [f"{first + timedelta(hours=hour):%Y-%m-%dT%H:%M}+08:00,10" for hour in range(HOURS)]
    if value:
        lines[9] = f"{lines[9].split(',')[0]},{value}"
    path.write_text("\n".join(["time,Main [kWh]", *lines]) + "\n")
    return path


def main_part(page: Page) -> Locator:
    """What a page says itself, without menu and bar."""
    return page.locator("main")


def goto(watched: Watched, server: Server, path: str) -> Page:
    """Open a page of the portfolio."""
    watched.page.goto(f"{server.address}/o/estate{path}")
    return watched.page


def ended(page: Page, title: str) -> None:
    """Wait on the page of jobs until the newest one of a title is done."""
    page.goto(re.sub(r"(/o/\w+).*", r"\1/jobs", page.url))
    row = page.get_by_role("row").filter(has=page.get_by_role("link", name=title, exact=True)).first
    expect(row).to_contain_text(re.compile(r"done|failed"), timeout=PATIENCE)
    expect(row).to_contain_text("done")


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Server]:
    """A server of a folder in which there is nothing."""
    root = tmp_path / "acme"
    root.mkdir()
    server = served(root, tmp_path / "log")
    yield server
    stopped(server)


def test_from_the_first_start_to_the_first_inventory(chrome: Browser, empty: Server, tmp_path: Path) -> None:
    context = chrome.new_context(locale="en-GB", timezone_id="Asia/Shanghai")
    watched = opened(context)
    page, hand = watched.page, Clicks(watched.page)
    page.goto(empty.address)
    for label, text in (("Code", empty.code), ("Name", "Ada"), ("Mail", ADMINISTRATOR), ("Password", PASSWORD)):
        page.get_by_label(label).fill(text)
    hand.press(main_part(page).get_by_role("button", name="Begin"))
    page.wait_for_url("**/settings?first=yes")
    page.get_by_label("Name").fill("Acme")
    expect(page.get_by_label("Time zone")).to_have_value("Asia/Shanghai")  # the browser's
    hand.press(main_part(page).get_by_role("button", name="Save and go on"))
    page.wait_for_url("**/data")
    hand.drop(year_of_hours(tmp_path / "hq.csv"))
    hand.press(main_part(page).get_by_role("button", name="Look at them"))
    page.wait_for_url("**/data/uploads/*")
    page.get_by_label("Site of readings that name none").fill("HQ")
    page.get_by_label("What they measure").select_option("electricity")
    page.get_by_label("Country").select_option("CN")
    hand.press(main_part(page).get_by_role("button", name="Take it in"))
    page.wait_for_url("**/jobs/*")
    onward = main_part(page).get_by_role("link", name="On to the inventory")
    expect(onward).to_be_visible(timeout=PATIENCE)
    hand.press(onward)
    hand.press(main_part(page).get_by_role("button", name="Take the inventory"))
    page.wait_for_url("**/jobs/*")
    result = main_part(page).get_by_role("link", name="Inventory", exact=True)
    expect(result).to_be_visible(timeout=PATIENCE)
    hand.press(result)

    figure = main_part(page).get_by_role("listitem").filter(has_text="Emissions, location-based").get_by_role("link")
    expect(figure.first).to_have_text(EMITTED)
    assert hand.count < 10
    assert not watched.complaints
    context.close()


def test_a_wrong_password_is_said_and_the_right_one_lets_in(chrome: Browser, estate: Server, signed_in: Path) -> None:
    context = chrome.new_context(locale="en-GB")
    page = context.new_page()
    page.goto(f"{estate.address}/o/estate/portfolio?q=office")
    assert "/sign-in" in page.url
    page.fill("input[name=email]", ADMINISTRATOR)
    page.fill("input[name=password]", "not the password")
    page.locator("main button[type=submit]").first.click()
    expect(main_part(page)).to_contain_text("password")
    expect(page.locator("input[name=email]")).to_have_value(ADMINISTRATOR)  # nothing typed is lost
    page.fill("input[name=password]", PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/portfolio?q=office")
    page.locator("details.account summary").click()
    page.get_by_role("button", name="Sign out").click()
    page.goto(f"{estate.address}/o/estate/")

    assert "/sign-in" in page.url
    context.close()


def test_from_what_to_do_next_to_a_measure(desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/")
    steps = page.get_by_role("region", name="What to do next")
    steps.get_by_role("link", name="Plan a measure").first.click()
    form = page.get_by_role("region", name="Plan a measure")
    form.get_by_label("Id of the measure").fill("photocell")
    form.get_by_label("Name").last.fill("A photocell for the garage")
    form.get_by_role("button", name="Plan the measure").click()
    expect(page.get_by_role("status").first).to_be_visible()
    goto(desk, estate, "/action")

    planned = page.get_by_role("region", name=re.compile(r"^Planned \d"))
    expect(planned.get_by_role("link", name="A photocell for the garage")).to_be_visible()


def test_a_card_is_dismissed_with_a_reason(desk: Watched, estate: Server) -> None:
    page, reason = goto(desk, estate, "/action"), "The tenant turned it round."
    card = page.locator(".column[data-state=open] .card").filter(has_text="Meter reversed").first
    address = card.get_by_role("heading").get_by_role("link").get_attribute("href")
    assert address is not None
    card.get_by_role("combobox").select_option("dismissed")
    card.get_by_role("button", name="Move").click()
    expect(main_part(page).get_by_label("Column")).to_have_value("dismissed")  # not moved yet: a reason is wanted
    expect(main_part(page)).to_contain_text(re.compile("reason", re.IGNORECASE))
    page.get_by_label("Note").fill(reason)
    main_part(page).get_by_role("button", name="Save").click()
    goto(desk, estate, "/action")
    dismissed = page.get_by_role("region", name=re.compile(r"^Dismissed \d"))

    expect(dismissed.locator(f"a[href='{address}']")).to_be_visible()
    expect(dismissed).to_contain_text(reason)


def test_from_the_portfolio_to_a_week_of_a_meter(desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/portfolio")
    page.get_by_label("Find a site").fill("0002")
    main_part(page).get_by_role("button", name="Show", exact=True).click()
    expect(main_part(page)).to_contain_text("1 site of 3")
    main_part(page).get_by_role("link", name=re.compile("office building 0002")).last.click()
    expect(page.locator("h1")).to_contain_text("0002")
    week = page.get_by_role("region", name="Readings of a meter")
    expect(week.locator(".chart svg:not(.hold), .chart canvas").first).to_be_visible()
    before = week.get_by_label("First day").input_value()
    week.get_by_role("link", name="7 days earlier").click()
    expect(week.get_by_label("First day")).not_to_have_value(before)
    after = week.get_by_label("First day").input_value()
    with page.expect_download() as download:
        week.get_by_role("link", name="CSV").click()
    lines = Path(download.value.path()).read_text(encoding="utf-8-sig").splitlines()

    assert (datetime.fromisoformat(before) - datetime.fromisoformat(after)) == timedelta(days=7)
    assert len(lines) == 1 + 7 * 96  # quarters of an hour


def test_from_a_scope_down_to_the_factor(desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/report/inventory?year=2022")
    bases = page.get_by_role("region", name="Both bases")
    for name in ("Scope 2: bought energy", "office building 0002", "sim-0002-electricity"):
        bases.get_by_role("link", name=name).click()
    bases.get_by_role("row", name=re.compile("^Jan")).get_by_role("link").first.click()
    expect(page.locator("h1")).to_contain_text("Evidence: Scope 2")
    made = page.get_by_role("region", name="Made from 1 thing")
    made.locator("summary").first.click()
    made.locator("summary").filter(has_text="Emission factor").click()

    expect(made).to_contain_text("notice 2024 no. 33")
    expect(made).to_contain_text("0.5626 kg\N{NO-BREAK SPACE}CO2/kWh")  # Liaoning, 2022


def test_savings_are_proved_and_printed(desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/action/savings?measure=new-lights")
    expect(main_part(page)).to_contain_text("Not looked at yet.")
    main_part(page).get_by_role("button", name="Prove savings").click()
    ended(page, "Prove savings")
    goto(desk, estate, "/action/savings?measure=new-lights")
    expect(main_part(page)).to_contain_text("90\N{NO-BREAK SPACE}%")
    assert not serious(page)
    with page.expect_download() as download:
        main_part(page).get_by_role("link", name="PDF").first.click()

    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


def test_a_colleague_is_invited_and_sees_what_a_viewer_may(chrome: Browser, desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/settings/people")
    form = page.get_by_role("region", name="Invite somebody")
    form.get_by_label("Address of mail").fill("bo@example.org")
    form.get_by_label("Role").select_option("viewer")
    form.get_by_role("button", name="Make the link").click()
    address = page.locator("#secret").inner_text()
    context = chrome.new_context(locale="en-GB")
    other = context.new_page()
    other.goto(address)
    other.get_by_label("Name").fill("Bo")
    other.get_by_label("Password").fill("another stone by the river")
    main_part(other).get_by_role("button").last.click()
    other.wait_for_url("**/o/estate/**")

    expect(other.get_by_role("link", name="Portfolio", exact=True)).to_be_visible()
    refused = other.goto(f"{estate.address}/o/estate/settings/people")
    assert refused is not None
    assert refused.status == 403
    other.goto(f"{estate.address}/o/estate/data")
    expect(other.locator("h1")).to_have_text("Data")
    assert other.locator("main input[type=file]").count() == 0
    context.close()


def test_a_bad_file_says_which_row_and_why_and_changes_nothing(desk: Watched, estate: Server, tmp_path: Path) -> None:
    page = goto(desk, estate, "/data")
    page.set_input_files("main input[type=file]", year_of_hours(tmp_path / "bad.csv", value="ten"))
    main_part(page).get_by_role("button", name="Look at them").click()
    page.wait_for_url("**/data/uploads/*")
    expect(main_part(page)).to_contain_text("ten")
    expect(main_part(page)).to_contain_text(re.compile(r"\b(row|line) 11\b"))
    page.get_by_label("Site of readings that name none").fill("bad-site")
    page.get_by_label("What they measure").select_option("electricity")
    main_part(page).get_by_role("button", name="Look again").click()
    expect(main_part(page)).to_contain_text("ten")
    expect(main_part(page).get_by_role("button", name="Take it in")).to_be_disabled()
    main_part(page).get_by_role("button", name="Throw it away").click()
    page.wait_for_url("**/data")
    expect(page.get_by_role("region", name="What was taken in")).not_to_contain_text("bad.csv")
    goto(desk, estate, "/data/places?q=bad-site")
    expect(main_part(page).get_by_role("link", name="bad-site")).to_have_count(0)


def test_by_keyboard_in_chinese_and_in_the_dark(desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/")
    page.keyboard.press("/")
    expect(page.locator("#find")).to_be_focused()
    page.keyboard.type("0002")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    expect(main_part(page)).to_contain_text("0002")
    page.locator(".language").get_by_role("button", name="中文").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("h1")).to_have_text("搜索")
    shades: list[str] = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        shades.append(page.evaluate("getComputedStyle(document.documentElement).backgroundColor"))
    page.locator(".language").get_by_role("button", name="English").press("Enter")

    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert shades == ["rgb(22, 23, 21)", "rgb(250, 250, 247)"]  # paper, dark and light


def test_a_climate_report_is_written_approved_locked_and_read(
    chrome: Browser, desk: Watched, estate: Server, tmp_path: Path
) -> None:
    """Somebody writes in both languages with a figure, a reviewer approves and locks, the public reads the file.

    It comes before what is entered of 2022 by the journeys below: a lock is refused where a figure is out of date.
    """
    topic, of = "/report/climate/topics/governance.information", "standard=tcfd@2021&year=2023"
    page = goto(desk, estate, f"{topic}?{of}")
    main = main_part(page)
    page.locator("#i-text-en").fill("The board hears of it each quarter: ")
    main.get_by_text("Figures of 2023 that a text can name").click()
    page.locator("#i-text-en").press_sequentially("{{figure:scope2.location@2022}} in 2022, not 7 t.")
    main.get_by_role("button", name="Preview").first.click()
    preview = main.get_by_role("region", name="Preview, not kept yet")
    expect(preview.locator("a.n")).to_contain_text("CO2")
    expect(main).to_contain_text("Numbers typed by hand")
    assert not serious(page)
    page.locator("#i-text-en").fill("The board hears of it each quarter: {{figure:scope2.location@2022}} in 2022.")
    main.get_by_role("button", name="Keep the text").first.click()
    expect(page.locator(".flash")).to_contain_text("The text is kept")
    page.locator("#i-text-zh").fill("董事会每季度听取汇报：2022 年为 {{figure:scope2.location@2022}}。")
    main.get_by_role("button", name="Keep the text").last.click()
    expect(main).to_contain_text("to be reviewed by somebody else")

    page = goto(desk, estate, "/settings/people")
    form = page.get_by_role("region", name="Invite somebody")
    form.get_by_label("Address of mail").fill("rui@example.org")
    form.get_by_label("Role").select_option("reviewer")
    form.get_by_role("button", name="Make the link").click()
    context = chrome.new_context(locale="en-GB", accept_downloads=True)
    other = opened(context)
    other.page.goto(page.locator("#secret").inner_text())
    other.page.get_by_label("Name").fill("Rui")
    other.page.get_by_label("Password").fill("another stone by the river")
    main_part(other.page).get_by_role("button").last.click()
    other.page.wait_for_url("**/o/estate/**")
    for _ in range(2):
        goto(other, estate, f"{topic}?{of}")
        main_part(other.page).get_by_role("button", name="Approve", exact=True).first.click()
        expect(other.page.locator(".flash")).to_contain_text("The text is approved")
    goto(other, estate, f"/report/climate/editions?{of}")
    assert not serious(other.page)
    main_part(other.page).get_by_role("button", name="Lock it").click()
    expect(other.page.locator("h1")).to_have_text("Edition 1", timeout=PATIENCE)

    other.page.get_by_label("Form").select_option("html")
    other.page.get_by_role("button", name="Make a file of the climate report").click()
    ended(other.page, "Make a file of the climate report")
    goto(other, estate, f"/report/climate/editions?{of}")
    with other.page.expect_download() as held:
        other.page.get_by_role("link", name=re.compile("tcfd-2023-1.en.html")).click()
    file = tmp_path / "report.html"
    held.value.save_as(file)
    reader = context.new_page()
    reader.goto(file.as_uri())
    expect(reader.locator("body")).to_contain_text("The board hears of it each quarter")
    assert not serious(reader)
    assert not other.complaints
    context.close()


def test_a_microgrid_is_planned(desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/action/microgrid")
    expect(main_part(page)).to_contain_text("No microgrid yet.")
    page.get_by_label("Site", exact=True).select_option("sim-0002")
    main_part(page).get_by_role("button", name="Begin a file").click()
    expect(page.get_by_label("Text (TOML)")).to_have_value(re.compile("sim-0002"))
    main_part(page).get_by_role("button", name="Keep it").click()
    goto(desk, estate, "/action/microgrid")
    main_part(page).get_by_role("button", name="Plan the day").click()
    ended(page, "Plan the day")
    goto(desk, estate, "/action/microgrid")

    expect(main_part(page).get_by_role("figure").first).to_be_visible()
    assert not serious(page)


def test_a_certificate_is_added_judged_corrected_and_withdrawn(desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/report/contracts")
    main_part(page).get_by_role("link", name="Add a contract").first.click()
    said = {
        "Id": "GEC-journey", "Market area": "CN", "Generated from": "2022-01-01", "Generated until": "2022-12-31",
        "Volume": "12 MWh", "Emission factor": "0", "Who states the factor": "register", "Tracking system": "register",
        "Serials": "JOURNEY-1..JOURNEY-9",
    }  # fmt: skip
    for label, text in said.items():
        main_part(page).get_by_label(re.compile(rf"^{label}")).fill(text)
    page.get_by_label("Kind of contract").select_option("green_certificate")
    main_part(page).get_by_role("button", name="Add it").click()
    expect(page.locator("#e-volume")).to_contain_text("more than the 9 certificates")  # of 1 MWh each
    page.get_by_label("Volume").fill("9 MWh")
    main_part(page).get_by_role("button", name="Add it").click()
    page.wait_for_url("**/report/contracts/one?id=GEC-journey")
    expect(main_part(page).locator(".sentence")).to_contain_text("Carries no claim It is not retired")
    assert not serious(page)
    page.get_by_text("Correct what is said of it").click()
    page.get_by_label("Retired on").fill("2023-03-01")
    page.get_by_label("Retired for").fill("Acme")
    main_part(page).get_by_role("button", name="Correct it").click()
    expect(main_part(page).locator(".sentence")).to_have_text("In force")
    page.get_by_text("Withdraw it").first.click()
    page.get_by_label("Why it is withdrawn").fill("a trial")
    main_part(page).get_by_role("button", name="Withdraw it").click()
    expect(main_part(page).locator(".sentence")).to_contain_text("Withdrawn a trial")
    page.get_by_role("link", name="Contracts", exact=True).first.click()

    row = main_part(page).get_by_role("row").filter(has_text="GEC-journey")
    expect(row).to_contain_text("9\N{NARROW NO-BREAK SPACE}000")
    assert not desk.complaints


def test_a_line_of_fuel_is_entered_proved_and_traced_to_its_factor(
    desk: Watched, estate: Server, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.csv"
    bad.write_text("site,activity,item,from,amount,unit\nsim-0001,waste,glass.landfill,2022-03,much,t\n")
    page = goto(desk, estate, "/data/activities")
    page.set_input_files("main input[type=file]", bad)
    main_part(page).get_by_role("button", name="Take it in").click()
    expect(main_part(page)).to_contain_text("no number: 'much'")
    expect(main_part(page)).to_contain_text("Nothing was taken in.")
    assert not serious(page)

    main_part(page).get_by_role("link", name="Enter a line").first.click()
    page.get_by_label("Kind of activity").select_option("fuel")
    page.get_by_role("button", name="Go on").click()
    page.get_by_label("Site", exact=True).select_option("sim-0001")
    page.get_by_label("Item").fill("diesel")
    page.get_by_label("First day").fill("2022-05-01")
    page.get_by_label("Last day").fill("2022-05-31")
    page.get_by_label("Amount").fill("100")
    page.get_by_label("Unit").select_option("kg")
    assert not serious(page)
    page.get_by_role("button", name="Enter it").click()
    expect(main_part(page).get_by_role("region", name="What it emits")).to_contain_text("100 kg")
    proof = tmp_path / "invoice.pdf"
    proof.write_bytes(b"%PDF-1.4 invoice")
    page.set_input_files("main input[type=file]", proof)
    main_part(page).get_by_role("button", name="Attach it").click()
    with page.expect_download() as fetched:
        main_part(page).get_by_role("link", name="The document that proves it").click()
    assert fetched.value.path().read_bytes() == b"%PDF-1.4 invoice"

    main_part(page).get_by_role("region", name="What it emits").get_by_role("link").first.click()
    page.wait_for_url("**/data/factors/**")
    expect(main_part(page)).to_contain_text("Confidence")
    expect(main_part(page)).to_contain_text("Licence")
    assert not serious(page)


def test_a_year_is_checked_compared_and_given_a_base_year(desk: Watched, estate: Server) -> None:
    page = goto(desk, estate, "/report/checks?year=2022")
    main_part(page).get_by_role("button", name="Check the inventory").click()
    ended(page, "Check the inventory")
    goto(desk, estate, "/report/checks?year=2022")
    expect(main_part(page)).to_contain_text("2022 was released on")
    expect(page.get_by_role("region", name="All checks").first).to_contain_text("Parts add up to totals")
    assert not serious(page)
    main_part(page).get_by_role("button", name="Check the inventory").wait_for()
    expect(main_part(page).get_by_role("button", name="Release the year")).to_have_count(0)  # a reviewer's

    goto(desk, estate, "/report/restatements")
    ledger = page.get_by_role("region", name="Ledger").first
    before = int(re.findall(r"The ledger holds: (\d+) lines", ledger.inner_text())[0])
    main_part(page).get_by_text("Set a new policy").click()
    page.get_by_label("Base year", exact=False).first.fill("2021")
    page.get_by_label("Significant from").fill("7")
    main_part(page).get_by_role("button", name="Keep the policy").click()
    expect(page.get_by_role("region", name="Base-year policy").first).to_contain_text("7.0\N{NO-BREAK SPACE}%")
    expect(ledger).to_contain_text(f"The ledger holds: {before + 1} lines.")
    assert not serious(page)

    goto(desk, estate, "/report/change?year=2022")
    main_part(page).get_by_role("button", name="Tell what changed").click()
    ended(page, "Tell what changed")
    goto(desk, estate, "/report/change?year=2022")
    expect(main_part(page).locator(".chart svg:not(.hold), .chart canvas").first).to_be_visible()
    expect(main_part(page)).to_contain_text("Like for like")
    assert not serious(page)


def test_an_area_is_entered_mapped_and_withdrawn(desk: Watched, estate: Server) -> None:
    """From the programme to a ledger entry, its report by a job with the map, a number's evidence, and back."""
    page = goto(desk, estate, "/programme")
    main = main_part(page)
    main.get_by_role("link", name="Nature", exact=True).first.click()
    main.get_by_role("link", name="Areas", exact=True).click()
    main.get_by_role("link", name="Add an entry").first.click()
    page.get_by_label("Name", exact=True).fill("Journey bay")
    page.get_by_label("Partner", exact=True).fill("Harbour trust")
    page.get_by_label("Status", exact=True).select_option("action")
    page.get_by_label("Intervention", exact=True).select_option("restore")
    page.get_by_label("Ecosystem", exact=True).fill("MFT1.2")
    page.get_by_label("Boundary", exact=True).fill("POLYGON((10 10, 20")
    main.get_by_role("button", name="Add it").click()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Journey bay")
    assert not serious(page)
    page.get_by_label("Boundary", exact=True).fill("POLYGON((113 22, 113.1 22, 113.1 22.1, 113 22.1, 113 22))")
    main.get_by_role("button", name="Add it").click()
    expect(main.locator(".sentence")).to_contain_text("in force")
    entry = f"/programme/nature/area/entry?id={main.locator('h1').inner_text()}"
    expect(main_part(goto(desk, estate, entry))).to_contain_text("Journey bay")

    page = goto(desk, estate, "/programme/nature")
    if not main.get_by_label("Year").is_visible():
        main.get_by_text("Make it anew").click()
    main.get_by_label("Year").fill("2026")
    main.get_by_role("button", name="Write a report of the programme").click()
    ended(page, "Write a report of the programme")
    page = goto(desk, estate, "/programme/nature?year=2026")
    expect(main.locator(".headlines .value a").first).to_be_visible()
    page.locator("figure .chart").first.scroll_into_view_if_needed()
    expect(page.locator("figure .chart .vega-embed svg").first).to_be_visible(timeout=20_000)
    assert not serious(page)
    main.locator(".headlines .value a").first.click()
    page.wait_for_url("**/evidence/**")
    expect(main).to_contain_text("ha")

    page = goto(desk, estate, entry)
    main.get_by_text("Withdraw it").first.click()
    page.get_by_label("Why it is withdrawn").fill("a journey's end")
    main.get_by_role("button", name="Withdraw it").click()
    page.wait_for_url("**/programme/nature/area")
    expect(main).not_to_contain_text("Journey bay was entered")
    assert desk.complaints == []
