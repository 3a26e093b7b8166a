"""Bytes become text as Python would read them, come back unchanged, and are written whole or not at all."""

from __future__ import annotations

import codecs
import stat
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.repo.files import decode, encode, newline_of, write_atomic

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("data", "text", "encoding"),
    [
        (b"", "", "utf-8"),
        ("x = 'ä'\r\n".encode(), "x = 'ä'\r\n", "utf-8"),
        (b"# coding: latin-1\nx = '\xe4'\n", "# coding: latin-1\nx = 'ä'\n", "iso8859-1"),
        (b"#!/bin/python\n# -*- coding: cp1252 -*-\n\x80", "#!/bin/python\n# -*- coding: cp1252 -*-\n€", "cp1252"),
        (
            b"# vim: set fileencoding=koi8-r :\r\xc1",
            "# vim: set fileencoding=koi8-r :\r\N{CYRILLIC SMALL LETTER A}",
            "koi8-r",
        ),
        (b"# a\r# b\r# coding: latin-1\r", "# a\r# b\r# coding: latin-1\r", "utf-8"),
        (b"x = 1\n# coding: latin-1\n", "x = 1\n# coding: latin-1\n", "utf-8"),
        (b"a\x0c\x1c\r\n\rb", "a\x0c\x1c\r\n\rb", "utf-8"),
    ],
)
def test_text_is_what_python_would_read(data: bytes, text: str, encoding: str) -> None:
    decoded = decode(data)
    assert (decoded.text, decoded.encoding) == (text, encoding)
    assert encode(decoded.text, decoded) == data


@pytest.mark.parametrize("data", [b"", b"x = 1\n", b"# coding: utf-8\n", b"# coding: utf-8-sig\n"])
def test_a_byte_order_mark_is_kept_apart_from_the_text(data: bytes) -> None:
    decoded = decode(codecs.BOM_UTF8 + data)
    assert decoded.bom
    assert decoded.text == data.decode()
    assert encode(decoded.text, decoded) == codecs.BOM_UTF8 + data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"a\0b", "null bytes"),
        ("a".encode("utf-16"), "null bytes"),
        (b"x = '\xe4'", "not valid utf-8: invalid continuation byte at byte 5"),
        (codecs.BOM_UTF8 + b"\xff", "at byte 3"),
        (b"# coding: no-such\n", "unknown encoding: no-such"),
        (codecs.BOM_UTF8 + b"# coding: latin-1\n", "encoding problem"),
        (b"# coding: rot13\n", "no text encoding"),
        (b"# coding: utf-7\n+AGEAYg-\n", "would not survive"),
    ],
)
def test_what_is_no_text_is_refused_with_the_reason(data: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason) as caught:
        decode(data)
    assert type(caught.value) is ValueError


def test_other_files_than_python_name_no_encoding() -> None:
    assert decode("# coding: latin-1\nä".encode(), cookie=False).text == "# coding: latin-1\nä"


def test_a_character_the_encoding_lacks_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot spell '€'"):
        encode("€", decode(b"# coding: latin-1\n"))


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0")), st.booleans())
def test_decoding_and_encoding_utf8_is_the_identity(text: str, bom: bool) -> None:
    data = codecs.BOM_UTF8 * bom + text.encode()
    try:
        decoded = decode(data)
    except ValueError:
        return
    assert encode(decoded.text, decoded) == data


@given(st.binary(max_size=60), st.sampled_from(["latin-1", "cp1252", "euc-jp", "iso2022_jp", "utf-8", "gb18030", "hz"]))
def test_what_is_decoded_encodes_to_the_same_bytes(body: bytes, name: str) -> None:
    data = f"# coding: {name}\n".encode() + body
    try:
        decoded = decode(data)
    except ValueError:
        return
    assert encode(decoded.text, decoded) == data


@pytest.mark.parametrize(
    ("text", "end"), [("", "\n"), ("a", "\n"), ("a\r\nb\n", "\r\n"), ("a\rb", "\r"), ("\x0c\n", "\n")]
)
def test_the_line_end_of_a_text_is_its_first(text: str, end: str) -> None:
    assert newline_of(text) == end


def test_writing_replaces_content_and_keeps_the_mode(tmp_path: Path) -> None:
    path = tmp_path / "run"
    path.write_bytes(b"old")
    path.chmod(0o751)
    write_atomic(path, b"new\r\n")
    assert path.read_bytes() == b"new\r\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o751
    assert list(tmp_path.iterdir()) == [path]


def test_a_new_file_has_an_ordinary_mode(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a", b"x")
    (tmp_path / "b").write_bytes(b"x")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "b").stat().st_mode


def test_a_link_stays_a_link_and_its_target_changes(tmp_path: Path) -> None:
    (tmp_path / "target.py").write_bytes(b"old")
    (tmp_path / "link.py").symlink_to("target.py")
    write_atomic(tmp_path / "link.py", b"new", root=tmp_path)
    assert (tmp_path / "link.py").is_symlink()
    assert (tmp_path / "target.py").read_bytes() == b"new"


def test_a_link_out_of_the_root_is_not_written_through(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "outside").write_bytes(b"old")
    (root / "link").symlink_to(tmp_path / "outside")
    with pytest.raises(OSError, match="outside the root"):
        write_atomic(root / "link", b"new", root=root)
    assert (tmp_path / "outside").read_bytes() == b"old"


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.write_bytes(b"old")
    with pytest.raises(TypeError):
        write_atomic(path, "text")  # type: ignore[arg-type]  # a failure in the middle of the write
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with pytest.raises(OSError, match="no regular file"):
        write_atomic(tmp_path / "a", b"x")
