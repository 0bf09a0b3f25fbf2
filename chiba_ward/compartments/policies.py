"""Row policies, as operations for migrations (ADR 0019). A table that hangs on a matter is given one of these walls:

`hides_with_parent`  asks the parent of each row: one truth, nothing to keep in step; for rows that are read with their case.
`hides_by_copy`      keeps the matter's compartment in the row itself, by triggers; for tables that are counted and searched.
`hides_by_absence`   keeps no row of a sealed matter at all; for an index that can be done without.

All are forced, so that they hold for the owner of the tables as well.
"""

from django.db.migrations import RunSQL

MATTER = "casework_matter"
OWN = "compartment_id IS NULL OR compartment_is_open(compartment_id)"
# Who is asked, for rows of a sealed matter alone: the key of that one matter (`services.opened_by_key`).
BY_KEY = f"{OWN} OR matter_is_open({{matter}})"


def hides_itself(table: str) -> RunSQL:
    """The table has a `compartment_id` of its own (casework.Matter)."""
    return _operation(_wall(table, BY_KEY.format(matter="id")), _no_wall(table))


def hides_with_parent(
    table: str, column: str, parent: str, *, key: str = "id", also: str = "", optional: bool = False
) -> RunSQL:
    """A row is there for whom its parent is there, and the one that `also` names beside it.

    `optional`: a row without a parent is there for everybody.
    """
    names = [name for name in (column, also) if name]
    seen = " AND ".join(
        f"EXISTS (SELECT FROM {parent} parent WHERE parent.{key} = {table}.{name})" for name in names
    )
    return _operation(_wall(table, f"{column} IS NULL OR {seen}" if optional else seen), _no_wall(table))


def hides_by_copy(table: str, column: str, *, through: str = "", has_field: bool = False) -> RunSQL:
    """A row carries the compartment of its matter, and moves into it with the matter; without a matter it has none.

    `column` is the matter's id; or the id of the row in the table `through` that has the matter's id. `has_field`:
    the model declares `compartment`, so that the column is there already.
    """
    wall = BY_KEY.format(matter=column)
    matter = f"{MATTER} matter WHERE matter.id = NEW.{column}"
    rows = f"{column} = NEW.id"
    if through:
        matter = (
            f"{through} step JOIN {MATTER} matter ON matter.id = step.matter_id WHERE step.id = NEW.{column}"
        )
        rows = f"{column} IN (SELECT id FROM {through} WHERE matter_id = NEW.id)"  # noqa: S608  (names of tables)
        wall = f"{OWN} OR EXISTS (SELECT FROM {through} step WHERE step.id = {table}.{column})"
    return _operation(
        [
            *([] if has_field else [_column(table)]),
            *_copied(table, column, matter),
            *_moved_along(table, rows),
            *_wall(table, wall),
            # Without figures of the new column the planner would take every row for sealed.
            f"ANALYZE {table}",
        ],
        [
            *_no_wall(table),
            f"DROP TRIGGER {table}_enclosed ON {MATTER}",
            f"DROP FUNCTION {table}_enclosed()",
            f"DROP TRIGGER compartment_kept ON {table}",
            f"DROP TRIGGER compartment_copied ON {table}",
            f"DROP FUNCTION {table}_compartment()",
            *([] if has_field else [f"ALTER TABLE {table} DROP COLUMN compartment_id"]),
        ],
    )


