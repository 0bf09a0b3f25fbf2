"""A worker outlives its broker: two ways in which kombu 5.7.0 ends it after the connection was lost (docs/results/faults.md).

A channel that was closed knows its connection no more, and asking it for one is an AttributeError that Celery takes for
unrecoverable. (1) While it closes, kombu would put a task in hand back into the broker. (2) A task that ends while the broker
is away is acknowledged later, over the channel that brought it. Neither is needed: what is not acknowledged becomes
visible again by itself and finds its row done, and the outbox, whose rows are the truth, publishes anew within seconds.
"""

from typing import Any

from kombu.transport.redis import Channel, QoS


class PatientQoS(QoS):
    restore_at_shutdown = False

    def ack(self, delivery_tag: Any) -> None:
        if not self.channel.closed:
            super().ack(delivery_tag)

    def reject(self, delivery_tag: Any, requeue: bool = False) -> None:
        if not self.channel.closed:
            super().reject(delivery_tag, requeue=requeue)


def outlive_the_broker() -> None:
    Channel.QoS = PatientQoS
