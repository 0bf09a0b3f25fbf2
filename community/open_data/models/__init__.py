"""What is published of the city's places: facilities, events and boundaries, and the files they came from. Nobody's data."""

from community.open_data.models.boundaries import Boundary
from community.open_data.models.events import PublicEvent
from community.open_data.models.facilities import Facility
from community.open_data.models.files import DataFile

__all__ = ["Boundary", "DataFile", "Facility", "PublicEvent"]
