"""What the policy says, as values that cannot change: read once from `policy.yaml` (ASSURANCE §5)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

ALWAYS = "always"
"""The relation that needs no object, or every one: a list, a new row, master data."""


class Kind(StrEnum):
    """Who acts without a posting. Everybody else is named by the role of the posting."""

    ANYONE = "anyone"
    ANONYMOUS = "anonymous"
    KEY_HOLDER = "key_holder"
    LINK_HOLDER = "link_holder"
    RESIDENT = "resident"


KIND_LABELS = {
    Kind.ANYONE: "だれでも",
    Kind.ANONYMOUS: "名乗らない人",
    Kind.KEY_HOLDER: "番号と合言葉を持つ人",
    Kind.LINK_HOLDER: "案内と確認コードの人",
    Kind.RESIDENT: "登録した市民",
}


@dataclass(frozen=True)
class Door:
    """One route that leads to a right. `view` is the name of the view, or the pattern of a route without a name;
    `value` is what one of its arguments must be (`staff:act name=close`); `who` narrows who comes by this door."""

    view: str
    argument: str = ""
    value: str = ""
    who: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.view} {self.argument}={self.value}" if self.argument else self.view

    def is_for(self, kind: str) -> bool:
        return not self.who or kind in self.who or Kind.ANYONE in self.who


@dataclass(frozen=True)
class Right:
    """One action on one object, or the reading of one of its parts: by which doors, to whom, in which relation."""

    object_name: str
    name: str
    label: str
    doors: tuple[Door, ...]
    grants: Mapping[str, tuple[str, ...]]
    is_part: bool = False

    def __str__(self) -> str:
        return f"{self.object_name}.{self.name}"

    def relations_for(self, kind: str) -> tuple[str, ...]:
        return self.grants.get(kind, ())

    def kinds_at(self, door: Door) -> frozenset[str]:
        """Who may ever come through this door."""
        named = frozenset(kind for kind in self.grants if door.is_for(kind))
        return named | (door.who if Kind.ANYONE in self.grants else frozenset())


@dataclass(frozen=True)
class PolicyObject:
    """What is protected: its models, its relations in words, its rights. `denied` says how a refusal looks."""

    name: str
    label: str
    classification: str
    models: tuple[str, ...]
    relations: Mapping[str, str]
    rights: Mapping[str, Right]
    denied: str = ""

    @property
    def is_personal(self) -> bool:
        return self.classification not in ("", "1")


@dataclass(frozen=True)
class OpenDoors:
    """Routes that show no object: the reason, and who may come (`anyone` where signing in is not needed)."""

    name: str
    reason: str
    kinds: frozenset[str]
    doors: tuple[Door, ...]


@dataclass(frozen=True)
class Policy:
    groups: Mapping[str, frozenset[str]]
    objects: Mapping[str, PolicyObject]
    open_doors: tuple[OpenDoors, ...]
    machinery: Mapping[str, str]
    rights: Mapping[str, Right] = field(repr=False)
    rights_by_door: Mapping[str, tuple[tuple[Right, Door], ...]] = field(repr=False)
    doors_by_view: Mapping[str, tuple[Door, ...]] = field(repr=False)
    kinds_by_view: Mapping[str, frozenset[str]] = field(repr=False)
    objects_by_model: Mapping[str, str] = field(repr=False)
