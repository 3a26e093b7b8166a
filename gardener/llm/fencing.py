"""Foreign text made unable to leave its place in a prompt, or to say there what people cannot see.

Lines stay lines, so that a quote of the text still has its line. Whatever a reader would not see stands there as
`<U+202E>`, and the `<` of what reads like a tag of our prompts, or of a chat template, as `&lt;`: an honest model can
quote both as it sees them.
"""

from __future__ import annotations

import hashlib
import re

# Tags that mean something in a prompt of ours or in what models were trained on.
RESERVED = (
    "unit", "units", "clause", "clauses", "context", "contexts", "example", "examples", "document", "system",
    "assistant", "user", "developer", "human", "tool", "tools", "tool_call", "tool_calls", "tool_response",
    "tool_result", "function_calls", "function_results", "invoke", "think", "thinking", "verdict", "verdicts",
    "instruction", "instructions", "start_of_turn", "end_of_turn", "sys",
)  # fmt: skip
# Letters of other scripts, or of other widths, that look like these.
_LOOKS_LIKE = {
    "a": "\u0430\u03b1\u0251", "c": "\u0441\u03f2", "d": "\u0501", "e": "\u0435\u04bd", "f": "\u0192", "h": "\u04bb",
    "i": "\u0456\u0131\u03b9\u00edl1|", "k": "\u043a\u03ba", "l": "\u04cf\u0131i1|", "m": "\u043c", "n": "\u0578\u043f",
    "o": "\u043e\u03bf0", "p": "\u0440\u03c1", "r": "\u0433", "s": "\u0455", "t": "\u0442\u03c4", "u": "\u057d\u03c5",
    "v": "\u03bd\u0475", "x": "\u0445\u03c7", "y": "\u0443\u03b3", "_": "\u02cd -",
}  # fmt: skip
_OPEN = "<\uff1c\ufe64"
_SLASH = r"/\\\uff0f\u2215\u2044"

# Everything that is not drawn, or steers how other characters are: controls, formats (bidirectional overrides, zero
# widths, tags), fillers, variation selectors, lone surrogates, private use, and spaces that are no plain space.
_UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\xa0\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160"
    "\u1680\u17b4\u17b5\u180b-\u180f\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3000\u3164\ud800-\uf8ff"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d159\U0001d173-\U0001d17a\U000e0000-\U000e0fff\U000f0000-\U0010ffff"
    "]"
)
_CODE_OR_COMMENT = re.compile(r"^(?P<fence>```+|~~~+).*?(?:^(?P=fence)|\Z)|`[^`\r\n]+`|<!--", re.DOTALL | re.MULTILINE)
_LINE_ENDS = re.compile(r"\r\n?|\n")


def _letter(letter: str) -> str:
    wide = [chr(ord(one) + 0xFEE0) for one in sorted({letter, letter.upper()})]
    return "[" + "".join(re.escape(one) for one in [letter, *wide, *_LOOKS_LIKE.get(letter, "")]) + "]"


def _any_of(words: tuple[str, ...]) -> str:
    return "|".join("".join(map(_letter, word)) for word in sorted(words, key=len, reverse=True))


# A comparison such as `size < unit` is no tag, nor is `size < context.size`.
_TAG = re.compile(
    rf"[{_OPEN}](?="
    rf"\s*[{_SLASH}]+\s*(?:{_any_of(RESERVED)})(?!\w)"
    rf"|(?:{_any_of(RESERVED)})(?!\w)"
    rf"|\s+(?:{_any_of(RESERVED)})(?:\s*/?\s*>|\s+[\w-]+\s*=\s*[\"'])"
    rf"|\s*[{_SLASH}]?\s*s\s*>"
    r"|[|\uff5c]\s*[/\w\u2581]|!--|/?\w+:(?:function_calls|function_results|invoke|parameter)\b)",
    re.IGNORECASE,
)
_TEMPLATE = re.compile(
    r"\[(?=\s*/?\s*(?:INST|SYSTEM_PROMPT|TOOL_CALLS|AVAILABLE_TOOLS|TOOL_RESULTS)\s*\])", re.IGNORECASE
)


def harmless(text: str) -> str:
    """`text` with nothing in it that is unseen or reads like a tag; line ends and the number of lines are kept.

    Doing it twice changes nothing more.
    """
    seen = _UNSEEN.sub(lambda match: f"<U+{ord(match[0]):04X}>", text)
    return _TEMPLATE.sub("&#91;", _TAG.sub("&lt;", seen))


def attribute(text: str) -> str:
    """`text`, such as a path, for the value of an attribute between double quotes, on one line."""
    line = _LINE_ENDS.sub(lambda match: "".join(f"<U+{ord(one):04X}>" for one in match[0]), text)
    plain = _UNSEEN.sub(lambda match: f"<U+{ord(match[0]):04X}>", line).replace("\t", "<U+0009>")
    return plain.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;").replace(">", "&gt;")


def without_comments(text: str) -> str:
    """Markdown without its HTML comments, which people do not see. Of each a space stays, and its line ends.

    Comments in code are seen, and stay. So is one that never closes.
    """
    kept: list[str] = []
    start = at = 0
    while found := _CODE_OR_COMMENT.search(text, at):
        at = found.end()
        if found[0] != "<!--":
            continue
        close = text.find("-->", at)
        if close < 0:
            break
        kept += [text[start : found.start()], *_LINE_ENDS.findall(text, at, close), " "]
        start = at = close + len("-->")
    return "".join(kept) + text[start:]


def fence_of(text: str) -> str:
    """16 hex digits that depend on all of `text`: nobody can write a text that holds its own."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
