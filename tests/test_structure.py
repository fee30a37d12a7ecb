"""How the house is built: who may import whom, where each library enters, what stays pure, and how long things get."""

from __future__ import annotations

import ast
import tomllib
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest

from seeds.text.fold import fold

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("bot", "feeds", "seeds", "config")
MAY_IMPORT = {
    "bot": {"bot", "feeds", "seeds", "config"},
    "feeds": {"feeds", "seeds", "config"},
    "seeds": {"seeds", "config"},
    "config": {"config"},
}
# Where each library enters: a file, or a folder with a slash at its end.
DOORS = {
    "httpx": {"feeds/web/fetch.py", "feeds/web/guard.py"},
    "httpx_aiohttp": {"feeds/web/fetch.py", "feeds/web/guard.py"},
    "ssrfguard": {"feeds/web/guard.py"},
    "aiohttp": {"feeds/web/fetch.py", "feeds/web/guard.py", "bot/discord/", "bot/health.py", "bot/demo/"},
    "feedparser": {"feeds/parsing/parse.py"},
    "sqlite_utils": {"feeds/store/", "feeds/store/schema.py"},
    "apscheduler": {"feeds/ticker.py"},
    "discord": {"bot/discord/"},
    "rich": {"bot/console/"},
    "trafilatura": {"feeds/parsing/lead.py"},
    "protego": {"feeds/web/robots.py"},
    "wordfreq": {"seeds/learning/study.py"},
}
PURE = {
    "seeds.model", "seeds.tier", "seeds.quotes", "seeds.text.fold", "seeds.learning.keyness",
    "seeds.relevance.patterns", "seeds.relevance.match", "seeds.facts.read",
    "feeds.model", "feeds.agenda", "feeds.cadence", "feeds.route", "feeds.parsing.urls", "feeds.parsing.parse",
    "feeds.stories.assign",
    "bot.card", "bot.render", "bot.delivery.destinations", "bot.discord.answers",
}  # fmt: skip
WORLDLY = {
    "time", "random", "secrets", "uuid", "os", "sys", "pathlib", "shutil", "tempfile", "glob", "subprocess", "socket",
    "ssl", "asyncio", "threading", "multiprocessing", "sqlite3", "urllib.request", "http", "logging",
    "httpx", "httpx_aiohttp", "aiohttp", "sqlite_utils", "apscheduler", "discord", "rich", "trafilatura",
}  # fmt: skip
OUTSIDE_DOORS = {"httpx", "httpx_aiohttp", "aiohttp", "sqlite_utils", "apscheduler", "discord", "socket", "subprocess"}
CLOCK_CALLS = {"now", "utcnow", "today", "fromtimestamp"}
# Spellings of places that are also words of program text.
ORDINARY = {"bendera", "virunga", "tanga", "douze", "baraka"}


@cache
def sources() -> dict[str, Path]:
    """Every module of the house by its dotted name."""
    found = {}
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree(module: str) -> ast.Module:
    return ast.parse(sources()[module].read_text(encoding="utf-8"))


