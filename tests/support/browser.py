"""Headless Chromium, driven over its DevTools pipe: what a page looks like, says and asks for.

The pipe's messages are JSON that ends in NUL, so that no library is needed.
"""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from select import select
from typing import Any

WAIT_S = 60.0
KEYS = {"ArrowLeft": 37, "ArrowRight": 39, "Enter": 13, "Escape": 27, "Tab": 9}
OPTIONS = (
    "--headless=new", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
    "--disable-default-apps", "--hide-scrollbars", "--lang=vi", "--remote-debugging-pipe",
)  # fmt: skip


def program() -> str | None:
    """Return the path of Chromium, None where it is not installed."""
    return shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@dataclass
class Heard:
    """What a page did since it was opened: lines of the console, exceptions, and URLs that it asked for."""

    console: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


class Browser:
    """A page of a Chromium that is running."""

    def __init__(self, to_browser: int, from_browser: int) -> None:
        self._to, self._from = to_browser, from_browser
        self._buffer = b""
        self._id = 0
        self._session = ""
        self.heard = Heard()

    def attach(self) -> None:
        """Open a page, and listen to it."""
        target = self._send("Target.createTarget", {"url": "about:blank"})["targetId"]
        self._session = self._send("Target.attachToTarget", {"targetId": target, "flatten": True})[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> Any:
        """Call a method of the page, and return its result."""
        return self._send(method, params, self._session)

    def _send(self, method: str, params: dict[str, Any], session: str = "") -> Any:
        self._id += 1
        message = {"id": self._id, "method": method, "params": params}
        message |= {"sessionId": session} if session else {}
        os.write(self._to, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._receive()
            if answer.get("id") == self._id:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]

    def _receive(self) -> dict[str, Any]:
        """Return the next message; note what the page says and asks for."""
        while b"\0" not in self._buffer:
            if not select([self._from], [], [], WAIT_S)[0]:
                raise TimeoutError("Chromium does not answer")
            data = os.read(self._from, 1 << 20)
            if not data:
                raise RuntimeError("Chromium has ended")
            self._buffer += data
        text, _, self._buffer = self._buffer.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        self._note(message.get("method", ""), message.get("params", {}))
        return message

    def _note(self, event: str, params: dict[str, Any]) -> None:
        if event == "Runtime.consoleAPICalled":
            self.heard.console.append(str([one.get("value") for one in params["args"]]))
        elif event == "Runtime.exceptionThrown":
            details = params["exceptionDetails"]
            self.heard.console.append(details.get("exception", {}).get("description") or details["text"])
        elif event == "Log.entryAdded":
            self.heard.console.append(params["entry"]["text"])
        elif event == "Network.requestWillBeSent":
            self.heard.requests.append(params["request"]["url"])

    def open(
        self, file: Path, fragment: str = "", *, width: int = 1280, dark: bool = False, script: bool = True
    ) -> None:
        """Open a file and wait until it is loaded."""
        theme = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Page.navigate", url="about:blank")
        self.call("Emulation.setEmulatedMedia", features=theme)
        self.call("Emulation.setScriptExecutionDisabled", value=not script)
        self.resize(width)
        self.heard = Heard()
        url = file.resolve().as_uri() + fragment
        self.call("Page.navigate", url=url)
        while True:
            state = self.evaluate("document.readyState + ' ' + location.href")
            if state.startswith("complete file:"):
                return

    def resize(self, width: int, height: int = 900) -> None:
        """Set the width of the page in CSS pixels."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression of the page's script."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in found:
            details = found["exceptionDetails"]
            raise RuntimeError(details.get("exception", {}).get("description") or details["text"])
        return found["result"].get("value")

    def click(self, selector: str) -> None:
        """Click an element with the mouse."""
        x, y = self.evaluate(
            f"(() => {{ const node = document.querySelector({json.dumps(selector)});"
            "node.scrollIntoView({block: 'center'}); const box = node.getBoundingClientRect();"
            "return [box.left + box.width / 2, box.top + box.height / 2]; })()"
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key: str) -> None:
        """Press a key."""
        for kind in ("keyDown", "keyUp"):
            text = {"text": "\r"} if key == "Enter" and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent",
                type=kind,
                key=key,
                code=key,
                windowsVirtualKeyCode=KEYS[key],
                **text,
            )

    def screenshot(self, file: Path, width: int) -> None:
        """Write a picture of the whole page."""
        self.resize(width)
        height = self.evaluate("document.documentElement.scrollHeight")
        self.resize(width, height)
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)["data"]
        file.write_bytes(base64.b64decode(data))

    def picture(self, file: Path, width: int, height: int) -> None:
        """Write a picture of the top of the page."""
        self.resize(width, height)
        file.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))

    def pdf(self) -> bytes:
        """Return the page as it is printed."""
        found = self.call("Page.printToPDF", preferCSSPageSize=True, printBackground=True)
        return base64.b64decode(found["data"])


@contextmanager
def running() -> Iterator[Browser]:
    """Yield a page of a new Chromium; it ends with the block."""
    found = program()
    if found is None:
        raise FileNotFoundError("chromium")
    read_by_it, write_to_it = os.pipe()
    read_from_it, write_by_it = os.pipe()
    with tempfile.TemporaryDirectory(prefix="browser-") as folder:
        command = f'exec "$@" 3<&{read_by_it} 4>&{write_by_it}'
        process = subprocess.Popen(
            ["bash", "-c", command, "bash", found, *OPTIONS, f"--user-data-dir={folder}"],
            pass_fds=(read_by_it, write_by_it),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(read_by_it)
        os.close(write_by_it)
        try:
            browser = Browser(write_to_it, read_from_it)
            browser.attach()
            yield browser
        finally:
            os.close(write_to_it)
            os.close(read_from_it)
            process.terminate()
            process.wait(WAIT_S)
