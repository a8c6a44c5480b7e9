"""What pip installs, from a wheel, an sdist and an editable checkout, can grade a file."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

import toolgrade

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "tests" / "servers" / "example.json"
DATA = (
    "py.typed",
    "catalog/assets/api.schema.json",
    "catalog/assets/licenses.txt",
    "catalog/assets/minisearch.js",
    "catalog/pages/tool.html.j2",
    "outputs/compare.schema.json",
    "outputs/report.schema.json",
    "outputs/parts.html.j2",
    "outputs/report.html.j2",
    "outputs/report.css",
    "rubrics/tdqs.toml",
)


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the checkout, with folders in it that nobody should be sent."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the packages, is missing")
    folder = tmp_path_factory.mktemp("packaging") / "checkout"
    # As a fresh clone: no cache, no environment, none of another run's files.
    unwanted = shutil.ignore_patterns(".*", "__pycache__", "build", "dist", "node_modules")
    shutil.copytree(ROOT, folder, ignore=unwanted)
    for stray in ("node_modules", "secrets", ".venv", "toolgrade/__pycache__"):
        (folder / stray).mkdir()
        (folder / stray / "stray.txt").write_text("stray")
    return folder


@pytest.fixture(scope="module")
def built(checkout: Path) -> Path:
    """Return the folder of one wheel and one sdist, built by this environment's hatchling."""
    run(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-t", "wheel", cwd=checkout)
    return checkout / "dist"


def files(folder: Path) -> set[str]:
    found = (p for p in folder.rglob("*") if p.is_file() and "__pycache__" not in p.parts)
    return {p.relative_to(folder).as_posix() for p in found}


def names_in_wheel(built: Path) -> set[str]:
    with ZipFile(next(built.glob("*.whl"))) as wheel:
        return set(wheel.namelist())


def names_in_sdist(built: Path) -> set[str]:
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        return {name.partition("/")[2] for name in sdist.getnames()}


def test_the_wheel_holds_every_file_of_the_package(built: Path) -> None:
    names = names_in_wheel(built)
    shipped = {f"toolgrade/{name}" for name in files(ROOT / "toolgrade")}
    shipped |= {f"toolgrade/rubrics/{name}" for name in files(ROOT / "rubrics")}
    assert {f"toolgrade/{name}" for name in DATA} <= names
    assert any(re.fullmatch(r"toolgrade/rubrics/lexicons/[\w-]+\.txt", name) for name in names)
    information = {name for name in names if ".dist-info/" in name}
    compiled = {
        f"toolgrade/rubrics/compiled/{path.stem}.json" for path in (ROOT / "rubrics").glob("*.toml")
    }
    assert names - information == shipped | compiled
    assert any(name.endswith("/licenses/LICENSE") for name in information)


def test_the_sdist_holds_what_it_needs_and_no_stray_folder(built: Path) -> None:
    names = names_in_sdist(built)
    roots = {name.partition("/")[0] for name in names}
    folders = {"toolgrade", "rubrics", "tests", "reports", "docs"}
    loose = {"README.md", "LICENSE", "CHANGELOG.md", "pyproject.toml", "PKG-INFO", "hatch_build.py"}
    assert roots - {".gitignore"} == folders | loose
    assert not [name for name in names if "stray" in name or "__pycache__" in name]


@pytest.mark.parametrize("kind", ["wheel", "sdist", "editable"])
def test_installed_it_grades_a_file(kind: str, checkout: Path, built: Path, tmp_path: Path) -> None:
    what = {
        "wheel": [next(built.glob("*.whl"))],
        "sdist": [next(built.glob("*.tar.gz"))],
        "editable": ["-e", checkout],
    }[kind]
    home = tmp_path / "venv"
    venv.create(home)
    python = home / "bin" / "python"
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))",
                    cwd=tmp_path).strip())  # fmt: skip
    # What toolgrade depends on, and hatchling, come from this environment: nothing is fetched.
    # `zz-` puts them behind the environment's own packages, and site.addsitedir is not called, so
    # that this environment's own editable toolgrade is not found.
    (site / "zz-dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    quiet = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--ignore-installed"]
    pip = (sys.executable, "-m", "pip", "--python", python)
    run(*pip, "install", *quiet, *what, cwd=tmp_path)
    command = home / "bin" / "toolgrade"
    assert run(command, "--version", cwd=tmp_path) == f"toolgrade {toolgrade.__version__}\n"
    where = run(python, "-c", "import toolgrade; print(toolgrade.__file__)", cwd=tmp_path).strip()
    assert Path(where).is_relative_to(checkout if kind == "editable" else home)
    shutil.copy(EXAMPLE, tmp_path / "example.json")
    said = run(command, "grade", "example.json", "-o", "terminal", "-o", "html:page.html",
               cwd=tmp_path)  # fmt: skip
    assert said.startswith("greenhouse ")
    assert (tmp_path / "page.html").stat().st_size > 10_000
