"""What an alembic migration destroys, read from its syntax tree. It is never executed or imported."""

import ast
import sys
from collections import Counter
from collections.abc import Iterator

from bot.engine.migration_sql import destroys

_DROPS = {
    "drop_table": "drops table",
    "drop_column": "drops column",
    "drop_constraint": "drops constraint",
    "drop_index": "drops index",
    "rename_table": "renames table",
    "drop_all": "drops all tables",
}
_RUNS_SQL = frozenset({"execute", "exec_driver_sql", "executemany", "scalar", "scalars"})
_WRAPS_TEXT = frozenset({"text", "dedent", "cleandoc", "DDL", "f"})
_BUILDS_SQL = frozenset({"insert", "update", "select", "delete"})
_SUBJECTS = frozenset({"table_name", "column_name", "constraint_name", "index_name"})
_KNOWN_MODULES = frozenset(sys.stdlib_module_names) | {"alembic", "sqlalchemy"}
_Function = ast.FunctionDef | ast.AsyncFunctionDef
Finding = tuple[int, str]
"""A line, and what is destroyed there."""


class Module:
    """The parsed file; raises SyntaxError, ValueError, MemoryError or RecursionError."""

    def __init__(self, text: str) -> None:
        tree = ast.parse(text)
        self.functions = {node.name: node for node in tree.body if isinstance(node, _Function)}
        self._constants = dict(_assigned(tree))
        self._named = _definitions(tree)
        self._foreign = set(_foreign_names(tree))

    @property
    def revision(self) -> str:
        """Alembic's own id of it; empty when it names none."""
        return self._text(ast.Name("revision")) or ""

    def destructive(self) -> tuple[Finding, ...]:
        """Return what ``upgrade()`` and what it uses of the file destroy, or may; it must have one."""
        found: set[Finding] = set()
        for part in self._reached(self.functions["upgrade"]):
            batches = _batches(part)
            for node in ast.walk(part):
                if isinstance(node, ast.Call):
                    found.update(self._call(node, batches))
                if isinstance(node, ast.Expr) and (name := self._foreign_call(node.value)):
                    found.add((node.lineno, f"calls {name}, which could not be read"))
        return tuple(sorted(found))

    def _reached(self, first: _Function) -> list[ast.AST]:
        """Return ``first`` and whatever the file defines under a name that any of these mention."""
        reached: list[ast.AST] = [first]
        seen: set[str] = set()
        for part in reached:
            names = {node.id for node in ast.walk(part) if isinstance(node, ast.Name)} - seen
            seen |= names
            reached += [
                node for name in sorted(names) for node in self._named.get(name, ()) if node is not first
            ]
        return reached

    def _call(self, call: ast.Call, batches: dict[str, str]) -> Iterator[Finding]:
        name, line = _called(call), call.lineno
        table = batches.get(_root(call.func), "")
        if name in _DROPS:
            yield line, f"{_DROPS[name]} {self._subject(name, call, table)}".strip()
        elif name == "alter_column":
            yield from self._altered(call, table)
        elif name == "drop" and isinstance(call.func, ast.Attribute):
            yield line, f"drops {ast.unparse(call.func.value)}"
        elif name == "delete":
            yield line, "deletes rows"
        elif name == "invoke":
            yield line, "invokes an operation that could not be read"
        elif name in _RUNS_SQL:
            statement = call.args[0] if call.args else next((word.value for word in call.keywords), None)
            yield from self._sql(statement, line)

    def _altered(self, call: ast.Call, table: str) -> Iterator[Finding]:
        given = {word.arg: word.value for word in call.keywords}
        column = self._subject("alter_column", call, table)
        if "type_" in given:
            yield call.lineno, f"changes the type of {column}"
        if "new_column_name" in given:
            yield call.lineno, f"renames {column}"
        if "nullable" in given:
            value = given["nullable"]
            if not (isinstance(value, ast.Constant) and value.value is True):
                yield call.lineno, f"forbids NULL in {column}"
        if None in given:
            yield call.lineno, f"alters {column} in a way that could not be read"

    def _sql(self, statement: ast.expr | None, line: int) -> Iterator[Finding]:
        if isinstance(statement, ast.Name):
            statement = self._constants.get(statement.id, statement)
        if statement is None:
            return
        if (text := self._text(statement)) is not None:
            yield from destroys(text, statement.lineno if "\n" in text else line)
            return
        names = {_called(node) for node in ast.walk(statement) if isinstance(node, ast.Call)}
        if not names & _BUILDS_SQL or names & _WRAPS_TEXT:
            yield line, "runs SQL that could not be read"
            parts = [node.value for node in ast.walk(statement) if isinstance(node, ast.Constant)]
            yield from destroys(" ? ".join(part for part in parts if isinstance(part, str)), line)

    def _text(self, node: ast.expr | None) -> str | None:
        """Return the text ``node`` stands for, when it can be known without running anything."""
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id=name):
                value = self._constants.get(name)
                return self._text(value) if not isinstance(value, ast.Name) else None
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                one, other = self._text(left), self._text(right)
                return None if one is None or other is None else one + other
            case ast.Call(func=ast.Attribute(value=inner, attr="strip" | "bindparams")):
                return self._text(inner)
            case ast.Call(args=[inner, *_]) if _called(node) in _WRAPS_TEXT:
                return self._text(inner)
        return None

    def _subject(self, name: str, call: ast.Call, table: str) -> str:
        words = [self._text(part) or "…" for part in call.args[:2] if not isinstance(part, ast.Starred)]
        given = [self._text(word.value) for word in call.keywords if word.arg in _SUBJECTS]
        words += [text for text in given if text]
        if name in {"drop_column", "alter_column"}:
            return ".".join([table, *words[:1]] if table else words[:2])
        return words[0] if words else ""

    def _foreign_call(self, node: ast.expr) -> str:
        """Return what a statement calls that another file defines; empty when it does not."""
        inner = node.value if isinstance(node, ast.Await) else node
        if isinstance(inner, ast.Call) and _root(inner.func) in self._foreign:
            return ast.unparse(inner.func)
        return ""


