"""Redaction: what is secret goes, what is code stays, and no line moves."""

from __future__ import annotations

import base64
import json
import re
import string
import sysconfig
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gardener.llm.redaction import Redactor

LETTERS = string.ascii_letters + string.digits
UPPER = string.ascii_uppercase + string.digits
HEX = "0123456789abcdef"
# Tokens are put together here so that no scanner takes this file for a leak.
A_KEY = "AKIA" + "Q3ZK7WPLM2XN4RTB"
G_TOKEN = "gh" + "p_" + "k3Jd82mZqPw0xRtY7uVnB5cLsA9fGh1iEo4X"


def redact(text: str) -> str:
    return Redactor().redact(text)


def random_text(random: Random, size: int, letters: str = LETTERS) -> str:
    return "".join(random.choice(letters) for _ in range(size))


def json_web_token(random: Random) -> str:
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256"}, {"sub": random_text(random, 8)})]
    return ".".join([base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts] + [random_text(random, 43)])


def password(random: Random) -> str:
    return "p" + random_text(random, random.randint(6, 14), LETTERS + "!#%^") + "47"


SHAPES = {
    "aws_key": lambda r: "AKIA" + random_text(r, 16, UPPER),
    "github_token": lambda r: "gh" + "p_" + random_text(r, 36),
    "github_pat": lambda r: "github" + "_pat_" + random_text(r, 22) + "_" + random_text(r, 59),
    "gitlab_token": lambda r: "gl" + "pat-" + random_text(r, 20, LETTERS + "-_"),
    "slack_token": lambda r: "xo" + "xb-" + random_text(r, 12, string.digits) + "-" + random_text(r, 24),
    "slack_hook": lambda r: "https://hooks.slack" + ".com/services/T0AB/B0CD/" + random_text(r, 24),
    "stripe_key": lambda r: "sk_" + "live_" + random_text(r, 24),
    "openai_key": lambda r: "sk-" + "proj-" + random_text(r, 74) + "T3BlbkFJ" + random_text(r, 74),
    "old_openai_key": lambda r: "sk-" + random_text(r, 20) + "T3BlbkFJ" + random_text(r, 20),
    "anthropic_key": lambda r: "sk-" + "ant-api03-" + random_text(r, 93, LETTERS + "-_") + "AA",
    "jwt": json_web_token,
    "google_key": lambda r: "AI" + "za" + random_text(r, 35, LETTERS + "-_"),
    "pypi_token": lambda r: "pypi-" + "AgEIcHlwaS5vcmc" + random_text(r, 120),
    "sendgrid_key": lambda r: "SG" + "." + random_text(r, 22) + "." + random_text(r, 43),
    "twilio_key": lambda r: "SK" + random_text(r, 32, HEX),
    "npm_token": lambda r: "npm" + "_" + random_text(r, 36),
    "huggingface_token": lambda r: "hf" + "_" + random_text(r, 34),
    "telegram_token": lambda r: "8" + random_text(r, 9, string.digits) + ":" + random_text(r, 35),
    "discord_token": lambda r: "M" + random_text(r, 23) + "." + random_text(r, 6) + "." + random_text(r, 27),
}
SHAPE_PLACES = ('x = "@"', "f(@)", "# was @ before", "EXPORTED=@", "headers = {'X': 'Bearer @'}")
PASSWORD_PLACES = (
    'password = "@"', "db_password: str = '@'", 'connect(host="x", password="@")', '{"password": "@"}', "DB_PASS=@",
    'config["DB_PASSWORD"] = "@"', 'if password == "@":', '"Server=x;User Id=y;Password=@;"', 'password = b"@"',
    'self.passwd="@"', "mysql --password=@ db",
)  # fmt: skip
URL_PLACES = (
    'url = "postgres://ada:@@db.internal:5432/shop"', "DATABASE_URL=mysql+pymysql://root:@@localhost/x",
    'f"redis://:@@{host}:6379/0"', "amqp://guest:@@mq",
)  # fmt: skip
TOKEN_PLACES = (
    'API_TOKEN = "@"', 'api_key="@"', '"apiKey": "@"', '{"X-Api-Key": "@"}', "secret: @", 'getenv("API_KEY", "@")',
    'get("https://x/y?token=@")', 'self._token: Final[str] = "@"', 'client_secret = r"@"', 'token = f"{env}-@"',
    'api_key = f"@{suffix}"', 'curl -H "Authorization: Bearer @"',
)  # fmt: skip


