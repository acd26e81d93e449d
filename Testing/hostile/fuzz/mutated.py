"""JSON that went wrong: other types, huge numbers, what is missing, doubled or nested without end."""

import json
from typing import Any, TypeAlias

from Testing.hostile.fuzz.chance import Chance
from Testing.hostile.fuzz.damage import damaged

Json: TypeAlias = Any

ODD: tuple[Json, ...] = (
    None,
    True,
    False,
    0,
    -1,
    1,
    2,
    3.5,
    1e308,
    float("nan"),
    float("inf"),
    10**30,
    "",
    " ",
    "nan",
    "../../x",
    "\ud800",
    "\0",
    "line\nbreak",
    "\x1b[31m",
    "x" * 5000,
    [],
    [[]],
    {},
    [1, 2],
    ["flair"],
    {"a": 1},
    {"": {}},
    [None] * 3,
    ["flair", "flair"],
    [4, 8, 10**9],
    [10**6] * 3,
    [0, 0, 0],
    [-4, -8, -16],
    [True, False, True],
    10**400,
    [[1.5, "a"]],
    {"flair": "t1"},
)
"""Values that stand in the place of a sound one."""

NESTING = 100_000
TEXTS = (
    "",
    "[",
    "[]",
    "{}",
    "null",
    "nan",
    '"text"',
    "[" * NESTING,
    '{"a":' * NESTING,
    "\ufeff{}",
    "0" * 6000,
    "-" + "9" * 6000,
    "\0",
)


def mutated_json(content: Json, chance: Chance) -> bytes:
    """Change one to three places of a JSON value, or its text."""
    way = chance.below(10)
    if way == 0:
        return damaged(json.dumps(content).encode(), chance)
    if way == 1:
        return chance.pick(TEXTS).encode()
    content = json.loads(json.dumps(content))
    for _ in range(1 + chance.below(3)):
        content = _mutated(content, chance)
    text = json.dumps(content)
    return (_doubled(text, chance) if way == 2 else text).encode()


def _mutated(value: Json, chance: Chance) -> Json:
    """Change one place of a value, at any depth."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else []
    if not keys:
        return chance.pick(ODD)
    key = chance.pick(keys)
    way = chance.below(8)
    if way == 0:
        del value[key]
    elif way == 1 and isinstance(value, dict):
        value[f"{key}{chance.pick(['', ' ', '_', 's'])}"] = value.pop(key)
    elif way == 2 and isinstance(value, list):
        value.append(value[key])
    else:
        value[key] = chance.pick(ODD) if chance.happens(0.4) else _mutated(value[key], chance)
    return value


def _doubled(text: str, chance: Chance) -> str:
    """Name one thing twice in an object."""
    key = chance.pick(["name", "format", "train", "case", "batch", "cases"])
    return text.replace("{", '{"' + key + '": ' + json.dumps(chance.pick(ODD)) + ', "' + key + '": 1, ', 1)
