"""The page of a night in a real browser: it fits every width, is readable in both schemes, prints, and does nothing."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from gardener.gardening.report.content import Content
from gardener.gardening.report.html import page
from tests.gardening.nights import HOSTILE, hostile, shown

PROGRAM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no Chromium on PATH"),
]
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
)  # fmt: skip
# Looks at a page that cannot look at itself: how wide it is, and how far every word stands out from what is behind it.
PROBE = r"""
<script>
const parts = c => c.match(/[\d.]+/g).map(Number);
const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
  .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
  .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
const behind = node => {
  for (; node; node = node.parentElement) {
    const found = parts(getComputedStyle(node).backgroundColor);
    if (found.length < 4 || found[3] > 0) return found;
  }
  return [255, 255, 255];
};
const weak = [];
for (const node of document.querySelectorAll("main *")) {
  const own = [...node.childNodes].filter(n => n.nodeType === 3 && n.textContent.trim());
  if (!own.length) continue;
  const [a, b] = [light(parts(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
  if ((a + 0.05) / (b + 0.05) < 4.5) weak.push(node.className + ": " + own[0].textContent.trim().slice(0, 40));
}
const box = name => [...document.querySelectorAll(name)].map(n => n.getBoundingClientRect());
document.body.setAttribute("data-probe", JSON.stringify({
  inner: innerWidth, wide: document.documentElement.scrollWidth, weak,
  dark: matchMedia("(prefers-color-scheme: dark)").matches, ground: getComputedStyle(document.body).backgroundColor,
  outside: box("section, .tile").filter(r => r.right > innerWidth + 1 || r.left < -1).length,
  plots: box(".plot, .bar").map(r => [r.width, r.height]), title: document.title,
  images: document.images.length, scripts: document.scripts.length,
  small: [...document.querySelectorAll("main *")].filter(n => parseFloat(getComputedStyle(n).fontSize) < 12).length,
}));
</script>
"""


def browse(folder: Path, file: Path, *options: str) -> str:
    """What a browser with a profile of its own prints."""
    command = [str(PROGRAM), *FLAGS, f"--user-data-dir={folder / 'profile'}", *options, file.as_uri()]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def probed(folder: Path, content: Content, width: int, *, dark: bool) -> dict[str, Any]:
    """What the probe says of a page, of which only the policy that would stop the probe is taken out."""
    text = re.sub(r"<meta http-equiv=[^>]*>", "", page(content)).replace("</body>", f"{PROBE}</body>")
    file = folder / "report.html"
    file.write_text(text, encoding="utf-8")
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    out = browse(folder, file, scheme, f"--window-size={width},1000", "--dump-dom")
    found = re.search(r'data-probe="([^"]*)"', out)
    assert found is not None, out[:500]
    told: dict[str, Any] = json.loads(unescape(found[1]))
    return told


@pytest.mark.parametrize(("width", "dark"), [(400, True), (900, False), (1440, True)])
def test_the_page_fits_and_every_word_can_be_read(tmp_path: Path, width: int, dark: bool) -> None:
    told = probed(tmp_path, shown(), width, dark=dark)
    assert told["dark"] is dark
    assert told["ground"] == ("rgb(18, 22, 20)" if dark else "rgb(246, 247, 245)")
    assert told["wide"] <= told["inner"]
    assert told["outside"] == 0
    assert told["weak"] == []
    assert told["small"] == 0
    assert len(told["plots"]) == 3
    assert all(wide > 200 and high >= 28 for wide, high in told["plots"])


def test_a_night_of_hostile_names_runs_nothing_and_fits(tmp_path: Path) -> None:
    told = probed(tmp_path, hostile(HOSTILE * 3), 400, dark=False)
    assert (told["images"], told["scripts"]) == (0, 1)
    assert told["title"].startswith("Garden of <script>")
    assert told["wide"] <= told["inner"]


@pytest.fixture
def listener() -> Iterator[tuple[int, list[str]]]:
    """A server that notes who asks."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_address[1], asked
    server.shutdown()
    server.server_close()
    thread.join()


def test_even_a_hole_in_the_escaping_would_load_nothing(tmp_path: Path, listener: tuple[int, list[str]]) -> None:
    port, asked = listener
    bad = f'<img src="http://127.0.0.1:{port}/img"><script src="http://127.0.0.1:{port}/js"></script>'
    file = tmp_path / "report.html"
    file.write_text(page(shown()).replace("<footer>", f"{bad}<footer>"), encoding="utf-8")
    out = browse(tmp_path, file, "--dump-dom")
    assert f"{port}/img" in out
    assert asked == []


def test_the_page_prints(tmp_path: Path) -> None:
    file, paper = tmp_path / "report.html", tmp_path / "report.pdf"
    file.write_text(page(shown()), encoding="utf-8")
    browse(tmp_path, file, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    data = paper.read_bytes()
    assert data.startswith(b"%PDF")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", data)) <= 4
