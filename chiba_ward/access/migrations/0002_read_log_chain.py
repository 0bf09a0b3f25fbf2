"""Each row of the read log is numbered and chained by the database, and no row is ever changed.

The text that is hashed is made here from the columns, so nobody can hand over a text that says something else than the
row; `access.readlog.canonical` makes the same text in Python, and verification trusts that one, not this function.
"""

from django.db import migrations

CHAIN = """
CREATE FUNCTION public.access_read_log_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $chain$
DECLARE
    last record;
BEGIN
    -- Any number that nothing else uses; held until the commit: rows are chained in the order in which they become visible, without a gap.
    PERFORM pg_advisory_xact_lock(7033201);
    SELECT seq, hash INTO last FROM public.access_readlogentry ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(last.seq, 0) + 1;
    NEW.prev_hash := coalesce(last.hash, sha256(''));
    NEW.version := 1;
    NEW.hash := sha256(NEW.prev_hash || convert_to(
        '{"actor_kind":' || to_json(NEW.actor_kind::text)
        || ',"actor_name":' || to_json(NEW.actor_name::text)
        || ',"amount":' || NEW.amount
        || ',"at":' || (extract(epoch FROM NEW.at) * 1000000)::bigint
        || ',"ids":' || to_json(NEW.ids)
        || ',"is_off_hours":' || NEW.is_off_hours
        || ',"is_outside_duty":' || NEW.is_outside_duty
        || ',"is_same_surname":' || NEW.is_same_surname
        || ',"keys":' || to_json(NEW.keys::text[])
        || ',"kind":' || to_json(NEW.kind::text)
        || ',"matter_ids":' || to_json(NEW.matter_ids)
        || ',"office_id":' || coalesce(NEW.office_id::text, 'null')
        || ',"office_name":' || to_json(NEW.office_name::text)
        || ',"posting_id":' || coalesce(NEW.posting_id::text, 'null')
        || ',"reason":' || to_json(NEW.reason::text)
        || ',"request_id":' || to_json(NEW.request_id::text)
        || ',"result":' || NEW.result
        || ',"role":' || to_json(NEW.role::text)
        || ',"route":' || to_json(NEW.route::text)
        || ',"seq":' || NEW.seq
        || ',"user_id":' || coalesce(NEW.user_id::text, 'null')
        || ',"verb":' || to_json(NEW.verb::text)
        || ',"version":' || NEW.version
        || ',"words":' || to_json(NEW.words::text)
        || '}', 'UTF8'));
    RETURN NEW;
END
$chain$;

CREATE FUNCTION public.access_read_log_refuse() RETURNS trigger
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $refuse$
BEGIN
    RAISE EXCEPTION '閲覧記録は書き足すだけで、変えることも消すこともできません。' USING ERRCODE = 'restrict_violation';
END
$refuse$;

CREATE TRIGGER read_log_chain BEFORE INSERT ON access_readlogentry
    FOR EACH ROW EXECUTE FUNCTION public.access_read_log_chain();
CREATE TRIGGER read_log_no_change BEFORE UPDATE OR DELETE ON access_readlogentry
    FOR EACH STATEMENT EXECUTE FUNCTION public.access_read_log_refuse();
CREATE TRIGGER read_log_no_truncate BEFORE TRUNCATE ON access_readlogentry
    FOR EACH STATEMENT EXECUTE FUNCTION public.access_read_log_refuse();
CREATE TRIGGER read_log_head_no_change BEFORE UPDATE OR DELETE ON access_readloghead
    FOR EACH STATEMENT EXECUTE FUNCTION public.access_read_log_refuse();
CREATE TRIGGER read_log_head_no_truncate BEFORE TRUNCATE ON access_readloghead
    FOR EACH STATEMENT EXECUTE FUNCTION public.access_read_log_refuse();
-- Also in a session that sets session_replication_role.
ALTER TABLE access_readlogentry ENABLE ALWAYS TRIGGER read_log_no_change;
ALTER TABLE access_readlogentry ENABLE ALWAYS TRIGGER read_log_no_truncate;
ALTER TABLE access_readloghead ENABLE ALWAYS TRIGGER read_log_head_no_change;
ALTER TABLE access_readloghead ENABLE ALWAYS TRIGGER read_log_head_no_truncate;
"""
UNDO = """
DROP TRIGGER read_log_chain ON access_readlogentry;
DROP TRIGGER read_log_no_change ON access_readlogentry;
DROP TRIGGER read_log_no_truncate ON access_readlogentry;
DROP TRIGGER read_log_head_no_change ON access_readloghead;
DROP TRIGGER read_log_head_no_truncate ON access_readloghead;
DROP FUNCTION public.access_read_log_chain();
DROP FUNCTION public.access_read_log_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0001_initial")]

    operations = [migrations.RunSQL(CHAIN, UNDO)]
