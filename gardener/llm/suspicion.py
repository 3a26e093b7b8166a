"""Phrases that speak to a reviewer instead of about the code. They only ever raise attention, and clear nothing."""

from __future__ import annotations

import re
import unicodedata

_LONGEST = 80
_UNSEEN = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]")
# What stands between the words of a sentence that is spread over comments, strings and names.
_BETWEEN = re.compile(r"[\s#*\\\"'`_,;+-]+")
_WHO = "(?:reviewers?|review bots?|llms?|language models?|ai|ais|assistants?|linters?|gardener|judges?|models?|agents?)"
_ORDERS = "(?:instruction|prompt|rule|guideline|clause|message|direction|order)s?"
_WHICH = "(?:(?:all|any|the|your|these|those|previous|prior|above|earlier|preceding|other|of|system) )"
_THIS = "(?:this|the following|the above|all(?: the)?) (?:code|function|file|unit|class|module|method|change)s?"
_GOOD = "(?:bug free|correct|secure|safe|compliant|clean|approved|reviewed|verified|audited)"
_BAD = "(?:violation|issue|finding|problem|error|bug)s?"

_PHRASES = re.compile(
    "|".join(
        [
            rf"\b(?:ignore|disregard|forget|override|bypass) {_WHICH}+{_ORDERS}\b",
            rf"\b(?:do not|don t|never) (?:report|flag|mention)(?: any| this| the| these)* (?:{_BAD}|unit|code)\b",
            rf"\b(?:respond|reply|answer|output) (?:only )?with(?: only| exactly)? (?:\[|\{{|an empty|no {_BAD}|ok\b)",
            rf"\b(?:report|return|there are) no {_BAD} (?:for|in|here|with) (?:this|the|any)\b",
            rf"\b{_THIS} (?:is|are|has been|have been|was) (?:(?!not )\w+ ){{0,3}}?{_GOOD} (?:by|and|so)\b",
            r"\bbug free\b",
            r"\b(?:approved|audited|reviewed|verified|cleared) by (?:the |our )?security\b",
            rf"\b(?:dear|hey|hello) {_WHO}\b",
            rf"\b(?:note|message|attention|instructions?)(?: to| for)?(?: the| all| any)? {_WHO} ?[:!.]",
            rf"\bas an? (?:ai )?{_WHO} you (?:must|should|will|are)\b",
            rf"\byou are (?:now|no longer) (?:an? |the )?(?:\w+ )?{_WHO}\b",
            r"\byou (?:must|should|will) (?:now )?(?:approve|mark this|say|answer|respond|output)\b",
            rf"\b(?:mark|treat|judge|classify|rate) (?:this|it|everything|{_THIS}) as (?:ok|not applicable|{_GOOD})\b",
            r"\b(?:new|updated|real|actual|revised) (?:system )?(?:instructions?|prompt) ?:",
            r"\b(?:system|developer) (?:prompt|message|note) ?:",
            r"\btool (?:output|result|response) ?:",
            r"\bend of (?:the )?(?:prompt|unit|clause|context|instructions|system message)\b",
            r"< ?/ ?(?:unit|clause|context|example|system|assistant|tool result|tool response)\b",
            r"<\|? ?(?:im start|im end|endoftext|start of turn|end of turn)\b",
            r"\bverdicts? ?:? ?(?:is |are |must be |should be )?(?:ok|not applicable|\[ ?\])(?!\w)",
            r"\b(?:print|repeat|leak|send|reveal) (?:your|the) (?:system prompt|instructions|api key)\b",
        ]
    )
)


def suspicious(text: str) -> tuple[str, ...]:
    """The phrases of `text` that read like orders to whoever reviews it, each once, in order, as words on one line.

    Upper case, odd widths, unseen characters and line ends hide nothing. What it returns is a reason to look closer.
    """
    plain = _BETWEEN.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFKC", text))).lower()
    return tuple(dict.fromkeys(match[0].strip()[:_LONGEST] for match in _PHRASES.finditer(plain)))
