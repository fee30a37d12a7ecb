"""How the house is built: who may import whom, where each library enters, what stays pure, and how long things get."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from ahocorasick_rs import AhoCorasick

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
    "httpx": {"feeds/web/fetch.py", "feeds/web/exchange.py", "feeds/web/guard.py"},
    "ssrfguard": {"feeds/web/guard.py"},
    "aiohttp": {"feeds/web/fetch.py", "feeds/web/exchange.py", "feeds/web/guard.py", "bot/discord/", "bot/demo/"},
    "feedparser": {"feeds/parsing/parse.py"},
    "sqlite_utils": {"feeds/store/"},
    "apscheduler": {"feeds/ticker.py"},
    "discord": {"bot/discord/"},
    "rich": {"bot/console/"},
    "trafilatura": {"feeds/parsing/lead.py"},
    "protego": {"feeds/web/robots.py"},
    "lark": {"feeds/query/language.py"},
    "resvg_py": {"bot/pictures/__main__.py"},
    "babel": {"bot/language/locales.py", "seeds/learning/build_countries.py"},
    "wordfreq": {"seeds/learning/study.py", "seeds/making/build_places.py"},
}
# The thin code that does: everything else decides, and is pure. A file, or a folder with a slash at its end.
DOERS = {
    "bot/checkup/configuration.py",
    "bot/__main__.py", "bot/app.py", "bot/channels/overruled.py", "bot/channels/taking.py", "bot/checks.py",
    "bot/health.py", "bot/logs.py", "bot/transports.py", "bot/welcome.py",
    "bot/cli/", "bot/console/", "bot/demo/", "bot/desk/", "bot/delivery/courier.py",
    "bot/follows/compiled.py", "bot/follows/teller.py", "bot/handover/concern.py",
    "bot/language/speech.py",
    "bot/delivery/holds.py", "bot/delivery/jobs.py", "bot/delivery/ledger.py", "bot/delivery/outages.py",
    "bot/delivery/spec.py", "bot/delivery/standing/noted.py", "bot/delivery/standing/places.py",
    "bot/delivery/standing/unknowns.py", "bot/delivery/standing/words.py",
    "bot/delivery/tongue.py", "bot/discord/", "bot/pictures/__main__.py", "bot/pictures/cut.py",
    "bot/pictures/studio.py", "config/",
    "feeds/catalog/", "feeds/discovery/scout.py", "feeds/intake.py", "feeds/parsing/lead.py", "feeds/poll.py",
    "feeds/query/known.py",
    "feeds/store/", "feeds/ticker.py", "feeds/trial.py", "feeds/watching/", "feeds/web/", "feeds/worker/",
    "seeds/learning/", "seeds/lexicon/files.py", "seeds/lexicon/kept.py", "seeds/lexicon/load.py",
    "seeds/making/", "seeds/watch.py", "seeds/watchcheck.py", "seeds/watchfolder.py", "seeds/weights.py",
}  # fmt: skip
# What decides all the same in a folder that does.
DECIDING = {
    "bot.console.reply_json", "bot.desk.channel.commands", "bot.desk.channel.values",
    "bot.desk.commands", "bot.desk.following.commands", "bot.desk.parse", "bot.desk.table",
    "bot.discord.answers", "bot.discord.text", "feeds.catalog.roster",
    "feeds.store.db.rows", "feeds.store.db.story_rows", "feeds.store.db.texts", "feeds.store.upkeep.keeping",
    "feeds.store.naming.spelling",
    "feeds.watching.model",
    "bot.desk.watching.commands", "feeds.worker.bounds", "seeds.learning.keyness",
}  # fmt: skip
WORLDLY = {
    "random", "secrets", "uuid", "os", "sys", "pathlib", "shutil", "tempfile", "glob", "subprocess", "socket",
    "ssl", "asyncio", "threading", "multiprocessing", "sqlite3", "urllib.request", "http", "logging",
    "httpx", "aiohttp", "sqlite_utils", "apscheduler", "discord", "rich", "trafilatura",
}  # fmt: skip
CLOCKS = {"time", "monotonic", "perf_counter", "sleep", "localtime"}
OUTSIDE_DOORS = {"httpx", "aiohttp", "sqlite_utils", "apscheduler", "discord", "socket", "subprocess"}
CLOCK_CALLS = {"now", "utcnow", "today", "fromtimestamp"}
# Where others name the arguments: click's groups, Discord's library, and the fakes of the tests.
PROTOCOLS = {
    "bot/__main__.py",
    "bot/console/transport.py",
    "bot/delivery/transport.py",
    "bot/discord/parts/paging.py",
    "bot/discord/parts/pressing.py",
    "tests/**",
}
# Spellings of places that are also words of program text.
ORDINARY = {"bendera", "virunga", "tanga", "douze", "baraka", "leer"}


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


@cache
def imports(module: str) -> frozenset[str]:
    """What a module imports, anywhere in it, for type checking alone too: our modules by name, the rest as written."""
    found = set()
    for node in ast.walk(tree(module)):
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
        for name in imports(module)
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
    """No chain of imports leads back to where it began: not at the top, not in a function, not for types alone."""
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


def _pure() -> list[str]:
    return sorted(DECIDING | {module for module in sources() if not inside(module, DOERS)})


def test_the_list_of_doers_is_kept():
    """A doer that has moved or gone is taken off the list, so that nothing hides behind its name."""
    assert {place for place in DOERS if not (ROOT / place).exists()} == set()
    assert sources().keys() >= DECIDING


@pytest.mark.parametrize("module", _pure())
def test_pure_modules_know_no_world(module):
    """Deciding modules take the clock, chance and the text as arguments: no files, network, database or environment."""
    assert libraries(module) & WORLDLY == set()
    assert not {name for name in imports(module) if name.startswith("time.")} & {f"time.{clock}" for clock in CLOCKS}
    assert "time" not in imports(module)
    calls = [node.func for node in ast.walk(tree(module)) if isinstance(node, ast.Call)]
    named = {call.id for call in calls if isinstance(call, ast.Name)}
    assert named & {"open", "input", "print", "exec", "eval", "__import__"} == set()
    methods = {f"{ast.unparse(call)}" for call in calls if isinstance(call, ast.Attribute) and call.attr in CLOCK_CALLS}
    assert {method for method in methods if "fromtimestamp" not in method or "datetime" not in method} == set()


@pytest.mark.parametrize("module", _pure())
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
    found, every = [], AhoCorasick(list(words))
    for module, path in sources().items():
        text = fold(path.read_text(encoding="utf-8").replace("_", " "))
        found += [f"{module}: {word.strip()}" for word in every.find_matches_as_strings(text)]
    assert found == []


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """The length of a function's body in lines, its docstring left out."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return body[-1].end_lineno - body[0].lineno + 1 if body else 0


