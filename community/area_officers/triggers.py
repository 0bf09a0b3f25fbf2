"""What the database itself refuses: an assignment that ends without its own 引継書, or leaves a promise open."""

import pgtrigger

PERSON = """
SELECT person_id INTO NEW.person_id FROM directory_posting WHERE id = NEW.officer_id;
RETURN NEW;
"""

PAPER = """
IF NOT EXISTS (
    SELECT 1 FROM area_officers_handover paper
    WHERE paper.id = NEW.hand_over_id AND paper.assignment_id = NEW.id AND paper.state <> 'draft'
) THEN
    RAISE EXCEPTION 'the hand-over of this assignment is missing'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_ended_with_its_paper';
END IF;
IF EXISTS (
    SELECT 1 FROM area_officers_areapromise promise
    WHERE promise.assignment_id = NEW.id AND promise.state = 'open'
) THEN
    RAISE EXCEPTION 'a promise of this assignment is open'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'assignment_ended_without_open_promises';
END IF;
RETURN NEW;
"""

OPEN_PROMISE = """
IF EXISTS (SELECT 1 FROM area_officers_areaassignment WHERE id = NEW.assignment_id AND state = 'ended') THEN
    RAISE EXCEPTION 'this assignment has ended'
        USING ERRCODE = 'check_violation', CONSTRAINT = 'promise_of_somebody_in_office';
END IF;
RETURN NEW;
"""

# The copy exists for the exclusion constraint alone, so whatever wrote the row, it is that of the posting.
person_of_the_posting = pgtrigger.Trigger(
    name="person_of_the_posting",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    func=PERSON,
)
ended_with_its_paper = pgtrigger.Trigger(
    name="ended_with_its_paper",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    condition=pgtrigger.Q(new__state="ended"),
    func=PAPER,
)
open_in_office = pgtrigger.Trigger(
    name="open_in_office",
    operation=pgtrigger.Insert | pgtrigger.Update,
    when=pgtrigger.Before,
    condition=pgtrigger.Q(new__state="open", new__assignment__isnull=False),
    func=OPEN_PROMISE,
)
