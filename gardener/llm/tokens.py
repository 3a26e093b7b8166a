"""How many tokens a text is, without a tokenizer: a real one needs a download, and knows only some models."""

from __future__ import annotations

import math

# Source code comes to about 3.5 bytes a token; a fifth on top keeps the estimate on the dear side.
BYTES_PER_TOKEN = 3.5
MARGIN = 1.2


def estimate_tokens(text: str) -> int:
    """At least about as many tokens as `text` has, from its bytes in UTF-8."""
    return math.ceil(len(text.encode("utf-8", "surrogatepass")) / BYTES_PER_TOKEN * MARGIN)
