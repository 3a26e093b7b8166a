"""Which files a model never gets to see, whatever they hold."""

from __future__ import annotations

import pytest

from gardener.llm.denied import is_denied


@pytest.mark.parametrize(
    "path",
    [
        ".env", "api/.env.local", "PROD.ENV", ".envrc", "deploy/tls/server.key", "certs/ca.pem", "a.p12", "id_rsa",
        "home/.ssh/known_hosts", ".aws/credentials", "terraform.tfstate", "infra/terraform.tfstate.backup",
        "prod.tfvars", ".netrc", ".pypirc", ".npmrc", "config/credentials.json", "db-secrets.yaml", "secrets.toml",
        "my-service-account-1.json", "ops/credentials", "secrets/prod/db.yml", "k8s/secrets/api.yaml", "ID_ED25519",
    ],
)  # fmt: skip
def test_keys_and_credentials_are_never_read(path: str) -> None:
    assert is_denied(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env.example", "api/.env.sample", "example.env", "src/credentials.py", "src/secrets/vault.py",
        "docs/secrets.md", "src/keys.py", "src/environment.py", "token.py", "pyproject.toml", "monkey.py",
        "ssh/config.py", "",
    ],
)  # fmt: skip
def test_code_documents_and_samples_are(path: str) -> None:
    assert not is_denied(path)


def test_settings_deny_more_also_among_samples() -> None:
    assert is_denied("legal/contract.py", ("legal/",))
    assert is_denied(".env.example", (".env*",))
    assert not is_denied("src/a.py", ("legal/",))


def test_a_glob_that_makes_no_sense_is_told() -> None:
    with pytest.raises(ValueError, match="unclosed"):
        is_denied("a", ("{a",))