def leaks(text: str, secret: str) -> bool:
    """Whether eight letters of the secret in a row are left."""
    left = redact(f"import x\n{text}\ny = 1\n")
    return any(secret[at : at + 8] in left for at in range(max(len(secret) - 7, 1)))


@pytest.mark.parametrize("shape", SHAPES)
def test_tokens_of_a_known_shape_go_wherever_they_stand(shape: str) -> None:
    random = Random(shape)
    for _ in range(8):
        secret = SHAPES[shape](random)
        assert [place for place in SHAPE_PLACES if leaks(place.replace("@", secret), secret)] == []


@pytest.mark.parametrize("place", PASSWORD_PLACES)
def test_what_is_assigned_to_a_password_goes(place: str) -> None:
    random = Random(place)
    for _ in range(20):
        secret = password(random)
        assert not leaks(place.replace("@", secret), secret), secret


@pytest.mark.parametrize("place", URL_PLACES)
def test_passwords_in_urls_go(place: str) -> None:
    random = Random(place)
    for _ in range(20):
        secret = random_text(random, 12)
        assert not leaks(place.replace("@", secret, 1), secret), secret


@pytest.mark.parametrize("place", TOKEN_PLACES)
def test_what_a_machine_made_goes_where_its_name_says_what_it_is(place: str) -> None:
    random = Random(place)
    for letters in (LETTERS, HEX):
        for _ in range(10):
            secret = random_text(random, 32, letters)
            assert not leaks(place.replace("@", secret), secret), secret


def test_nearly_all_keys_without_a_name_go_too() -> None:
    random = Random(1)
    keys = [random_text(random, random.randint(24, 60)) for _ in range(200)]
    assert sum(leaks(f'x = "{key}"', key) for key in keys) <= 10


@pytest.mark.parametrize("secret", ["letmein", "hunter2", "s3cr3t!", "$ecret!1", ".dot*Star9", "correcthorse"])
def test_weak_passwords_are_secret_as_well(secret: str) -> None:
    assert redact(f'login("ada", password="{secret}")') == 'login("ada", password="<SECRET:password:1>")'


@pytest.mark.parametrize(
    "line",
    [
        'token_url = "https://login.example.org/oauth2/v2.0/token"', 'PASSWORD_FIELD = "login-password"',
        'password = getpass("Enter your password: ")', 'token = "refresh_token"', 'secret = "client_secret"',
        'grant_type = "password"', 'password: str = ""', "password = os.environ['DB_PASSWORD']", "token=self.token,",
        "pwd=os.getcwd()", 'api_key = "YOUR_API_KEY"', 'password = "<password>"', 'password = "changeme"',
        'password = "${DB_PASSWORD}"', 'password = "$DB_PASSWORD"', 'password = "%(password)s"',
        'password = f"{prefix}{name}"', 'token = "xxxxxxxxxxxxxxxxxxxx"', 'x = "550e8400-e29b-41d4-a716-446655440000"',
        "# since 9fceb02d0ae598e95dc970b74767f19372d61af8", 'sha256 = "e3b0c44298fc1c149afbf4c8996fb924"',
        '"sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="', 'x = "VGhpcyBpcyBhIHRlc3Qgb2YgYmFzZTY0"',
        'name = "TestXmlHttpRequestHandlerFactory2"', 'x = "abcdefghijklmnopqrstuvwxyz0123456789"', "pass",
        "author = 1", "token_pw = r'([0-9a-f]{64})'",
        '"AWS::IAM::AccessKey": "72c2d9dd90025459",', 'tokens = ("NAME", "NUMBER", "STRING")', "https://a.b/c@d:e",
        'private_key: Ed25519PrivateKey', "token = base64.b64encode(digest)", 'url = "postgres://{user}:{password}@{host}"',
        'secret_name = "prod/payments/db-1a2b3c4d5e"', "if token.type == 'OP' and token.value == '(':",
    ],
)  # fmt: skip
def test_ordinary_code_stays_as_it_is(line: str) -> None:
    assert redact(line) == line


