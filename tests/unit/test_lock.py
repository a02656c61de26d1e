"""requirements.lock and requirements.lowest fit pyproject.toml; `.ci/lock.sh` writes them."""

import re
import tomllib
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED = PROJECT["project"]["dependencies"]
EXTRAS = PROJECT["project"]["optional-dependencies"]
WANTED = [*NEEDED, *EXTRAS["dev"], *PROJECT["dependency-groups"]["build"]]
OWN = "logstats[geo,s3]"  # the extras that the tests need
LOCKED = [*(text for text in WANTED if text != OWN), *EXTRAS["geo"], *EXTRAS["s3"]]
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")


def entries(name: str) -> dict[str, Requirement]:
    """Return the requirements of a file by name; each names one version, and in the lock its hashes."""
    text = (ROOT / name).read_text(encoding="utf-8").replace("\\\n", " ")
    rows = [row for row in text.splitlines() if row and not row.startswith("#")]
    found = [Requirement(HASH.sub("", row).strip()) for row in rows]
    assert all(str(requirement.specifier).startswith("==") for requirement in found)
    if name.endswith(".lock"):
        assert all(HASH.search(row) for row in rows)
    return {canonicalize_name(requirement.name): requirement for requirement in found}


def version(requirement: Requirement) -> str:
    return str(requirement.specifier).removeprefix("==")


@pytest.mark.parametrize(("name", "texts"), [("requirements.lock", LOCKED), ("requirements.lowest", NEEDED)])
def test_each_requirement_of_the_project_has_a_version_in_its_range(name: str, texts: Iterable[str]) -> None:
    locked = entries(name)
    for wanted in map(Requirement, texts):
        found = locked[canonicalize_name(wanted.name)]
        assert wanted.specifier.contains(version(found), prereleases=True), (wanted, found)


def test_the_lowest_versions_are_the_lower_limits() -> None:
    lowest = entries("requirements.lowest")
    for wanted in map(Requirement, NEEDED):
        for limit in (part.version for part in wanted.specifier if part.operator == ">="):
            found = version(lowest[canonicalize_name(wanted.name)])
            assert found.startswith(limit) or f"{found}.0" == limit, (wanted, found)


def test_whatever_a_locked_requirement_needs_is_locked_too() -> None:
    locked = entries("requirements.lock")
    for name in locked:
        try:
            needed = metadata.requires(name) or []
        except metadata.PackageNotFoundError:  # of another platform, or not installed from the lock
            continue
        for wanted in map(Requirement, needed):
            if wanted.marker is None or wanted.marker.evaluate({"extra": ""}):
                found = locked.get(canonicalize_name(wanted.name))
                assert found is not None, f"{name} needs {wanted}; run .ci/lock.sh"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements.lowest"])
def test_no_registry_is_named(name: str) -> None:
    assert "://" not in (ROOT / name).read_text(encoding="utf-8")
