"""A repository with one rule of its own, for stories told through the command."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tests.conftest import Garden

OLD_CALL = """\
# The new call knows the tenant

```toml gardener
severity = "P2"
pattern = "old($X)"
message = "`old` forgets the tenant"
fix = "new($X)"
safety = "safe"
```

The old call answers for every tenant at once.

```python bad
old(1)
```

```python good
new(1)
```
"""


@pytest.fixture
def ruled(garden: Callable[[Mapping[str, str | bytes]], Garden]) -> Callable[[Mapping[str, str | bytes]], Garden]:
    """Make a repository with the rule `old-call`, a safe fix included, and these files, all committed."""

    def make(files: Mapping[str, str | bytes]) -> Garden:
        made = garden({"rules/old-call.md": OLD_CALL, **files})
        made.commit()
        return made

    return make
