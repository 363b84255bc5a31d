import io
import json
import logging
import logging.config

import pytest
import structlog

from bangfu.observability.logs import configure_structlog, logging_configuration


@pytest.fixture
def lines():
    """The lines written while the product's own configuration is in force."""
    stream = io.StringIO()
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    configuration = logging_configuration()
    configuration["handlers"]["stderr"]["stream"] = stream
    configuration["loggers"] = {}
    logging.config.dictConfig(configuration)
    configure_structlog()
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers, root.level = before, level
    configure_structlog()
    structlog.contextvars.clear_contextvars()


def test_a_line_is_json_with_the_station_and_in_chinese_as_it_is(lines):
    with structlog.contextvars.bound_contextvars(station="130705001"):
        structlog.get_logger("bangfu.test").info("file_approved", tier="深度困难", seconds=0.2)

    (line,) = lines()
    assert line["station"] == "130705001"
    assert line["event"] == "file_approved"
    assert line["tier"] == "深度困难"
    assert line["level"] == "info"
    assert line["timestamp"].endswith("Z")


def test_lines_of_libraries_look_the_same_and_are_scrubbed(lines):
    with structlog.contextvars.bound_contextvars(station="1307"):
        logging.getLogger("celery.worker").warning("lost %s", "13912345678", extra={"id_no": "x"})

    (line,) = lines()
    assert line["event"] == "lost [phone]"
    assert line["id_no"] == "[removed]"
    assert line["station"] == "1307"
    assert line["logger"] == "celery.worker"


def test_the_text_of_a_fault_is_scrubbed_in_its_trace(lines):
    try:
        int("id 130771198803150017")
    except ValueError:
        structlog.get_logger("bangfu.test").exception("failed")

    (line,) = lines()
    assert "invalid literal for int() with base 10: 'id [id]'" in line["exception"]
