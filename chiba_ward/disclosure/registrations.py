"""What this package announces when Django is ready."""

from chiba_ward.access import readlog
from chiba_ward.casework import my_work
from chiba_ward.compartments import services as compartments
from chiba_ward.disclosure import hints, relations, services, work  # noqa: F401  (writes what the policy grants)
from chiba_ward.disclosure.emergency import registrations as emergency


def register_all() -> None:
    readlog.register_kind("hold", "開示の制限")
    readlog.register_target("hold:", "pk", "hold")
    my_work.register(work.groups)
    hints.announce()
    compartments.when_enclosed(services.when_enclosed)
    emergency.register()
