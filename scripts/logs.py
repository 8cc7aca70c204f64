"""The log: one line an event on stderr, whoever speaks, and nothing in it that could pass for another."""

import json
import logging
import logging.config
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

HEAD = ("timestamp", "level", "role", "event")
QUOTED_WHEN = frozenset(' "=')
_JSON = json.JSONEncoder(default=repr, ensure_ascii=True)


def configure(log_format: str, role: str) -> None:
    """Send structlog and the standard library's logging to stderr, as `console` or `json` lines."""
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, *_processors(role), _renderer(log_format)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    logging.config.dictConfig(logging_config(log_format, role))


def logging_config(log_format: str, role: str) -> dict[str, Any]:
    """The standard library's part alone; gunicorn takes it as `logconfig_dict`.

    gunicorn and uvicorn hand the handlers of `gunicorn.error` on to each other, so that one has its own.
    """
    ours = {"handlers": ["stderr"], "level": "INFO"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "scripts.logs.formatter", "log_format": log_format, "role": role}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {**ours, "level": "WARNING"},
        "loggers": {
            "gunicorn.error": {**ours, "propagate": False},
            "uvicorn.error": {**ours, "propagate": False},
        },
    }


def formatter(log_format: str, role: str) -> logging.Formatter:
    """What makes a line of the standard library's records."""
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            *_processors(role),
        ],
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, _renderer(log_format)],
    )


def printable(text: str) -> str:
    """The text with what is not to be seen escaped: line ends, controls, marks of direction."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in text)


def _processors(role: str) -> list[Processor]:
    def add_role(_logger: object, _name: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
        event.setdefault("role", role)
        return event

    return [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        add_role,
        structlog.processors.format_exc_info,
    ]


def _renderer(log_format: str) -> Processor:
    return _console_line if log_format == "console" else _json_line


def _json_line(_logger: object, _name: str, event: MutableMapping[str, Any]) -> str:
    """One JSON object; ASCII only, so that no reader takes a Unicode line separator for an end."""
    ordered = {**{key: event[key] for key in HEAD if key in event}, **event}
    return _JSON.encode(ordered).replace("\x7f", r"\u007f")


def _console_line(_logger: object, _name: str, event: MutableMapping[str, Any]) -> str:
    head = [str(event.pop(key, "")) for key in HEAD]
    pairs = [f"{printable(str(key))}={_quoted(value)}" for key, value in event.items()]
    return printable(f"{head[0]} {head[1]:7} {head[2]:9} {head[3]}") + "".join(f"  {pair}" for pair in pairs)


def _quoted(value: object) -> str:
    text = printable(str(value))
    if text and not QUOTED_WHEN & set(text):
        return text
    quoted = text.replace('"', r"\"")
    return f'"{quoted}"'
