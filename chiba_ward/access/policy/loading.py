"""Reads `policy.yaml` and refuses whatever it does not understand: a misspelt role must never mean "nobody asked"."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from chiba_ward.access.policy.kinds import EVERYBODY, ROLES, SIDES
from chiba_ward.access.policy.model import ALWAYS, Door, Kind, OpenDoors, Policy, PolicyObject, Right

FILE = Path(__file__).with_name("policy.yaml")
CLASSES = ("3A", "3B", "2", "1", "")
OBJECT_KEYS = {"label", "class", "models", "admin", "relations", "rights", "parts", "denied"}
RIGHT_KEYS = {"label", "doors", "allow"}
OPEN_KEYS = {"reason", "who", "doors"}
# What the stock admin's pages of a model are called, and the right that each of them needs.
ADMIN_DOORS = {
    "view": ("changelist", "history", "change"),
    "add": ("add",),
    "change": ("change",),
    "delete": ("delete",),
}
Raw = Mapping[str, Any]


class PolicyError(Exception):
    """The file says something that cannot be meant. The message names the place."""


@lru_cache(maxsize=1)
def current() -> Policy:
    """The policy of this process."""
    return read(FILE.read_text(encoding="utf-8"))


def read(text: str) -> Policy:
    """The policy in this text. Raises PolicyError."""
    raw = yaml.load(text, Loader=_StrictLoader)  # noqa: S506  (a SafeLoader that also refuses repeated keys)
    _only(raw, {"groups", "objects", "open", "machinery"}, "the file")
    groups = _groups(raw["groups"])
    objects = {name: _object(name, entry, groups) for name, entry in raw["objects"].items()}
    open_doors = tuple(_open(name, entry, groups) for name, entry in raw["open"].items())
    rights = {str(right): right for one in objects.values() for right in one.rights.values()}
    return Policy(
        groups=MappingProxyType(groups),
        objects=MappingProxyType(objects),
        open_doors=open_doors,
        machinery=MappingProxyType(_machinery(raw["machinery"])),
        rights=MappingProxyType(rights),
        rights_by_door=MappingProxyType(_rights_by_door(rights.values())),
        doors_by_view=MappingProxyType(_doors_by_view(rights.values())),
        kinds_by_view=MappingProxyType(_kinds_by_view(rights.values(), open_doors)),
        objects_by_model=MappingProxyType(_by_model(objects.values(), raw["machinery"])),
    )


class _StrictLoader(yaml.SafeLoader):
    """A key that stands twice is a mistake, not the last word."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=deep) for key, _ in node.value]
        twice = {key for key in keys if keys.count(key) > 1}
        if twice:
            raise PolicyError(f"line {node.start_mark.line + 1}: {', '.join(map(str, twice))} stands twice")
        return super().construct_mapping(node, deep)


def _only(raw: Any, known: Iterable[str], where: str) -> None:
    if not isinstance(raw, Mapping):
        raise PolicyError(f"{where} must be a mapping")
    if strange := set(raw) - set(known):
        raise PolicyError(f"{where}: unknown {', '.join(sorted(map(str, strange)))}")


def _groups(raw: Raw) -> dict[str, frozenset[str]]:
    """Groups may hold groups written above them; `staff` and `partners` are the two sides of the directory."""
    groups: dict[str, frozenset[str]] = dict(SIDES)
    for name, members in raw.items():
        if name in groups or name in EVERYBODY:
            raise PolicyError(f"the group {name} has the name of something else")
        groups[name] = _who(members, groups, f"the group {name}")
    return groups


def _who(names: Any, groups: Mapping[str, frozenset[str]], where: str) -> frozenset[str]:
    found: set[str] = set()
    for name in [names] if isinstance(names, str) else names:
        if name not in groups and name not in EVERYBODY:
            raise PolicyError(
                f"{where}: there is no role, kind or group {name}; known are {', '.join(sorted({*ROLES, *Kind, *groups}))}"
            )
        found |= groups.get(name, frozenset({name}))
    return frozenset(found)


def _object(name: str, raw: Raw, groups: Mapping[str, frozenset[str]]) -> PolicyObject:
    _only(raw, OBJECT_KEYS, name)
    if str(raw.get("class", "")) not in CLASSES:
        raise PolicyError(f"{name}: class must be one of {', '.join(CLASSES[:-1])}")
    relations = dict(raw.get("relations", {}))
    rights = {
        key: _right(name, key, entry, relations, groups, is_part=part == "parts")
        for part in ("rights", "parts")
        for key, entry in raw.get(part, {}).items()
    }
    if len(rights) != len(raw.get("rights", {})) + len(raw.get("parts", {})):
        raise PolicyError(f"{name}: a right and a part have the same name")
    unused = relations.keys() - {
        one for right in rights.values() for names in right.grants.values() for one in names
    }
    if unused:
        raise PolicyError(f"{name}: nobody is granted anything in the relation {', '.join(sorted(unused))}")
    return PolicyObject(
        name=name,
        label=str(raw["label"]),
        classification=str(raw.get("class", "")),
        models=tuple(raw.get("models", ())),
        relations=MappingProxyType(relations),
        rights=MappingProxyType(_with_admin(rights, raw.get("admin", ()), name)),
        denied=str(raw.get("denied", "")),
    )


