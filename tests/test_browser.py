"""The page in a real, headless Chromium: ask, read, open the source; by keyboard, on a phone, after a reload, a hostile report.

Screenshots go to the folder that REPORTS_SCREENSHOTS names, else to pytest's own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import pytest
from page_fakes import CLEAN_WATER, sample_reports
from page_pdf import HEIGHT as PAGE_HEIGHT
from page_pdf import LEFT, QUOTE_TOP, report_pdf
from page_pdf import WIDTH as PAGE_WIDTH

from index import Library

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed (pip install 'report-assistant[test]')")
from selenium.webdriver.chrome.service import Service  # noqa: E402
from selenium.webdriver.common.by import By  # noqa: E402
from selenium.webdriver.common.keys import Keys  # noqa: E402

CHROMIUM = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
DRIVER = shutil.which("chromedriver")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM or not DRIVER, reason="no Chromium with its chromedriver on this machine"),
]

Found = TypeVar("Found")
CITE = '#ra-chat a[href*="#cite-"]'
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
)


class Page:
    """A browser window on the app."""

    def __init__(self, address: str, folder: Path, *, language: str = "en-US", width: int = 1280, height: int = 900) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = str(CHROMIUM)
        for flag in (*FLAGS, f"--user-data-dir={folder / 'profile'}", f"--window-size={width},{height}"):
            options.add_argument(flag)
        options.add_experimental_option("prefs", {"intl.accept_languages": language})
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        if width < 600:
            metrics = {"width": width, "height": height, "pixelRatio": 2, "touch": True}
            options.add_experimental_option("mobileEmulation", {"deviceMetrics": metrics})
        self.driver = webdriver.Chrome(options=options, service=Service(str(DRIVER)))
        if width >= 600:
            metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self.address, self.folder = address, folder
        self.open()

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self.driver.quit()

    def open(self) -> None:
        self.driver.get(self.address)
        self.until(lambda: self.all("#ra-box textarea"))
        self.until(
            lambda: self.run("return document.documentElement.lang === document.querySelector('.ra-brand').dataset.language")
        )

    def all(self, selector: str) -> list[Any]:
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def one(self, selector: str) -> Any:
        return self.until(lambda: next(iter(self.all(selector)), None))

    def run(self, script: str, *given: object) -> Any:
        return self.driver.execute_script(script, *given)

    def text(self, selector: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText || ''", selector))

    def until(self, condition: Callable[[], Found], seconds: float = 40) -> Found:
        """The first truthy value of `condition`; elements that Gradio replaced meanwhile are looked up again."""
        from selenium.common.exceptions import WebDriverException

        end, problem = time.monotonic() + seconds, None
        while time.monotonic() < end:
            try:
                if found := condition():
                    return found
            except WebDriverException as error:
                problem = error
            time.sleep(0.05)
        self.shot("timeout")
        raise AssertionError(f"not within {seconds} s") from problem

    def ask(self, question: str) -> str:
        """Types a question, sends it with Enter, waits for the whole answer and returns what the reader sees of it."""
        before = len(self.all("#ra-chat [data-testid=bot]"))
        box = self.one("#ra-box textarea")
        box.send_keys(question)
        box.send_keys(Keys.ENTER)
        self.until(lambda: len(self.all("#ra-chat [data-testid=bot]")) > before)
        self.until(lambda: not self.all("#ra-chat .ra-thinking") and self.all("#ra-chat .message-buttons [aria-label]"))
        self.until(lambda: self.run("const b = document.querySelectorAll('#ra-chat [data-testid=bot]'); return b[b.length - 1]"
                                    ".querySelector('.ra-source, .ra-nearest, .ra-error, .ra-refusal') !== null"))  # fmt: skip
        return str(self.all("#ra-chat [data-testid=bot]")[-1].text)

    def cited_is_visible(self) -> bool:
        return bool(self.run("""
            const mark = document.querySelector('#ra-cited'), body = document.querySelector('.ra-source-body');
            if (!mark || !document.body.classList.contains('ra-source-open')) return false;
            const place = mark.getClientRects()[0], frame = body.getBoundingClientRect();
            if (place.top < frame.top || place.bottom > frame.bottom || place.width === 0) return false;
            const top = document.elementFromPoint(place.left + 3, place.top + 3);
            return mark.contains(top);
        """))  # fmt: skip

    def marked(self) -> str:
        return str(self.run("return [...document.querySelectorAll('#ra-source mark')].map((mark) => mark.textContent).join('')"))

    def shot(self, name: str) -> None:
        folder = Path(os.environ.get("SCREENSHOTS") or self.folder)  # set by conftest.py
        folder.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(folder / f"{name}.png"))

    def hosts(self) -> set[str]:
        """Every host that the page asked anything of."""
        names = self.run("return performance.getEntries().map((entry) => entry.name).filter((name) => /^[a-z]+:/.test(name))")
        return {urlsplit(name).hostname or "" for name in names} - {""}


@contextmanager
def served(*arguments: str) -> Iterator[str]:
    """The address of a page served by another process, which ends with the block."""
    server = [sys.executable, str(Path(__file__).parent / "page_server.py"), *arguments]
    with subprocess.Popen(server, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the library that is served."""
    return tmp_path_factory.mktemp("library")