def test_functions_stay_short():
    """Half of the functions have six lines or fewer, nine in ten fourteen or fewer."""
    found = [
        (_lines(node), f"{module}.{node.name}")
        for module in sources()
        for node in ast.walk(tree(module))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    lengths, longest = sorted(length for length, _ in found), sorted(found)[::-1][:30]
    assert lengths[len(lengths) // 2] <= 6, longest
    assert lengths[len(lengths) * 9 // 10] <= 14, longest


def test_no_module_outgrows_its_job():
    """A module of more than 300 lines has two jobs."""
    long = {module: n for module, path in sources().items() if (n := len(path.read_text().splitlines())) > 300}
    assert long == {}


def test_no_room_is_crowded():
    """A folder of more than a dozen modules is two rooms."""
    folders = {path.parent for path in sources().values()}
    counted = {folder: len([path for path in folder.glob("*.py") if path.stem != "__init__"]) for folder in folders}
    assert {str(folder.relative_to(ROOT)): n for folder, n in counted.items() if n > 12} == {}


# Each module's own logger, and type variables, which are letters: they mean the same wherever they stand.
_EVERYWHERE = re.compile("log|[A-Z]")


def _public_names(module: str) -> set[str]:
    """The functions, classes and constants that a module defines at its top, but for the private ones."""
    found = set()
    for node in tree(module).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found |= {name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)}
    return {name for name in found if not name.startswith("_") and not _EVERYWHERE.fullmatch(name)}


def test_no_public_name_means_two_things():
    """Whoever reads a name knows which one it is: none is defined at the top of two modules."""
    homes = defaultdict(list)
    for module in sources():
        for name in _public_names(module):
            homes[name].append(module)
    assert {name: modules for name, modules in homes.items() if len(modules) > 1} == {}


def test_unused_arguments_are_looked_for():
    """The linter names each one; it is silenced only where someone else's protocol gives the names."""
    lint = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "ARG" in lint["select"]
    assert not [rule for rule in lint["ignore"] if rule.startswith("ARG")]
    silenced = {place for place, rules in lint["per-file-ignores"].items() if any(r.startswith("ARG") for r in rules)}
    assert silenced == PROTOCOLS
    wrong = [path for path in sources().values() if re.search(r"noqa: .*ARG", path.read_text(encoding="utf-8"))]
    assert wrong == []


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


def test_the_guide_leads_to_files_that_are_there():
    """The table of what to open for what has a row for each kind of change, and each names a place that exists."""
    rows = re.findall(
        r"^\| (?!I want)(\S.*) \| `(\S+)` \|$", (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8"), re.M
    )
    assert len(rows) == len({place for _, place in rows}) == 70
    assert [place for _, place in rows if not (ROOT / place).exists()] == []


def test_every_path_that_the_guides_name_is_there():
    """Readers of the README, of the pages under docs/ and of the guide are sent to no file that has moved."""
    guides = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    assert len(guides) > 5
    for guide in guides:
        named = re.findall(r"`((?:bot|feeds|seeds|config|tests)/[\w./-]*)`", guide.read_text(encoding="utf-8"))
        assert named or guide.name not in ("README.md", "CONTRIBUTING.md", "operators.md", "watches.md")
        assert [place for place in named if not (ROOT / place).exists()] == [], guide