def _named(module: str, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if not isinstance(node, ast.ImportFrom):
        return []
    base = node.module or ""
    if node.level:
        package = module.split(".") if sources()[module].name == "__init__.py" else module.split(".")[:-1]
        base = ".".join([*package[: len(package) - node.level + 1], *([base] if base else [])])
    return [f"{base}.{alias.name}" for alias in node.names]


def _running(node: ast.AST):
    """All nodes below that run; what is imported for type checking alone imports nothing."""
    for child in ast.iter_child_nodes(node):
        if not (isinstance(child, ast.If) and ast.unparse(child.test) == "TYPE_CHECKING"):
            yield child
            yield from _running(child)


@cache
def imports(module: str, *, types: bool = False) -> frozenset[str]:
    """What a module imports, anywhere in it: our own modules by name, everything else as it is written.

    With `types` also what it names for type checking alone.
    """
    found = set()
    for node in ast.walk(tree(module)) if types else _running(tree(module)):
        for name in _named(module, node):
            ours = name if name in sources() else name.rpartition(".")[0]
            found.add(ours if ours in sources() else name)
    return frozenset(found - {module})


def libraries(module: str) -> set[str]:
    """The outside packages a module imports, by the name of the package or of the standard module."""
    outside = {name for name in imports(module) if name.split(".")[0] not in ROOMS}
    return {name.split(".")[0] for name in outside} | {"urllib.request" for n in outside if n.startswith("urllib.req")}


def inside(module: str, places: set[str]) -> bool:
    path = sources()[module].relative_to(ROOT).as_posix()
    return any(path == place or (place.endswith("/") and path.startswith(place)) for place in places)


def test_imports_run_one_way():
    """The bot may use the feeds and the feeds the seeds, never the other way; everyone may read the settings."""
    wrong = [
        f"{module} imports {name}"
        for module in sources()
        for name in imports(module, types=True)
        if name.split(".")[0] in ROOMS and name.split(".")[0] not in MAY_IMPORT[module.split(".")[0]]
    ]
    assert wrong == []


def _circle(start: str) -> list[str] | None:
    """A way from a module back to itself along imports, or None."""
    trail, seen = [[start]], set()
    while trail:
        path = trail.pop()
        for name in imports(path[-1]) & sources().keys():
            if name == start:
                return [*path, start]
            if name not in seen:
                seen.add(name)
                trail.append([*path, name])
    return None


def test_no_module_imports_itself_in_a_circle():
    """No chain of imports, at the top of a module or inside a function, leads back to where it began."""
    circles = [" -> ".join(circle) for module in sources() if (circle := _circle(module))]
    assert circles == []


@pytest.mark.parametrize("library", sorted(DOORS))
def test_each_library_has_one_door(library):
    """A library is imported in its own place only, so that changing it means changing one place."""
    strays = [module for module in sources() if library in libraries(module) and not inside(module, DOORS[library])]
    assert strays == []


def test_beside_the_store_sqlite_is_known_by_its_errors_only():
    """Outside the store nobody opens a connection or writes SQL; a failed write may be caught by name."""
    wrong = []
    for module in sources():
        if "sqlite3" not in libraries(module) or inside(module, DOORS["sqlite_utils"]):
            continue
        used = [n for n in ast.walk(tree(module)) if isinstance(n, ast.Attribute) and isinstance(n.value, ast.Name)]
        wrong += [f"{module}: sqlite3.{n.attr}" for n in used if n.value.id == "sqlite3" and "Error" not in n.attr]
    assert wrong == []


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_modules_know_no_world(module):
    """Deciding modules take the clock, chance and the text as arguments: no files, network, database or environment."""
    assert module in sources()
    assert libraries(module) & WORLDLY == set()
    calls = [node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    named = {call.id for call in calls if isinstance(call, ast.Name)}
    assert named & {"open", "input", "print", "exec", "eval", "__import__"} == set()
    methods = {f"{ast.unparse(call)}" for call in calls if isinstance(call, ast.Attribute) and call.attr in CLOCK_CALLS}
    assert {method for method in methods if "fromtimestamp" not in method or "datetime" not in method} == set()


@pytest.mark.parametrize("module", sorted(PURE))
def test_pure_modules_reach_no_door_through_others(module):
    """Nothing that a pure module imports, however far away, opens a connection of any kind."""
    reached, open_ends = {module}, [module]
    while open_ends:
        fresh = (imports(open_ends.pop()) & sources().keys()) - reached
        reached |= fresh
        open_ends += fresh
    assert {name for name in reached if libraries(name) & OUTSIDE_DOORS} == set()


def _theatre_words() -> set[str]:
    """The words that belong to a watch's folder: its names, its theatre in every language, its places."""
    from seeds.lexicon.files import FOLDER
    from seeds.lexicon.load import shared

    countries = shared().countries
    missions = tomllib.loads((FOLDER / "missions.toml").read_text(encoding="utf-8"))
    words: set[str] = set()
    for watch in sorted((ROOT / "seeds" / "watches").glob("*/watch.toml")):
        about = tomllib.loads(watch.read_text(encoding="utf-8"))
        places = tomllib.loads((watch.parent / "gazetteer.toml").read_text(encoding="utf-8"))["place"]
        mission = missions[about["mission"]]
        words |= {watch.parent.name, about["mission"], *mission["acronyms"]}
        words |= {name for code in mission["theatre"] for texts in countries[code].names.values() for name in texts}
        words |= {form for place in places for form in (place["name"], *place.get("forms", ()))}
    return {fold(word) for word in words} - {fold(word) for word in ORDINARY}


def test_no_code_knows_the_mission():
    """No module holds a word of a watch's mission or theatre: another mission is another folder."""
    words = {word for word in _theatre_words() if len(word.replace(" ", "")) >= 4}
    assert len(words) > 500
    found = []
    for module, path in sources().items():
        text = fold(path.read_text(encoding="utf-8").replace("_", " "))
        found += [f"{module}: {word.strip()}" for word in words if word in text]
    assert found == []


def functions() -> list[tuple[str, int]]:
    """Every function with its length in lines, its docstring and decorators left out."""
    found = []
    for module in sources():
        for node in ast.walk(tree(module)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                found.append((f"{module}.{node.name}", body[-1].end_lineno - body[0].lineno + 1 if body else 0))
    return found


def test_functions_stay_short():
    """Half of the functions have nine lines or fewer, nine in ten thirty-five or fewer."""
    lengths = sorted(length for _, length in functions())
    assert lengths[len(lengths) // 2] <= 9
    assert lengths[len(lengths) * 9 // 10] <= 35


def test_no_module_outgrows_its_job():
    """A module of more than 400 lines has two jobs."""
    long = {module: n for module, path in sources().items() if (n := len(path.read_text().splitlines())) > 400}
    assert long == {}


def test_every_test_states_its_fact():
    """Each test says in its docstring which behaviour it holds."""
    silent = []
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
            if named and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert silent == []


def test_tests_are_named_after_what_they_test():
    """Two test modules never share a name, so that a reader finds the tests of a module at once."""
    names = sorted(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    assert [first for first, second in pairwise(names) if first == second] == []
