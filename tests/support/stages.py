"""The order in which the program runs its statements, read from its Python source.

A stage is a function of the package. Its source is walked in the order of evaluation: into the functions
that it calls or passes on, through each tuple of statement names and each name by itself. Branches and
loops are walked once, so a stage is every statement that it may run, in order.
"""

import ast
import importlib
import inspect
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from types import FunctionType, ModuleType
from typing import NamedTuple

from logstats.store import statements
from logstats.store.statements import Query
from logstats.totals import imports
from support.sql_names import names

STAGES = {
    # what the drawing calls a stage: its module and function
    "ingest": ("logstats.ingest.pipeline", "ingest_in"),
    "verify": ("logstats.totals.recompute", "verify"),
    "rebuild": ("logstats.totals.recompute", "rebuild"),
    "rename": ("logstats.totals.rename", "rename"),
    "move": ("logstats.totals.move", "move"),
    "rename --undo": ("logstats.totals.move", "rename_back"),
    "undo": ("logstats.totals.undo", "undo"),
    "prune": ("logstats.totals.prune", "prune"),
    "export": ("logstats.shards.exchange", "export_store"),
    "logs of a run": ("logstats.shards.cluster", "_plan"),
    "log of a piece": ("logstats.shards.pieces", "begin"),
    "pieces of a log": ("logstats.shards.join", "figures"),
    "visits of a run": ("logstats.shards.merge", "merge_bucket"),
    "logs of a month": ("logstats.shards.month", "_found"),
    "changed logs of a month": ("logstats.shards.month", "_require_same"),
    "import": ("logstats.totals.imports", "bring_in"),
    "import --undo": ("logstats.totals.imports", "take_back"),
    "titles": ("logstats.titles.store", "store_titles"),
    "aliases of articles": ("logstats.rules.ruleset", "identities"),
    "explain URL": ("logstats.rules.explain", "explain_url"),
    "explain --agent": ("logstats.rules.explain", "explain_agent"),
}
BY_ITSELF = {"logstats.rules.ruleset"}  # its tables are of its own stage: other stages must not rely on them
AGAIN = {"logstats.ingest.faults"}  # runs the statements of an ingest once more, on some of its lines
FRAGMENTS = ("formats/", "fragments/")
FOLDERS = {folder.name for folder in statements.queries_dir().iterdir()}
INPUTS = {
    # made before a log's second chunk, or by the native reader
    "ingest": {
        *("known_agent", "known_page", "known_referrer", "known_request"),
        *("known_agent_code", "known_referrer_code", "known_request_code"),
        *("unused_agent", "unused_referrer", "unused_request"),
        *("native_agent", "native_client", "native_referrer", "native_request", "native_row", "native_vhost"),
    },
    # the parts of an export, which Python names
    "import": {f"import_{part}" for part in (*imports.VIEWS, "day_part", "hour_part")},
    "changed logs of a month": {"month_source"},
}
SLOTS = {"{table}": ("chunk_line", "chunk_other")}  # a table's name that Python fills in
EVALUATED: dict[type[ast.AST], tuple[str, ...]] = {
    # a node's parts in the order of evaluation, where that is not the order in which they are written
    ast.FunctionDef: ("body",),
    ast.Assign: ("value",),
    ast.AnnAssign: ("value",),
    ast.For: ("iter", "body", "orelse"),
    ast.IfExp: ("test", "body", "orelse"),
    ast.ListComp: ("generators", "elt"),
    ast.SetComp: ("generators", "elt"),
    ast.GeneratorExp: ("generators", "elt"),
    ast.DictComp: ("generators", "key", "value"),
    ast.Call: ("args", "keywords", "func"),
}
_TEMPORARY = re.compile(r"\b(?:FROM|JOIN) (chunk_\w+)")


class Step(NamedTuple):
    """A statement of a stage, or a query in Python; `needs` are the temporary tables that must be there."""

    name: str
    needs: frozenset[str]
    makes: frozenset[str]


def steps(stage: str) -> list[Step]:
    """Return the statements of a stage in the order in which they run."""
    module, function = STAGES[stage]
    return list(_Walk(importlib.import_module(module)).function(function, ()))


