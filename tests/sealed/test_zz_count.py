import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from consultations.services.filing import Person
from tests.consultations.staff_support import make_house
pytestmark = pytest.mark.django_db
def test_count():
    house = make_house()
    person = Person(name="見本 花子", kana="ミホン　ハナコ", phone="043-000-7788")
    house.case("母の物忘れ", body="夜中に出ていく", consulter=person)
    house.case("母の物忘れ", body="夜中に出ていく", consulter=person)
    with CaptureQueriesContext(connection) as asked:
        house.case("母の物忘れ", body="夜中に出ていく", consulter=person)
    for q in asked: print(q["sql"][:150])
    print("COUNT", len(asked))