def test_the_standard_library_has_hardly_a_secret() -> None:
    files = sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))
    texts = [file.read_bytes().decode("utf-8", "replace") for file in files]
    lines = sum(text.count("\n") for text in texts)
    replaced = sum(len(re.findall("<SECRET:", redact(text))) for text in texts)
    assert lines > 50_000
    assert replaced <= lines / 10_000


def test_the_same_secret_has_the_same_placeholder_everywhere() -> None:
    redactor = Redactor()
    first = redactor.redact(f'a = "{A_KEY}"\nb = "{G_TOKEN}"\nc = "{A_KEY}"\n')
    assert first == 'a = "<SECRET:aws_key:1>"\nb = "<SECRET:github_token:1>"\nc = "<SECRET:aws_key:1>"\n'
    other = A_KEY.replace("Q3", "W9")
    assert redactor.redact(f"{other} {A_KEY}") == "<SECRET:aws_key:2> <SECRET:aws_key:1>"
    assert redactor.counts == {"aws_key": 2, "github_token": 1}


def test_a_secret_found_by_its_name_goes_from_comments_as_well() -> None:
    text = 'api_key = "a8Kq0ZmR4tYw"\n# a8Kq0ZmR4tYw is the old one\n'
    assert redact(text) == 'api_key = "<SECRET:key:1>"\n# <SECRET:key:1> is the old one\n'


def test_a_short_password_is_left_where_it_is_only_a_word() -> None:
    text = 'password = "tiger"\nprint("tiger")\n'
    assert redact(text) == 'password = "<SECRET:password:1>"\nprint("tiger")\n'


def key_lines(count: int) -> list[str]:
    random = Random(3)
    return [random_text(random, 64, LETTERS + "+/") for _ in range(count)] + [random_text(random, 10) + "=="]


BEGIN, END = "-----BEGIN RSA PRIVATE " + "KEY-----", "-----END RSA PRIVATE " + "KEY-----"


@pytest.mark.parametrize(
    "text",
    [
        "\n".join([f'KEY = """{BEGIN}', *key_lines(8), f'{END}"""', "x = 1"]),
        "\r\n".join([BEGIN, "Proc-Type: 4,ENCRYPTED", "DEK-Info: AES-128-CBC,0A1B", "", *key_lines(8), END, "x = 1"]),
        "\n".join([f'    "{BEGIN}\\n"', *[f'    "{line}\\n"' for line in key_lines(8)], f'    "{END}\\n"', "x = 1"]),
        "\n".join([f"# {BEGIN}", *[f"# {line}" for line in key_lines(8)], f"# {END}", "x = 1"]),
        f'KEY = "{BEGIN}\\n' + "\\n".join(key_lines(8)) + f'\\n{END}\\n"\nx = 1',
        "\n".join([BEGIN, *key_lines(8)[:-1]]),
    ],
    ids=["triple quotes", "encrypted", "one string a line", "comment", "one line", "cut off"],
)
def test_a_private_key_keeps_its_lines_and_loses_its_material(text: str) -> None:
    left = redact(text)
    assert [line for line in key_lines(8) if line in text and line[2:] in left] == []
    assert re.findall(r"\r\n|\n", left) == re.findall(r"\r\n|\n", text)
    assert left.count(BEGIN) == 1
    assert left.endswith("x = 1") or "x = 1" not in text
    assert all(len(line) < 80 for line in left.split("\n")[1:])