def missing(order: Sequence[Step], inputs: Collection[str] = ()) -> list[str]:
    """Return each temporary table that a step needs, is no input and is made by no earlier step."""
    made = set(inputs)
    found = []
    for step in order:
        found += [f"{step.name} needs {table}" for table in sorted(step.needs - made)]
        made |= step.makes
    return found


def step_of(query: Query) -> Step:
    """Return a statement's step, by its header."""
    makes = {made for name in query.makes for made in SLOTS.get(name, (name,))}
    changed = set(query.makes) - names(query.sql).created
    needs = {name for name in {*query.tables, *changed} if name.isidentifier()} - _views()
    return Step(query.name, frozenset(needs), frozenset(makes))


@cache
def _views() -> set[str]:
    return {made for name in statements.names("views") for made in statements.load(name).makes}


class _Walk:
    """A walk through functions of one module."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._functions = _functions(module)

    def function(self, name: str, above: tuple[str, ...]) -> Iterator[Step]:
        """Give the steps of a function; `above` are those that call it."""
        node, path = self._functions[name], f"{self._module.__name__}.{name}"
        if path in above:
            return
        scope = {**vars(self._module), **_imported(node)}
        for statement in node.body:
            yield from self._node(statement, scope, (*above, path))

    def _node(self, node: ast.AST, scope: dict[str, object], above: tuple[str, ...]) -> Iterator[Step]:
        for child in _in_order(node):
            yield from self._node(child, scope, above)
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from _of_text(node.value)
        elif isinstance(node, ast.Name):
            yield from self._value(scope.get(node.id), above)
        elif isinstance(node, ast.Attribute):
            for owner in self._owners(node.value, scope):
                yield from self._value(getattr(owner, node.attr, None), above)

    def _owners(self, node: ast.AST, scope: dict[str, object]) -> list[ModuleType]:
        """Return the modules that an expression may be: a name, or a call of what imports one."""
        if isinstance(node, ast.Name):
            owner = scope.get(node.id)
            return [owner] if isinstance(owner, ModuleType) else []
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in self._functions:
            imported = _imported(self._functions[node.func.id]).values()
            return [owner for owner in imported if isinstance(owner, ModuleType)]
        return []

    def _value(self, value: object, above: tuple[str, ...]) -> Iterator[Step]:
        if isinstance(value, tuple) and value and all(isinstance(item, str) for item in value):
            for item in value:
                yield from _of_text(item)
        elif isinstance(value, FunctionType) and value.__module__.startswith("logstats."):
            name = inspect.unwrap(value).__name__
            if value.__module__ == self._module.__name__:
                if name in self._functions:
                    yield from self.function(name, above)
            elif value.__module__ not in BY_ITSELF | AGAIN:
                walk = _Walk(importlib.import_module(value.__module__))
                yield from walk.function(name, above)


def _in_order(node: ast.AST) -> Iterator[ast.AST]:
    """Give a node's parts in the order in which they are evaluated."""
    for name in EVALUATED.get(type(node), node._fields):
        part = getattr(node, name, None)
        yield from (
            item for item in (part if isinstance(part, list) else [part]) if isinstance(item, ast.AST)
        )


@cache
def _functions(module: ModuleType) -> dict[str, ast.FunctionDef]:
    """Return the functions of a module by their names."""
    tree = ast.parse(inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef)}


@cache
def _imported(function: ast.FunctionDef) -> dict[str, object]:
    """Return what a function imports by itself."""
    return {
        alias.name: _import(node.module, alias.name)
        for node in ast.walk(function)
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


def _import(module: str, name: str) -> object:
    found = getattr(importlib.import_module(module), name, None)
    return importlib.import_module(f"{module}.{name}") if found is None else found


def _of_text(text: str) -> Iterator[Step]:
    """Give the steps of a text: a statement's name, a folder of statements that run in order, or a query."""
    if "/" in text and text.partition("/")[0] in FOLDERS and not text.startswith(FRAGMENTS):
        yield from (step_of(statements.load(name)) for name in statements.names(text) or (text,))
    elif tables := _TEMPORARY.findall(text):
        yield Step("a query in Python", frozenset(tables), frozenset())
