"""Where the code names an address or a telephone of a person: the reviewed list (ADR 0021).

For each file how often it does, and what stands between that place and the world. A place that is new, or gone, fails
`test_outputs`: somebody looks at it, puts the gate in, writes a test, and only then counts it here.
"""

GATE = "asks the gate: "
FILLED = "filled by what has asked: "
STAFF = "read by those who work on the case, under the warning; asked in `hides_address`: "
TYPED = "what the reader has just typed, before anything is kept: "
INSIDE = "does not leave: "
OFFICE = "of an office: "
PLACE = "of a public place: "

REVIEWED: dict[str, tuple[int, str]] = {
    "chiba_ward/correspondence/calls.py": (
        1,
        GATE + "`permitted` decides whether a number stands in the call list",
    ),
    "chiba_ward/correspondence/letters.py": (
        4,
        GATE + "`build`, `require_printable` and `may_open` ask `safe_contact`, which asks it",
    ),
    "chiba_ward/correspondence/safe_contact.py": (
        4,
        GATE + "letters, calls and automatic mails; marks are made of the card",
    ),
    "chiba_ward/disclosure/forms.py": (
        2,
        TYPED + "the form of the register, never filled with what is known",
    ),
    "chiba_ward/disclosure/marks.py": (3, INSIDE + "numbers are made of it"),
    "chiba_ward/disclosure/models.py": (2, INSIDE + "marks are made of the person"),
    "chiba_ward/disclosure/services.py": (10, INSIDE + "rows of the register are written and compared"),
    "community/enums.py": (2, INSIDE + "names of the kinds of a contact"),
    "community/held.py": (4, GATE + "before the page of a district and before the pack"),
    "community/open_data/exporters/calendar.py": (1, PLACE + "where an event takes place"),
    "community/open_data/importers/records.py": (2, PLACE + "as its publisher gives it"),
    "community/open_data/views/public.py": (4, PLACE + "addresses of pages"),
    "consultations/api/referral_shapes.py": (1, GATE + "`held.handed_over` when the つなぎ is read"),
    "consultations/api/referrals.py": (
        1,
        GATE + "`held.handed_over`, and the digest of a preview shows no text",
    ),
    "consultations/api/shapes.py": (9, GATE + "no system is told, whoever it acts for"),
    "consultations/documents.py": (1, INSIDE + "the address of the status page, no person's"),
    "consultations/documents_referral.py": (1, GATE + "`held.handed_over`, and a sheet of before closes"),
    "consultations/enums.py": (2, INSIDE + "names of the items of an excerpt"),
    "consultations/excerpt.py": (4, GATE + "an item that says where somebody is, is not offered"),
    "consultations/forms/intake.py": (5, TYPED + "the fields of the consultation's own form"),
    "consultations/held.py": (2, INSIDE + "marks are made of the party; `handed_over` hides"),
    "consultations/intake.py": (
        17,
        TYPED + "from the form into the filing; the way back is shut by `entering.may_correct`",
    ),
    "consultations/protection/demo.py": (2, TYPED + "the invented notice of the demo city"),
    "consultations/protection/forms.py": (6, TYPED + "the form of who rang, never filled with what is known"),
    "consultations/protection/services/notifiers.py": (
        15,
        INSIDE + "moves who rang into a record of its own and empties the card",
    ),
    "consultations/search.py": (8, INSIDE + "numbers of the search index"),
    "consultations/selectors_referral.py": (1, OFFICE + "the words by which the address book is searched"),
    "consultations/services/persons.py": (4, INSIDE + "what was typed is written; no note repeats it"),
    "consultations/services/referrals/preparing.py": (3, INSIDE + "what was chosen is compared and written"),
    "consultations/services/referrals/sending.py": (1, INSIDE + "whether anything was chosen at all"),
    "consultations/views/answers.py": (6, TYPED + "postal code into the name of a town"),
    "consultations/views/partner/pages.py": (1, GATE + "`held.handed_over` when the partner reads"),
    "consultations/views/referrals/pages.py": (1, GATE + "`held.handed_over` when the sender reads"),
    "consultations/views/referrals/steps.py": (
        2,
        GATE + "`held.handed_over` in the preview; what is withheld is not offered to be chosen",
    ),
    "templates/components/phone_callout.html": (
        1,
        OFFICE + "the name of an icon, and the number that a caller hands over",
    ),
    "templates/open_data/public/around.html": (2, PLACE + "where it stands, as published"),
    "templates/consultations/citizen/_contact.html": (2, TYPED + "the person's own form"),
    "templates/consultations/citizen/_place.html": (2, TYPED + "the person's own form"),
    "templates/consultations/staff/case.html": (3, STAFF + "address and telephone in the case screen"),
    "templates/consultations/staff/case_print.html": (3, GATE + "held.parties and held.consulter of `facts`"),
    "templates/consultations/staff/referral_preview.html": (2, OFFICE + "where the addressee is"),
    "templates/consultations/staff/persons.html": (4, STAFF + "the persons of a household, one by one"),
    "templates/correspondence/calls.html": (2, GATE + "permission and number come from `calls`, which asks"),
    "templates/disclosure/hold.html": (
        2,
        STAFF + "the register itself, by its own right, for those who keep it",
    ),
    "templates/protection/case.html": (2, STAFF + "for the seats of the room"),
    "templates/documents/letter_base.html": (
        2,
        FILLED + "by `letters.build`, which asks first and makes none where it is refused",
    ),
}
