from django.apps import AppConfig


class CaseworkConfig(AppConfig):
    name = "chiba_ward.casework"
    verbose_name = "案件の共通部分"

    def ready(self) -> None:
        from chiba_ward.access import readlog
        from chiba_ward.casework import audit_work, my_work, outside_duty
        from chiba_ward.casework.calendars import is_working_time

        readlog.register_kind("attachment", "添付ファイル")
        readlog.register_kind("draft", "書きかけ")
        readlog.register_kind("outside_duty", "担当外の閲覧")
        my_work.register(outside_duty.work)
        my_work.register(audit_work.work)
        readlog.register_target("casework:", "pk", "attachment")
        readlog.register_opening_hours(is_working_time)
