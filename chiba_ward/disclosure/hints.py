"""Whether anything waits in the register of a ward, or for a review (`access.waiting`)."""

from chiba_ward.access import waiting

REGISTER, REVIEWS = "disclosure.register", "disclosure.reviews"

# A day more than `ending_soon`: the database may still be in yesterday.
IN_REGISTER = """
    EXISTS(
        SELECT FROM disclosure_disclosurehold hold JOIN directory_office kept ON kept.id = hold.office_id
        WHERE hold.state <> 'cleared' AND kept.ward_id = directory_office.ward_id
        AND (hold.state = 'clearing' OR hold.valid_until <= %(now)s::date + 31)
    )
"""
FOR_REVIEW = "EXISTS(SELECT FROM compartments_breakglass glass WHERE glass.reviewed_at IS NULL)"


def announce() -> None:
    waiting.announce(REGISTER, IN_REGISTER)
    waiting.announce(REVIEWS, FOR_REVIEW)
