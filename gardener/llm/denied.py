"""Files that are never read for a model, whatever they hold: keys, credentials, states of infrastructure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gardener.core.globs import matches

if TYPE_CHECKING:
    from collections.abc import Iterable

# In lower case. Source code and documents called `credentials.py` or `secrets.md` are read as any other.
NEVER_READ = (
    ".env", ".env.*", "*.env", ".envrc", "*.pem", "*.key", "*.p8", "*.p12", "*.pfx", "*.jks", "*.keystore", "*.ppk",
    "*.kdbx", "*.gpg", "*.pgp", "*.age", "*.ovpn", "id_{rsa,dsa,ecdsa,ed25519}", "id_{rsa,dsa,ecdsa,ed25519}.*",
    "*.tfstate", "*.tfstate.*", "*.tfvars", "*.tfvars.json", ".terraform", ".netrc", "_netrc", ".pypirc", ".npmrc",
    ".yarnrc.yml", ".pgpass", ".my.cnf", ".mylogin.cnf", ".htpasswd", ".git-credentials", ".dockercfg",
    ".docker/config.json", ".boto", ".s3cfg", ".vault-token", ".vault_pass*", "kubeconfig", "kubeconfig.*", ".ssh",
    ".aws", ".azure", ".gnupg", ".kube", ".gcloud", "**/{secrets,credentials}/**/*.{json,yml,yaml,toml,ini,txt,enc}",
    "*{credentials,secret,secrets}.{json,yml,yaml,toml,ini,cfg,conf,csv,xml,properties,txt,enc}",
    "*service{-,_,}account*.json", "client_secret*.json", "application_default_credentials.json", "token.json",
    "secring.*", "wallet.dat", "master.key",
)  # fmt: skip
# Files of these names alone: folders of that name hold code as well.
_NAMES = frozenset({"credentials", "secrets", "secret", "passwd", "shadow"})
# Files that say which settings there are, with nothing in them.
_SAMPLES = ("*.{example,sample,template,dist,tmpl}", "*{example,sample,template}.env")


def is_denied(path: str, extra_globs: Iterable[str] = ()) -> bool:
    """True when the file at `path`, relative to the root and with `/`, must not be read for a model.

    `extra_globs` are those of the settings (`review.deny`); they hold for samples as well. A link is denied where its
    target is: ask about both. Raises ValueError for a glob that makes no sense.
    """
    if matches(tuple(extra_globs), path):
        return True
    lower = path.lower()
    if lower.rpartition("/")[2] in _NAMES:
        return True
    return matches(NEVER_READ, lower) and not matches(_SAMPLES, lower)
