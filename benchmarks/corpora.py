"""The code that is checked: two large projects as their authors published them, and gardener's own tree."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path

RELEASES = {"django": "Django==5.2", "airflow": "apache-airflow==2.10.5"}
GIT = ("git", "-c", "user.name=bench", "-c", "user.email=bench@example.org", "-c", "commit.gpgsign=false")


@dataclass(frozen=True)
class Corpus:
    """A git repository with Python files; `files` and `megabytes` count those."""

    name: str
    root: Path
    files: int
    megabytes: float


def obtain(name: str, folder: Path) -> Corpus:
    """The corpus `name` in `folder`, downloaded there by pip from its package index when it is missing."""
    root = folder / name
    if not (root / ".git").exists():
        download(RELEASES[name], root)
        commit(root)
    return measure(name, root)


def download(release: str, root: Path) -> None:
    """Unpack a source release into `root`."""
    shutil.rmtree(root, ignore_errors=True)
    archives = root.with_name(f"{root.name}-archive")
    archives.mkdir(parents=True, exist_ok=True)
    if not list(archives.glob("*.tar.gz")):
        options = ("--quiet", "--no-deps", "--no-binary", ":all:", "--dest", str(archives))
        subprocess.run([sys.executable, "-m", "pip", "download", *options, release], check=True)
    with tarfile.open(next(archives.glob("*.tar.gz"))) as archive:
        archive.extractall(archives, filter="data")
    unpacked = next(path for path in archives.iterdir() if path.is_dir())
    unpacked.rename(root)


def commit(root: Path) -> None:
    """Make a folder a git repository in which every file is tracked: what real users have."""
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=root, check=True)
    subprocess.run([*GIT, "add", "--all", "--force"], cwd=root, check=True)
    subprocess.run([*GIT, "commit", "--quiet", "--message", "release"], cwd=root, check=True)


def measure(name: str, root: Path) -> Corpus:
    """Count the Python files under `root`, leaving out hidden folders."""
    sizes = [path.stat().st_size for path in root.rglob("*.py") if ".git" not in path.parts and path.is_file()]
    return Corpus(name, root, len(sizes), sum(sizes) / 1e6)


def own_tree(folder: Path) -> Corpus:
    """A copy of gardener's own sources, so that a benchmark leaves nothing behind in them."""
    here = Path(__file__).resolve().parent.parent
    root = folder / "gardener-itself"
    shutil.rmtree(root, ignore_errors=True)
    for part in ("gardener", "tests", "benchmarks"):
        shutil.copytree(here / part, root / part, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    commit(root)
    return measure("gardener", root)


def copies(corpus: Corpus, folder: Path, times: int) -> Corpus:
    """A repository that holds the corpus `times` times over, in sibling folders."""
    root = folder / f"{corpus.name}-times-{times}"
    if not (root / ".git").exists():
        shutil.rmtree(root, ignore_errors=True)
        for number in range(times):
            shutil.copytree(corpus.root, root / f"copy{number}", ignore=shutil.ignore_patterns(".git", ".gardener"))
        commit(root)
    return Corpus(root.name, root, corpus.files * times, corpus.megabytes * times)
