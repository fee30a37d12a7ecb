"""Checks payloads against Discord's own OpenAPI description, where that file is at hand."""

from __future__ import annotations

import functools
import json
import re

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tests.shared import SHARED

NAME = "urn:discord"
FILE = SHARED / "discord" / "openapi.json"


def errors(method, path, body):
    """What is wrong with a request's JSON body, as sentences; the empty list when Discord's description allows it."""
    schema = _body_schema(method.lower(), _template(method.lower(), path))
    return [f"{method} {path}: {'/'.join(map(str, one.absolute_path))}: {one.message[:300]}"
            for one in _validator(json.dumps(schema)).iter_errors(body)]  # fmt: skip


@functools.cache
def _spec():
    spec = json.loads(FILE.read_text(encoding="utf-8"))
    # The reference says that ids are taken as strings or as numbers; discord.py sends numbers in some places.
    written = spec["components"]["schemas"]["SnowflakeType"]
    spec["components"]["schemas"]["SnowflakeType"] = {"anyOf": [written, {"type": "integer", "minimum": 0}]}
    return spec


@functools.cache
def _templates():
    found = []
    for template, operations in _spec()["paths"].items():
        pattern = re.compile(re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(template)) + "$")
        found += [(method, pattern, template) for method in operations if method != "parameters"]
    return sorted(found, key=lambda one: one[2].count("{"))  # a literal segment before a variable one


def _template(method, path):
    for known, pattern, template in _templates():
        if known == method and pattern.match(path):
            return template
    raise AssertionError(f"Discord's description knows no {method} {path}")


def _body_schema(method, template):
    content = _spec()["paths"][template][method].get("requestBody", {}).get("content", {})
    return content.get("application/json", {}).get("schema", False)


@functools.cache
def _validator(schema):
    resource = Resource(contents=_spec(), specification=DRAFT202012)
    absolute = json.loads(schema.replace('"#/', f'"{NAME}#/'))
    return Draft202012Validator(absolute, registry=Registry().with_resource(NAME, resource))
