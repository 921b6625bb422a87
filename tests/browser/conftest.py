"""Pages in a real browser: Debian's Chromium, without a network, with everything it complains about written down."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

from segaudit.report.page_html import render_html_page
from tests.browser.pages import giant_page, rich_page, words_in

_WATCH = "addEventListener('securitypolicyviolation', (event) => console.error('policy: ' + event.violatedDirective));"


@dataclass(slots=True, kw_only=True)
class Opened:
    """A page in the browser, what it complained of, and what it asked for."""

    page: Page
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


Open = Callable[..., Opened]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a browser; a machine without Chromium fails, for then nothing would be tested."""
    program = shutil.which("chromium")
    if program is None:
        pytest.fail("there is no chromium: run make test-browser, which installs it")
    # Chromium's sandbox refuses to be run by root, as tests in a container are.
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as play:
        started = play.chromium.launch(executable_path=program, args=arguments)
        yield started
        started.close()


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return pages as files: a rich one in two languages, and one that is far too long."""
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "rich": render_html_page(rich_page(), words_in()),
        "german": render_html_page(rich_page(language="de"), words_in("de")),
        "giant": render_html_page(giant_page(), words_in()),
    }
    for name, text in made.items():
        (folder / f"{name}.html").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in made}


@pytest.fixture
def opened(browser: Browser, files: dict[str, Path]) -> Iterator[Open]:
    """Return how a page is opened; when the test is over, nothing may have been complained of or asked for."""
    contexts = []
    pages: list[Opened] = []

    def open_page(name: str = "rich", *, width: int = 1280, scheme: str = "light", script: bool = True) -> Opened:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if scheme == "dark" else "light",
            offline=True,
            java_script_enabled=script,
        )
        contexts.append(context)
        context.add_init_script(_WATCH)
        this = Opened(page=context.new_page())
        pages.append(this)
        this.page.on("console", lambda said: this.complaints.append(_said(said)))
        this.page.on("pageerror", lambda error: this.complaints.append(str(error)))
        this.page.on("dialog", lambda dialog: this.complaints.append(dialog.message))
        this.page.on("request", lambda asked: this.requests.append(asked.url))
        this.page.goto(files[name].as_uri())
        return this

    yield open_page
    for this in pages:
        assert this.complaints == []
        assert [url for url in this.requests if not url.startswith("data:")] == [this.requests[0]]
    for context in contexts:
        context.close()


def _said(message: ConsoleMessage) -> str:
    return f"{message.type}: {message.text}"
