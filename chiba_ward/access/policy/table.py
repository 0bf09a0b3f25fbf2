"""`policy.yaml` as a page for people: one table an object, drawn and never written by hand."""

from collections.abc import Iterable, Iterator

from chiba_ward.access.policy.kinds import ROLES, label_of
from chiba_ward.access.policy.model import ALWAYS, Kind, Policy, PolicyObject, Right

ORDER = (*ROLES, *map(str, Kind))
HEAD = """# だれが何をしてよいか / Who may do what

`manage.py policy_table --write` が `chiba_ward/access/policy/policy.yaml` から書いたページです。手では直しません。
表の●は、その操作が、その関係にあるときだけできることを表します。どの表にもない操作は、だれにもできません。
見てよくないものは「ありません」(404) と答え、あるかないかも分かりません。権利は発令・つなぎ・同意とともに、次の操作から終わります。

Drawn from the policy file that the code itself reads; never edited by hand. A dot grants the action of its row, in the relation of
its row, to the role of its column. What no table grants, nobody may do. What may not be seen is answered like what does not exist.
Rights end with the posting, the referral or the consent, on the next request. `tests/matrix` asks every cell over HTTP.
"""


def page(policy: Policy) -> str:
    """The whole page, in Markdown."""
    parts = [HEAD, *(_object(one) for one in policy.objects.values()), _open(policy), _machinery(policy)]
    return "\n".join(parts)


def _object(one: PolicyObject) -> str:
    lines = [f"## {one.label} `{one.name}`", ""]
    lines += [f"機密性 {one.classification}。表: {_codes(one.models)}", ""]
    if one.denied:
        lines += [f"断り方: {one.denied}", ""]
    kinds = [kind for kind in ORDER if any(kind in right.grants for right in one.rights.values())]
    if kinds:
        lines += _table(["操作", "関係", *map(label_of, kinds)], _rows(one, kinds))
        lines += ["", "入口:", "", *_doors(one), ""]
    return "\n".join(lines)


def _rows(one: PolicyObject, kinds: list[str]) -> Iterator[list[str]]:
    for right in one.rights.values():
        relations = dict.fromkeys(name for names in right.grants.values() for name in names)
        if not relations:
            yield [_named(right), "(だれにも許していない)", *("" for _ in kinds)]
        for relation in sorted(relations, key=[ALWAYS, *one.relations].index):
            marks = ["●" if relation in right.relations_for(kind) else "" for kind in kinds]
            yield [_named(right), one.relations.get(relation, "(いつでも)"), *marks]


def _named(right: Right) -> str:
    return f"{'中の' if right.is_part else ''}{right.label} `{right.name}`"


def _doors(one: PolicyObject) -> Iterator[str]:
    for right in one.rights.values():
        if right.doors:
            yield f"- {right.label}: {_codes(str(door) for door in right.doors)}"


def _open(policy: Policy) -> str:
    lines = ["## だれの記録も出ないページ / Pages that show no object", ""]
    rows = (
        [one.reason, _who(one.kinds), _codes(str(door) for door in one.doors)] for one in policy.open_doors
    )
    return "\n".join([*lines, *_table(["理由", "だれに", "入口"], rows), ""])


def _machinery(policy: Policy) -> str:
    lines = ["## どの画面にも出ない表 / Tables that nobody is shown", ""]
    rows = ([f"`{label}`", reason] for label, reason in policy.machinery.items())
    return "\n".join([*lines, *_table(["表", "理由"], rows), ""])


def _who(kinds: Iterable[str]) -> str:
    return "、".join(label_of(kind) for kind in ORDER if kind in kinds)


def _codes(names: Iterable[str]) -> str:
    return " ".join(f"`{name}`" for name in names)


def _table(head: list[str], rows: Iterable[list[str]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines]