def hides_by_absence(table: str, column: str) -> RunSQL:
    """No row of a sealed matter is kept: one that is written is dropped, those that are there go when it moves in.

    For an index whose operators PostgreSQL does not use beneath a row policy (they are not "leakproof"): the policy
    has nothing to ask. `compartment_id` is not copied.
    """
    absent = f"""
        CREATE FUNCTION {table}_outside() RETURNS trigger LANGUAGE plpgsql AS $$
        DECLARE
            within bigint;
        BEGIN
            SELECT compartment_id INTO within FROM {MATTER} WHERE id = NEW.{column} FOR SHARE;
            IF NOT FOUND THEN
                {_no_such_matter(table, column)};
            END IF;
            RETURN CASE WHEN within IS NULL THEN NEW END;
        END $$
        """  # noqa: S608  (names of tables, written in migrations)
    gone = f"""
        CREATE FUNCTION {table}_enclosed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            DELETE FROM {table} WHERE {column} = NEW.id;
            RETURN NULL;
        END $$
        """  # noqa: S608  (names of tables, written in migrations)
    absently = f"""
        CREATE TRIGGER compartment_absent BEFORE INSERT OR UPDATE ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_outside()
        """
    leaves = f"""
        CREATE TRIGGER {table}_enclosed AFTER UPDATE OF compartment_id ON {MATTER} FOR EACH ROW
        WHEN (NEW.compartment_id IS NOT NULL) EXECUTE FUNCTION {table}_enclosed()
        """
    return _operation(
        [absent, absently, gone, leaves, *_wall(table, "true")],
        [
            *_no_wall(table),
            f"DROP TRIGGER {table}_enclosed ON {MATTER}",
            f"DROP FUNCTION {table}_enclosed()",
            f"DROP TRIGGER compartment_absent ON {table}",
            f"DROP FUNCTION {table}_outside()",
        ],
    )


def _operation(forwards: list[str], backwards: list[str]) -> RunSQL:
    return RunSQL(tuple(forwards), tuple(backwards))


def _wall(table: str, using: str) -> list[str]:
    return [
        f"CREATE POLICY compartment ON {table} USING ({using})",
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
    ]


def _no_wall(table: str) -> list[str]:
    return [
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
        f"DROP POLICY compartment ON {table}",
    ]


def _column(table: str) -> str:
    return (
        f"ALTER TABLE {table} ADD COLUMN compartment_id bigint"
        " REFERENCES compartments_compartment (id) DEFERRABLE INITIALLY DEFERRED"
    )


def _copied(table: str, column: str, matter: str) -> list[str]:
    """The copy is always the matter's, whatever was written.

    The matter is locked against being enclosed at the same moment: the new row would be left outside.
    """
    function = f"""
        CREATE FUNCTION {table}_compartment() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            SELECT matter.compartment_id INTO NEW.compartment_id FROM {matter} FOR SHARE OF matter;
            IF NOT FOUND AND NEW.{column} IS NOT NULL THEN
                {_no_such_matter(table, column)};
            END IF;
            IF TG_OP = 'UPDATE' AND OLD.compartment_id IS NOT NULL
                    AND NEW.compartment_id IS DISTINCT FROM OLD.compartment_id THEN
                RAISE check_violation USING MESSAGE = 'a row does not leave its compartment';
            END IF;
            RETURN NEW;
        END $$
        """  # noqa: S608  (names of tables, written in migrations)
    copied = f"""
        CREATE TRIGGER compartment_copied BEFORE INSERT ON {table}
        FOR EACH ROW EXECUTE FUNCTION {table}_compartment()
        """
    kept = f"""
        CREATE TRIGGER compartment_kept BEFORE UPDATE OF {column}, compartment_id ON {table} FOR EACH ROW
        WHEN (OLD.{column} IS DISTINCT FROM NEW.{column} OR OLD.compartment_id IS DISTINCT FROM NEW.compartment_id)
        EXECUTE FUNCTION {table}_compartment()
        """
    return [function, copied, kept]


def _no_such_matter(table: str, column: str) -> str:
    """One that nobody sees is reported like one that does not exist."""
    return (
        "RAISE foreign_key_violation USING"
        f" MESSAGE = 'insert or update on table \"{table}\" violates foreign key constraint',"
        f" TABLE = '{table}', COLUMN = '{column}'"
    )


def _moved_along(table: str, rows: str) -> list[str]:
    function = f"""
        CREATE FUNCTION {table}_enclosed() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
            UPDATE {table} SET compartment_id = NEW.compartment_id WHERE {rows};
            RETURN NULL;
        END $$
        """  # noqa: S608  (names of tables, written in migrations)
    moved = f"""
        CREATE TRIGGER {table}_enclosed AFTER UPDATE OF compartment_id ON {MATTER} FOR EACH ROW
        WHEN (OLD.compartment_id IS DISTINCT FROM NEW.compartment_id) EXECUTE FUNCTION {table}_enclosed()
        """
    return [function, moved]
