import threading
import time

from bangfu.observability.heartbeat import Heartbeat


def test_a_silent_worker_is_ended():
    ended = threading.Event()

    Heartbeat(silence_seconds=0.1, end=ended.set).watch()

    assert ended.wait(timeout=5)


def test_a_beating_worker_is_left_alone():
    ended = threading.Event()
    heart = Heartbeat(silence_seconds=0.5, end=ended.set)
    heart.watch()

    for _ in range(10):
        time.sleep(0.1)
        heart.beat()

    assert not ended.is_set()
