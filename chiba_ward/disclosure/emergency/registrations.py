from django.utils.translation import gettext_lazy as _

from chiba_ward.access import readlog
from chiba_ward.casework import my_work, sentences
from chiba_ward.disclosure.emergency import relations, work  # noqa: F401  (writes what the policy grants)


def register() -> None:
    readlog.register_kind("break_glass", "緊急の開示")
    readlog.register_target("break_glass:", "pk", "break_glass")
    sentences.register("matter.glass_broken", _("緊急の開示で開かれました。"))
    my_work.register(work.groups)
