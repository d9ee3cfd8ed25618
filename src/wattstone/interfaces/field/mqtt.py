"""Readings over MQTT: a subscription that outlives broken links; what is acknowledged has been written down."""

import asyncio
import logging
import os
import ssl
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import aiomqtt

from wattstone.base import Finding, InputRefused
from wattstone.interfaces.field.intake import Intake
from wattstone.interfaces.field.settings import Mqtt

LOG = logging.getLogger("wattstone.field.mqtt")
_FIRST_WAIT, _LONGEST_WAIT = 0.5, 30.0  # s between attempts to connect


def _queue(take: Callable[[aiomqtt.Message], None]) -> type[asyncio.Queue[aiomqtt.Message]]:
    """A queue that deals with a message as it is put in, and stays empty.

    The client acknowledges a message when the queue has taken it. So what is acknowledged has been written down, and a
    process that is killed in between is sent the message again.
    """

    class Taking(asyncio.Queue[aiomqtt.Message]):
        def put_nowait(self, item: aiomqtt.Message) -> None:
            take(item)

    return Taking


class MqttSource:
    """A subscription to the topics of a site.

    The session is kept by the broker under the client's id: what is published while the link is down is delivered
    afterwards, where publisher and broker use quality of service 1.

    Parameters
    ----------
    settings : Mqtt
        Which broker, which topics.
    intake : Intake
        Takes the messages.
    first_wait : float
        Between the first attempts to connect; doubled up to half a minute. [s]

    Raises
    ------
    InputRefused
        If the environment lacks a credential that the settings name.
    """

    def __init__(self, settings: Mqtt, intake: Intake, *, first_wait: float = _FIRST_WAIT) -> None:
        self._settings, self._intake, self._first_wait = settings, intake, first_wait
        self._username = from_environment(settings.username_env, "mqtt.username_env")
        self._password = from_environment(settings.password_env, "mqtt.password_env")
        self.connected = False
        self.error = ""

    async def run(self) -> None:
        """Stay connected until cancelled."""
        wait = self._first_wait
        while True:
            try:
                async with self._client() as client:
                    await client.subscribe([(topic, 1) for topic in self._settings.topics])
                    self.connected, self.error, wait = True, "", self._first_wait
                    LOG.info("connected to %s:%s", self._settings.host, self._settings.port)
                    async for _ in client.messages:  # the queue stays empty: this only waits for the link to break
                        pass
            except (aiomqtt.MqttError, OSError) as error:
                if self.connected or not self.error:
                    LOG.warning("no link to %s:%s: %s", self._settings.host, self._settings.port, error)
                self.error = str(error) or type(error).__name__
            finally:
                self.connected = False
            await asyncio.sleep(wait)
            wait = min(wait * 2, _LONGEST_WAIT)

    def _client(self) -> aiomqtt.Client:
        return aiomqtt.Client(
            self._settings.host,
            self._settings.port,
            username=self._username,
            password=self._password,
            identifier=self._settings.client_id,
            clean_session=False,
            tls_context=_tls(self._settings),
            timeout=10,
            keepalive=30,
            queue_type=_queue(self._take),
        )

    def _take(self, message: aiomqtt.Message) -> None:
        try:
            self._intake.take(message.payload, place=f"topic '{message.topic}'")
        except InputRefused as error:
            # Sent again it would be as wrong: it is acknowledged, counted, and told with the loop's health.
            LOG.warning("%s", error)

    def as_dict(self) -> dict[str, Any]:
        """For machines; keys are stable."""
        return {"connected": self.connected, "error": self.error}


def _tls(settings: Mqtt) -> ssl.SSLContext | None:
    if not settings.secure:
        return None
    try:
        return ssl.create_default_context(cafile=None if settings.ca_file is None else str(settings.ca_file))
    except (OSError, ssl.SSLError) as error:
        raise InputRefused([_unusable(str(settings.ca_file), error)]) from error


def _unusable(file: str, error: Exception) -> Finding:
    return Finding(
        code="field.certificate",
        place=file,
        found="it cannot be used ({why})",
        params={"why": str(error)},
        expected="certificates in PEM form",
        remedy="name the file that holds the broker's authority",
    )


def from_environment(name: str | None, place: str) -> str | None:
    """The value of a variable of the environment; None where no name is given.

    Raises
    ------
    InputRefused
        If it is not set, or empty.
    """
    if name is None:
        return None
    if value := os.environ.get(name):
        return value
    raise InputRefused(
        [
            Finding(
                code="field.credential",
                place=place,
                found="the environment has no variable {name}",
                params={"name": name},
                expected="the credential in the environment, never in a file or an argument",
                remedy="set {name} for the process that runs this, as from a file that only it can read",
            )
        ]
    )


async def stopped(task: asyncio.Task[Any]) -> None:
    """Cancel a task and wait until it is gone."""
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
