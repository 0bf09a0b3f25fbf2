"""A task that ends after its channel was closed neither ends the worker nor takes the message away."""

import uuid

import pytest
from django.conf import settings
from kombu import Connection, Consumer, Queue

from chiba_ward.broker_loss import PatientQoS
from chiba_ward.celery import app


def test_the_applications_channels_are_patient() -> None:
    with app.connection_for_read() as connection:
        assert isinstance(connection.default_channel.qos, PatientQoS)


@pytest.mark.parametrize("answer", ["ack", "reject", "requeue"])
def test_an_answer_over_a_closed_channel_is_left_out(answer: str) -> None:
    queue = Queue(f"broker-loss-{uuid.uuid4()}")
    got = []
    with Connection(settings.CELERY_BROKER_URL) as connection:
        channel = connection.channel()
        with connection.Producer() as producer:
            producer.publish({"id": 1}, routing_key=queue.name, declare=[queue])
        with Consumer(channel, [queue], callbacks=[lambda body, message: got.append(message)]):
            connection.drain_events(timeout=5)
        (message,) = got
        channel.close()
        getattr(message, answer)()
        with connection.channel() as other:
            key = other.qos.unacked_key
            assert other.client.hexists(key, message.delivery_tag), "still owed: it becomes visible again"
            other.qos.restore_by_tag(message.delivery_tag)
            (again,) = [queue(other).get()]
            assert again.payload == {"id": 1}
            again.ack()
            assert not other.client.hexists(key, again.delivery_tag)
            queue(other).delete()