def does_nothing(function: _Function) -> bool:
    """Say whether a function only passes, returns, raises or explains itself."""
    idle = (ast.Pass, ast.Raise, ast.Return)
    return all(
        isinstance(node, idle) or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in function.body
    )


def _assigned(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    """Yield each name that is given a value once in the file, and nowhere stands for anything else."""
    nodes = list(ast.walk(tree))
    given = Counter(
        node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )
    given.update(node.arg for node in nodes if isinstance(node, ast.arg))
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if given[name] == 1:
                yield name, value
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value) if given[name] == 1:
                yield name, value


def _definitions(tree: ast.Module) -> dict[str, list[ast.AST]]:
    """Return every function, class and lambda by its name, wherever the file defines it."""
    named: dict[str, list[ast.AST]] = {}
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                named.setdefault(name, []).append(node)
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Lambda() as value):
                named.setdefault(name, []).append(value)
    return named


def _foreign_names(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            if node.level or (node.module or "").split(".")[0] not in _KNOWN_MODULES:
                yield from (name.asname or name.name for name in node.names)
        elif isinstance(node, ast.Import):
            for name in node.names:
                if name.name.split(".")[0] not in _KNOWN_MODULES:
                    yield name.asname or name.name.split(".")[0]


def _batches(part: ast.AST) -> dict[str, str]:
    """Return the table each ``with op.batch_alter_table(...) as name`` works on."""
    named: dict[str, str] = {}
    for node in ast.walk(part):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                match item:
                    case ast.withitem(
                        context_expr=ast.Call(args=[ast.Constant(value=str(table)), *_]),
                        optional_vars=ast.Name(id=name),
                    ):
                        named[name] = table
    return named


def _called(call: ast.Call) -> str:
    if isinstance(call.func, ast.Attribute):
        return call.func.attr
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""
