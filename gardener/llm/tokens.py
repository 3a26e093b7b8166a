"""How many tokens a text is, without a tokenizer: a real one needs a download, and knows only some models."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gardener.llm.ask import Ask

# Source code comes to about 3.5 bytes a token; a fifth on top keeps the estimate on the dear side.
BYTES_PER_TOKEN = 3.5
MARGIN = 1.2
# Role and delimiters of a message, as chat templates write them.
PER_MESSAGE = 8


def estimate_tokens(text: str) -> int:
    """At least about as many tokens as `text` has, from its bytes in UTF-8."""
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN * MARGIN)


def estimate_input(ask: Ask) -> int:
    """The tokens that `ask` sends: its messages with their tool calls, its schema and its tools."""
    parts = [message.content for message in ask.messages]
    parts += [call.name + call.arguments for message in ask.messages for call in message.calls]
    parts += [tool.name + tool.description + json.dumps(dict(tool.parameters)) for tool in ask.tools]
    if ask.schema is not None:
        parts.append(json.dumps(dict(ask.schema)))
    return sum(map(estimate_tokens, parts)) + PER_MESSAGE * len(ask.messages)