def _right(
    object_name: str,
    name: str,
    raw: Raw,
    relations: Mapping[str, str],
    groups: Mapping[str, frozenset[str]],
    *,
    is_part: bool,
) -> Right:
    where = f"{object_name}.{name}"
    _only(raw, RIGHT_KEYS, where)
    grants: dict[str, tuple[str, ...]] = {}
    for names, granted in raw["allow"].items():
        for one in granted:
            if one != ALWAYS and one not in relations:
                raise PolicyError(
                    f"{where}: there is no relation {one}; {object_name} has {', '.join(relations)}"
                )
        for kind in _who(names, groups, where):
            grants[kind] = tuple(dict.fromkeys((*grants.get(kind, ()), *granted)))
    if is_part and raw.get("doors"):
        raise PolicyError(f"{where}: a part is read through the doors of its object")
    doors = tuple(_doors(raw.get("doors", ()), groups, where))
    return Right(object_name, name, str(raw["label"]), doors, MappingProxyType(grants), is_part)


def _doors(raw: Any, groups: Mapping[str, frozenset[str]], where: str) -> Iterable[Door]:
    """A list of doors; or lists by who comes through them: `{staff: [staff:case], key_holder: [status:case]}`."""
    if not isinstance(raw, Mapping):
        yield from (_door(text, frozenset(), where) for text in raw)
        return
    for names, texts in raw.items():
        yield from (_door(text, _who(names, groups, where), where) for text in texts)


def _door(text: str, who: frozenset[str], where: str) -> Door:
    view, _, condition = str(text).partition(" ")
    argument, _, value = condition.partition("=")
    if bool(condition) != bool(argument and value):
        raise PolicyError(f"{where}: a door is `view` or `view argument=value`, not `{text}`")
    return Door(view, argument, value, who)


def _with_admin(rights: dict[str, Right], models: Iterable[str], name: str) -> dict[str, Right]:
    """The stock admin's pages of these models are doors of `view`, `add`, `change` and `delete`."""
    if not models:
        return rights
    if missing := ADMIN_DOORS.keys() - rights.keys():
        raise PolicyError(f"{name}: tables in the admin need the rights {', '.join(sorted(missing))}")
    return {key: _with_pages(right, models) if key in ADMIN_DOORS else right for key, right in rights.items()}


def _with_pages(right: Right, models: Iterable[str]) -> Right:
    tables = [label.lower().replace(".", "_") for label in models]
    pages = [Door(f"admin:{table}_{page}") for table in tables for page in ADMIN_DOORS[right.name]]
    if (
        right.name == "view"
    ):  # the page of a row leads on to its `change` page; Django gives that route no name
        pages += [Door(f"admin/{label.lower().replace('.', '/')}/<path:object_id>/") for label in models]
    doors = (*right.doors, *pages)
    return Right(right.object_name, right.name, right.label, doors, right.grants, right.is_part)


def _open(name: str, raw: Raw, groups: Mapping[str, frozenset[str]]) -> OpenDoors:
    _only(raw, OPEN_KEYS, f"open.{name}")
    kinds = _who(raw["who"], groups, f"open.{name}")
    return OpenDoors(name, str(raw["reason"]), kinds, tuple(_doors(raw["doors"], groups, f"open.{name}")))


def _machinery(raw: Raw) -> dict[str, str]:
    for label, reason in raw.items():
        if not reason:
            raise PolicyError(f"machinery: {label} needs a reason")
    return {label: str(reason) for label, reason in raw.items()}


def _rights_by_door(rights: Iterable[Right]) -> dict[str, tuple[tuple[Right, Door], ...]]:
    found: dict[str, tuple[tuple[Right, Door], ...]] = {}
    for right in rights:
        for door in right.doors:
            found[str(door)] = (*found.get(str(door), ()), (right, door))
    return found


def _doors_by_view(rights: Iterable[Right]) -> dict[str, tuple[Door, ...]]:
    found: dict[str, dict[str, Door]] = {}
    for right in rights:
        for door in right.doors:
            found.setdefault(door.view, {})[str(door)] = door
    for view, doors in found.items():
        if len({bool(door.argument) for door in doors.values()}) > 1:
            raise PolicyError(f"{view}: some doors of this view name an argument and some do not")
    return {view: tuple(doors.values()) for view, doors in found.items()}


def _kinds_by_view(rights: Iterable[Right], open_doors: Iterable[OpenDoors]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for right in rights:
        for door in right.doors:
            found[door.view] = found.get(door.view, frozenset()) | right.kinds_at(door)
    for group in open_doors:
        for door in group.doors:
            if door.view in found:
                raise PolicyError(f"open.{group.name}: {door.view} is a door of an object")
            found[door.view] = group.kinds
    return found


def _by_model(objects: Iterable[PolicyObject], machinery: Raw) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in objects:
        for label in one.models:
            if label in found or label in machinery:
                raise PolicyError(f"{one.name}: the model {label} stands twice")
            found[label] = one.name
    return found