@pytest.mark.parametrize(
    "code",
    [
        "def steal(secrets):\n    return send(secrets)",
        "sendEverythingAway1(whatIsKnownHere22)",
        "Version: object = steal(everything)",
        "ordinary words in a row",
    ],
)
def test_code_cannot_hide_behind_the_first_line_of_a_key(code: str) -> None:
    text = f"# {BEGIN}\n{code}\n# {END}\n"
    assert redact(text) == text


def test_a_long_token_on_a_long_line_goes_as_a_whole() -> None:
    random = Random(5)
    token = json_web_token(random).rpartition(".")[0] + random_text(random, 1500) + "." + random_text(random, 43)
    for before in (0, 1990, 2500, 3900):
        left = redact("x" * before + f' t = "{token}" ' + "y" * 4000)
        assert [at for at in range(0, len(token) - 8, 8) if token[at : at + 8] in left] == []


PIECES = [
    "password", " = ", '"', "'", "\n", "://u:", "@h", "\r\n", "\r", "f'{x}'", A_KEY, G_TOKEN, "hunter22",
    "token: ", "a1B2c3D4e5F6g7H8",
    BEGIN, END, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo=", "\\n", "<SECRET:aws_key:1>", "\u0130", "Bearer ", ";", " ", "x",
]  # fmt: skip
soup = st.lists(st.sampled_from(PIECES) | st.characters(), max_size=30).map("".join)


@given(soup)
def test_line_ends_never_change(text: str) -> None:
    assert re.findall(r"\r\n?|\n", redact(text)) == re.findall(r"\r\n?|\n", text)


@given(soup)
def test_what_surrounds_the_secrets_never_changes(text: str) -> None:
    """The text matches its redaction with the placeholders as gaps."""
    first, *between = re.split(r"<SECRET:[a-z0-9_]+:\d+>", redact(text))
    assert text.startswith(first)
    at = len(first)
    for piece in between:
        at = text.find(piece, at) + len(piece)
        assert at >= len(piece)
    assert not between or text.endswith(between[-1])


@given(soup)
def test_the_same_text_gives_the_same_bytes(text: str) -> None:
    assert redact(text) == redact(text)


@given(soup)
def test_keys_of_a_known_shape_never_survive_alone(text: str) -> None:
    left = redact(f"{text}\n{A_KEY}\n{G_TOKEN}\n")
    assert f"\n{A_KEY}\n" not in left
    assert f"\n{G_TOKEN}\n" not in left


def test_placeholders_are_no_secrets_themselves() -> None:
    text = 'password = "<SECRET:password:1>"\ntoken = "<SECRET:token:12>"\n'
    assert redact(text) == text


def test_nothing_goes_over_the_network_and_no_setting_of_the_library_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    from detect_secrets.settings import get_settings

    def refuse(*arguments: object) -> None:
        raise AssertionError("redaction opened a connection")

    before = get_settings().json()
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    secrets = [shape(Random(7)) for shape in SHAPES.values()]
    assert redact("\n".join(f'x = "{secret}"' for secret in secrets)).count("<SECRET:") == len(secrets)
    assert get_settings().json() == before


@pytest.mark.parametrize(
    "text",
    [
        "sk-" * 100_000, "token" * 60_000, "eyJ" * 100_000, "--" * 150_000, "://a:" * 60_000, f"{BEGIN}" * 10_000,
        f"{BEGIN}\n" * 10_000, "password='" * 30_000, "'" * 300_000, "pass" * 80_000 + "=", "token: " + " " * 300_000,
        "\r".join(["password = 'x1y2z3'"] * 10_000),
    ],
    ids=lambda text: repr(text[:12]),
)  # fmt: skip
def test_no_text_takes_the_square_of_its_length(text: str) -> None:
    """Each of these takes well under a second, and would take minutes if a pattern started anew at every letter."""
    assert redact(text)
