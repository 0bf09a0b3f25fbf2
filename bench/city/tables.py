"""The columns that are written, table by table. A column that the models gain later fails here loudly."""

COLUMNS = {
    "casework_matter": "id receipt_no kind is_drill created_at",
    "casework_casecredential": "matter_id phrase_hash created_at",
    "consultations_consultation": (
        "matter_id state channel entered_by_id user_id consultant_kind relation ward_id town_id topic_id"
        " chief_concern body urgency risk_rank hits flags owner_office_id desk_office_id owner_post_id assignee_id"
        " language received_at due_at waiting_since taken_at first_action_at first_action_minutes applies_intent"
        " outcome outcome_note closed_at reopened_at unread_messages speaker identity_seen mandate paper_place"
        " suspected joint_decision single_reason"
    ),
    "casework_searchterms": "matter_id terms key_id scheme is_whole",
    "consultations_consultation_fields": "id consultation_id field_id",
    "consultations_party": (
        "id consultation_id kind name kana known_as relation age_band phone postal_code address contact_note"
    ),
    "correspondence_contactcard": (
        "matter_id preferred name email phone postal_code address may_email may_call may_write call_from call_until"
        " no_home_contact no_voicemail plain_sender forbidden language needs_interpreter accommodation"
    ),
    "casework_timelineentry": "id matter_id at kind audience actor_label posting_id text data",
    "consultations_citizenmessage": "id consultation_id direction at posting_id office_name office_name_en body read_at",
    "casework_deadline": (
        "id matter_id rule_id kind key office_id started_at due_at paused_at met_at cancelled_at lost_minutes"
    ),
    "casework_deadlinestep": "id deadline_id code due_at fired_at failures",
    "correspondence_notice": (
        "id matter_id template_key recipient_kind office_id person_id context created_at"
    ),
    "correspondence_delivery": (
        "id notice_id medium state reason office_id document_id created_at settled_at settled_by_id message_id"
        " handled_at handled_by_id"
    ),
    "outbox_outboxentry": (
        "id kind payload key created_at available_at attempts last_error swept_at leased_until done_at dead_at"
        " cancelled_at matter_id"
    ),
    "consultations_consentgrant": (
        "id consultation_id person_id to_office_id items method obtained_on valid_until paper_location"
        " recorded_by_id withdrawn_at"
    ),
    "consultations_referral": (
        "id state consultation_id sequence route from_office_id to_office_id created_by_id created_at ground_id"
        " ground_text basis_note consent_id purpose is_urgent release_at sent_at opened_at answered_at answer_channel"
        " answer_entered_by_id accepted_by_name first_contact_on decline_reason better_office_id better_place"
        " contact_made_at outcome_done outcome_result outcome_continues outcome_next ended_at from_name"
        " to_name"
    ),
    "consultations_referralitem": 'id referral_id item text attachment_id "order"',
    "consultations_referralquestion": (
        "id referral_id asked_at asked_by question answered_at answered_by_id answer"
    ),
}  # fmt: skip
# What the history triggers would have written: the row as it stands, once. They are off while COPY runs.
HISTORIES = {
    "consultations_consultationevent": "consultations_consultation",
    "consultations_consentgrantevent": "consultations_consentgrant",
    "consultations_referralevent": "consultations_referral",
}
TABLES = (*COLUMNS, *HISTORIES)


def copy_statement(table: str) -> str:
    return f"COPY {table} ({', '.join(COLUMNS[table].split())}) FROM STDIN"