@pytest.fixture(scope="module")
def address(library: Path) -> Iterator[str]:
    with served(str(library)) as address:
        yield address


def asked(library: Path) -> list[Any]:
    """What the assistant was asked so far: [question, earlier messages, ids of the reports or None]."""
    log = library / "asked.jsonl"
    return [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()] if log.exists() else []


@pytest.fixture(scope="module")
def desktop(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """One window for all the tests that need no special one: starting a browser takes longer than most of them."""
    page = Page(address, tmp_path_factory.mktemp("desktop"))
    yield page
    page.driver.quit()


@pytest.fixture
def window(desktop: Page) -> Page:
    """A window on the page in English, as if for the first time: the browser remembers nothing."""
    desktop.driver.get(desktop.address)
    desktop.run("localStorage.clear()")
    desktop.open()
    desktop.driver.get_log("browser")
    return desktop


def test_ask_in_two_languages_and_read_the_source(window: Page) -> None:
    window.shot("desktop-start")
    said = window.ask("What share of households use clean water?")
    assert "85.1 %" in said
    assert CLEAN_WATER in said
    window.one(f"{CITE}.ra-marker").click()
    window.until(window.cited_is_visible)
    window.shot("desktop-source")
    assert window.marked() == CLEAN_WATER
    assert "Báo cáo kinh tế - xã hội năm 2022" in window.text(".ra-source-title")
    assert "page 3" in window.text(".ra-source-place")
    assert "II. Nước sạch" in window.text(".ra-source-place")
    assert "85,1%" in window.ask("Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?")
    window.shot("desktop-both")


SAMPLE = Path(__file__).parents[1] / "eval" / "sets" / "samples" / "reports" / "phuong-ben-da-2023.pdf"


def test_from_an_uploaded_pdf_to_the_marked_sentence(tmp_path: Path) -> None:
    """With the real library, assistant and command line."""
    with served(str(tmp_path / "library"), "real") as address, Page(address, tmp_path) as window:
        window.one("#ra-upload input[type=file]").send_keys(str(SAMPLE))
        window.until(lambda: window.all(".ra-report") and window.all('.ra-adding[data-finished="1"]'), seconds=60)
        assert "Bến Đá ward · 2023" in window.text(".ra-report")
        assert "48.7" in window.ask("What was the total budget revenue of Ben Da ward in 2023?")
        for question in (
            "Phường Bến Đá thu gom được bao nhiêu phần trăm rác sinh hoạt năm 2023?",
            "ty le thu gom rac phuong Ben Da 2023",
        ):
            assert "97,5%" in window.ask(question)
        window.all(f"#ra-chat .bot-row:last-of-type {CITE.removeprefix('#ra-chat ')}.ra-marker")[-1].click()
        window.until(window.cited_is_visible)
        assert "Tỷ lệ thu gom, xử lý chất thải rắn sinh hoạt đạt 97,5%" in window.one(".ra-picture img").get_attribute("alt")
        window.shot("desktop-real")
        window.one(".ra-view[data-view=text]").click()
        window.until(lambda: "Tỷ lệ thu gom, xử lý chất thải rắn sinh hoạt đạt 97,5%" in window.marked())
        assert window.cited_is_visible()
        assert window.hosts() <= {"127.0.0.1"}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the real program on a library that holds one report, whose upload is gone."""
    folder = tmp_path_factory.mktemp("real")
    (folder / "bc.pdf").write_bytes(report_pdf())
    with Library.open(folder / "library") as library:
        library.add([folder / "bc.pdf"])
    (folder / "bc.pdf").unlink()
    with served(str(folder / "library"), "real") as address:
        yield address


def place_on_page(window: Page) -> list[float]:
    """The first box in points on its page, from the upper left corner: left, top, right, bottom."""
    return list(window.run("""
        const box = document.querySelector('#ra-cited').getBoundingClientRect();
        const page = document.querySelector('.ra-picture img').getBoundingClientRect();
        const scale = arguments[0] / page.width;
        return [box.left - page.left, box.top - page.top, box.right - page.left, box.bottom - page.top].map((side) => side * scale);
    """, PAGE_WIDTH))  # fmt: skip


def test_a_citation_opens_its_page_with_a_box_over_the_right_line(real: str, tmp_path: Path) -> None:
    with Page(real, tmp_path) as window:
        window.ask("What share of households use clean water in Tan Lam in 2023?")
        window.one(f"{CITE}.ra-marker").click()
        window.until(window.cited_is_visible)
        window.until(lambda: window.run("return document.querySelector('.ra-picture img').naturalWidth > 1000"))
        window.shot("desktop-page")
        left, top, right, bottom = place_on_page(window)
        line = PAGE_HEIGHT - QUOTE_TOP  # the baseline, from above
        assert abs(left - LEFT) < 6
        assert line - 16 < top < line - 6
        assert line < bottom < line + 8
        assert right > 450
        assert window.text(".ra-page-number") == "Page 2 of 3"
        use_page_tools(window)


def use_page_tools(window: Page) -> None:
    """Turning, enlarging and reading as text, by keyboard alone; the reader's choice of view is remembered."""
    before = place_on_page(window)
    width = "return document.querySelector('.ra-picture').getBoundingClientRect().width"
    narrow = window.run(width)
    window.one('.ra-zoom[data-by="1"]').send_keys(Keys.ENTER)
    window.until(lambda: window.run(width) > 1.2 * narrow and window.cited_is_visible())
    assert place_on_page(window) == pytest.approx(before, abs=2)
    window.all(".ra-turn")[1].send_keys(Keys.ENTER)
    window.until(lambda: window.text(".ra-page-number") == "Page 3 of 3")
    assert not window.all(".ra-box")
    assert window.run("return document.activeElement.closest('#ra-source') !== null")
    window.one(".ra-jump").send_keys(Keys.ENTER)
    window.until(window.cited_is_visible)
    window.one(".ra-view[data-view=text]").send_keys(Keys.ENTER)
    window.until(lambda: "85.1 percent, which is 2.4 points more" in window.marked())
    assert window.run("return document.activeElement.dataset.view") == "text"
    window.one(".ra-close").click()
    window.one(f"{CITE}.ra-marker").click()
    window.until(lambda: window.marked())


def test_a_year_edited_in_the_panel_is_used_at_once(real: str, tmp_path: Path) -> None:
    question = "How many villages did Tan Lam have in {}?"
    with Page(real, tmp_path) as window:
        window.one(".ra-edit").send_keys(Keys.ENTER)
        window.until(lambda: window.run("return document.activeElement.dataset.field") == "title")
        assert "in the text, page 1: “year 2023”" in window.text(".ra-details")
        edit_period(window, "twenty")
        window.until(lambda: "period = 'twenty' is not allowed" in window.text(".ra-details [role=alert]"))
        assert window.one("input[data-field=period]").get_attribute("value") == "twenty"
        window.shot("desktop-edit")
        edit_period(window, "first 6 months of 2019")
        window.until(lambda: not window.all(".ra-details") and "first 6 months of 2019" in window.text(".ra-meta"))
        assert "12 villages" in window.ask(question.format("the first half of 2019"))
        assert "do not say" in window.ask(question.format("2023"))
        window.one(".ra-edit").click()
        window.until(lambda: "set by you; the file says: 2023" in window.text(".ra-details"))
        edit_period(window, "")
        window.until(lambda: not window.all(".ra-details") and "2023" in window.text(".ra-meta"))


def edit_period(window: Page, value: str) -> None:
    box = window.one("input[data-field=period]")
    box.clear()
    box.send_keys(value + Keys.ENTER)


def test_a_phone_shows_the_page_and_its_box(real: str, tmp_path: Path) -> None:
    with Page(real, tmp_path, language="vi", width=390, height=844) as window:
        window.ask("Tỷ lệ hộ dân dùng nước sạch ở Tan Lam năm 2023?")
        window.one(f"{CITE}.ra-marker").click()
        window.until(window.cited_is_visible)
        window.shot("phone-page")
        assert window.run("return document.querySelector('#ra-cited').getBoundingClientRect().height") >= 9  # pixels: readable
        assert window.run("return document.documentElement.scrollWidth") <= 390
        small = window.run("""return [...document.querySelectorAll('#ra-source button')].filter((button) => button.offsetParent)
            .map((button) => button.getBoundingClientRect()).filter((box) => box.height < 44 || box.width < 44).length""")
        assert small == 0


def test_the_next_citation_is_a_table_row(window: Page) -> None:
    window.ask("What share of households use clean water?")
    window.one(f"{CITE}.ra-marker").click()
    window.until(lambda: window.text(".ra-count") == "1 / 2")
    window.one(".ra-next").click()
    window.until(lambda: window.text(".ra-count") == "2 / 2" and window.all(".ra-cited-row"))
    window.until(window.cited_is_visible)
    assert window.text(".ra-cited-row").split() == ["Hộ", "nghèo", "2,4%", "2,1%"]


def test_a_program_s_citation_opens_the_page_at_the_passage(address: str, window: Page) -> None:
    start = next(report for report in sample_reports() if report.id == "water22").text.index(CLEAN_WATER)
    window.driver.get("about:blank")
    window.driver.get(f"{address}/#cite-water22-{start}-{start + len(CLEAN_WATER)}")
    window.until(window.cited_is_visible)
    assert window.marked() == CLEAN_WATER


def test_a_long_report_opens_at_its_citation_and_shows_more_on_demand(window: Page) -> None:
    window.ask("Câu số 1000 nói gì?")
    window.one(f"{CITE}.ra-marker").click()
    window.until(window.cited_is_visible)
    assert len(window.run("return document.querySelector('#ra-source').innerHTML")) < 400_000
    first = int(window.run("return document.querySelector('.ra-text').dataset.first"))
    place = window.run("const b = document.querySelector('.ra-source-body'); b.scrollTop = 0; return b.scrollHeight")
    window.one('.ra-more[data-direction="up"]').click()
    window.until(lambda: int(window.run("return document.querySelector('.ra-text').dataset.first")) < first)
    kept = "const b = document.querySelector('.ra-source-body'); return b.scrollHeight - b.scrollTop"
    window.until(lambda: abs(int(window.run(kept)) - int(place)) < 60)  # the line that was on top still is
    window.one(".ra-jump").click()
    window.until(window.cited_is_visible)


def test_copying_gives_plain_text_without_the_page_s_own_links(window: Page) -> None:
    window.driver.execute_cdp_cmd("Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]})
    window.ask("What share of households use clean water?")
    window.all('#ra-chat .bot-row [aria-label="Copy message"]')[0].click()
    copied = window.until(lambda: window.driver.execute_async_script("navigator.clipboard.readText().then(arguments[0])"))
    assert copied.startswith("The result is 85.1 % [1]. See also [2].")
    assert f"> {CLEAN_WATER}" in copied
    assert "#cite" not in copied
    assert "&#" not in copied


def test_the_keyboard_is_enough(window: Page) -> None:
    window.ask("What share of households use clean water?")
    window.run("document.querySelector(arguments[0]).focus()", f"{CITE}.ra-marker")
    window.driver.switch_to.active_element.send_keys(Keys.ENTER)
    window.until(window.cited_is_visible)
    assert window.run("return document.activeElement.classList.contains('ra-close')")
    window.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    window.until(lambda: not window.run("return document.body.classList.contains('ra-source-open')"))
    assert window.run("return document.activeElement.classList.contains('ra-marker')")


def test_the_language_follows_the_browser_then_the_reader(address: str, tmp_path: Path) -> None:
    with Page(address, tmp_path, language="vi-VN,vi") as window:
        switch_languages(window)


def switch_languages(window: Page) -> None:
    assert window.run("return document.documentElement.lang") == "vi"
    assert window.text("h1") == "Trợ lý báo cáo"
    assert "Thả tệp vào đây" in window.text("#ra-upload")
    window.shot("desktop-vi")
    window.all("#ra-language label")[1].click()
    window.until(lambda: window.text("h1") == "Report Assistant")
    window.until(lambda: window.one("#ra-box textarea").get_attribute("placeholder") == "Ask what the reports say…")
    window.open()
    window.until(lambda: window.text("h1") == "Report Assistant")  # Gradio takes it away for a moment while it loads
    assert window.run("return document.documentElement.lang") == "en"
    assert window.run("return document.title") == "Report Assistant"


def test_the_chat_survives_a_reload_with_its_citations(window: Page, library: Path) -> None:
    window.ask("What share of households use clean water?")
    window.open()
    window.until(lambda: "85.1 %" in window.text("#ra-chat"))
    window.until(lambda: window.all(f"{CITE}.ra-marker"))
    window.one(f"{CITE}.ra-marker").click()
    window.until(window.cited_is_visible)
    window.ask("And poverty?")
    assert asked(library)[-1][1][0] == "What share of households use clean water?"
    window.one("#ra-new").click()
    window.until(lambda: not window.all(CITE))
    window.open()
    assert not window.all(CITE)
    press_earlier(window, ".ra-chat-open")
    window.until(lambda: "85.1 %" in window.text("#ra-chat"))
    window.until(lambda: not window.all(".ra-chat-open"))
    window.one("#ra-new").click()
    window.until(lambda: not window.all(CITE) and window.all("#ra-earlier summary"))
    press_earlier(window, ".ra-chat-forget")
    window.until(lambda: not window.all("#ra-earlier summary"))
    assert not window.all(CITE)


def test_a_follow_up_as_it_was_searched_goes_back_into_the_box(window: Page) -> None:
    window.ask("What share of households use clean water?")
    window.ask("And poverty?")
    searched = "What share of households use clean water? And poverty?"
    assert searched in window.text("#ra-chat")
    window.one('#ra-chat a[href*="#edit-question"]').click()
    window.until(lambda: window.one("#ra-box textarea").get_attribute("value") == searched)
    assert window.run("return document.activeElement === document.querySelector('#ra-box textarea')")


def press_earlier(window: Page, selector: str) -> None:
    """Opens the list of earlier chats and presses a button in it."""

    def press() -> bool:
        window.run("document.querySelector('.ra-earlier').open = true")
        window.all(selector)[0].click()
        return True

    window.until(press)


def test_a_hostile_report_is_shown_as_text(window: Page) -> None:
    said = window.ask("Số hộ là bao nhiêu?")
    assert "<script>window.hacked=1</script>" in said
    assert "![](http://outside.example/b.png)" in said
    window.one(f"{CITE}.ra-marker").click()
    window.until(lambda: "<script>window.hacked=1</script>" in window.text("#ra-source"))
    window.until(lambda: "{{7*7}} ${7*7} **đậm**" in window.marked())
    window.shot("desktop-hostile")
    assert "<script>window.hacked=1</script>" in window.text("#ra-list")
    window.ask("<img src=x onerror=window.hacked=1> ![](http://outside.example/q.png)")
    assert window.run("return window.hacked === undefined")
    assert window.hosts() <= {"127.0.0.1"}
    assert not [entry for entry in window.driver.get_log("browser") if entry["level"] == "SEVERE"]


def test_a_refusal_offers_nearest_passages_that_open(window: Page) -> None:
    said = window.ask("Which bridges were built?")
    assert "The reports do not say this." in said
    assert "Nearest passages (not an answer)" in said
    window.shot("desktop-refusal")
    window.one(CITE).click()
    window.until(window.cited_is_visible)


def test_only_ticked_reports_are_searched(window: Page, library: Path) -> None:
    window.until(lambda: len(window.all(".ra-pick")) == 3)
    window.all(".ra-tick")[0].click()
    assert "do not say" in window.ask("What share of households use clean water?")
    assert asked(library)[-1][2] == ["hostile", "long"]
    window.open()
    window.until(lambda: len(window.all(".ra-pick")) == 3)
    assert [box.is_selected() for box in window.all(".ra-pick")] == [False, True, True]
    window.one(".ra-none").click()
    assert "No report is ticked" in window.ask("What share of households use clean water?")


def test_reports_are_added_with_progress_and_removed_after_confirmation(tmp_path: Path) -> None:
    with served(str(tmp_path)) as address, Page(address, tmp_path) as window:
        add_and_remove(window, tmp_path)


def add_and_remove(window: Page, tmp_path: Path) -> None:
    large = tmp_path / "lớn.pdf"
    with large.open("wb") as file:
        file.truncate(210_000_000)
    window.one("#ra-upload input[type=file]").send_keys(str(large))
    window.until(lambda: "lớn.pdf: 210 MB is larger than the limit of 200 MB" in window.text(".ra-too-large"))
    good, bad = tmp_path / "Báo cáo quý I.txt", tmp_path / "empty.txt"
    good.write_text("Số hộ là 12.", encoding="utf-8")
    bad.write_text("x", encoding="utf-8")
    window.one("#ra-upload input[type=file]").send_keys(f"{good}\n{bad}")
    window.until(lambda: window.all(".ra-adding progress"))
    window.shot("desktop-adding")
    assert "85.1 %" in window.ask("What share of households use clean water?")  # while files are being added
    window.until(lambda: window.all('.ra-adding[data-finished="1"]'))
    window.shot("desktop-added")
    assert "Báo cáo quý I.txt added" in " ".join(window.text(".ra-adding").split())
    assert "the file is empty" in window.text(".ra-adding")
    window.one(".ra-remove").click()
    window.one(".ra-confirm-no").click()
    assert len(window.all(".ra-report")) == 3
    window.one(".ra-remove").click()
    window.until(lambda: window.one(".ra-confirm").is_displayed())
    window.shot("desktop-remove")
    window.one(".ra-confirm-yes").click()
    window.until(lambda: len(window.all(".ra-report")) == 2)
    window.open()
    window.until(lambda: len(window.all(".ra-report")) == 2)


def test_retry_and_thumbs(window: Page, library: Path) -> None:
    before = len(asked(library))
    window.ask("What share of households use clean water?")
    window.one('#ra-chat [aria-label="Retry"]').click()
    window.until(lambda: len(asked(library)) == before + 2)
    window.until(lambda: window.all(f"{CITE}.ra-marker"))
    assert len(window.all("#ra-chat [data-testid=bot]")) == 1
    stored = "return localStorage.getItem('report-assistant-chat')"
    unrated = window.run(stored)
    window.one('#ra-chat [aria-label="Like"]').click()
    window.until(lambda: (library / "feedback.jsonl").exists() and window.run(stored) != unrated)
    assert '"liked": true' in (library / "feedback.jsonl").read_text(encoding="utf-8")
    window.open()
    window.until(lambda: window.all('#ra-chat [aria-label="Liked"]'))


def test_an_error_is_one_sentence(window: Page) -> None:
    assert "Something went wrong inside the program" in window.ask("boom")
    window.shot("desktop-error")


def test_an_example_question_is_asked_by_a_click(window: Page) -> None:
    window.until(lambda: window.all("#ra-chat .example"))
    window.all("#ra-chat .example")[0].click()
    window.until(lambda: "85.1 %" in window.text("#ra-chat"))


def test_a_phone_shows_one_pane_at_a_time(address: str, tmp_path: Path) -> None:
    with Page(address, tmp_path, language="vi", width=390, height=844) as window:
        use_phone(window)


def use_phone(window: Page) -> None:
    window.shot("phone-start")
    assert window.run("return document.documentElement.scrollWidth") <= 390
    window.one(".ra-drawer").click()
    window.until(lambda: window.one("#ra-list .ra-report").is_displayed())
    window.shot("phone-reports")
    window.one(".ra-drawer").click()
    window.ask("Tỷ lệ hộ dân dùng nước sạch là bao nhiêu?")
    window.shot("phone-answer")
    window.one(f"{CITE}.ra-marker").click()
    window.until(window.cited_is_visible)
    window.shot("phone-source")
    assert window.run("return document.querySelector('#ra-right').getBoundingClientRect().width") == 390
    small = window.run("""return [...document.querySelectorAll('#ra-source button')].filter((button) => button.offsetParent)
        .map((button) => button.getBoundingClientRect()).filter((box) => box.height < 44 || box.width < 44).length""")
    assert small == 0
    window.one(".ra-close").click()
    window.until(lambda: not window.one("#ra-right").is_displayed())
    assert window.run("return document.documentElement.scrollWidth") <= 390
