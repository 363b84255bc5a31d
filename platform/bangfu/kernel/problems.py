"""Refusals as RFC 9457 problems, the one shape of every error of the API."""

import json
from typing import Any

import structlog
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import exception_handler, set_rollback

from bangfu.kernel.errors import (
    DomainError,
    InvalidInput,
    NotFound,
    NotPermitted,
    NotStorable,
    Problem,
)

log = structlog.get_logger(__name__)

MEDIA_TYPE = "application/problem+json"


def to_problem_response(error: Exception, context: dict[str, Any]) -> Response | None:
    """Turn a refusal, or an error of the framework, into a problem; leave faults alone."""
    if isinstance(error, Http404):
        error = NotFound()
    elif isinstance(error, DataError | UnicodeEncodeError):
        log.warning("not_storable", error=str(error)[:200])
        error = NotStorable()
    elif isinstance(error, PermissionDenied):
        error = NotPermitted()
    if isinstance(error, DomainError):
        set_rollback()
        return Response(problem_of(error), status=error.http_status, content_type=MEDIA_TYPE)
    response = exception_handler(error, context)
    if response is not None and isinstance(error, exceptions.APIException):
        response.data = _problem_of_framework(error, response.status_code)
        response.content_type = MEDIA_TYPE
    return response


def problem_of(error: DomainError) -> dict[str, Any]:
    """Return the members of the problem document for ``error``."""
    body: dict[str, Any] = {
        "type": f"/problems/{error.code}",
        "title": error.code,
        "status": error.http_status,
        "detail": _sendable(str(error)),
    }
    if isinstance(error, InvalidInput):
        body["errors"] = [as_json(problem) for problem in error.problems]
    return body


def as_json(problem: Problem) -> dict[str, Any]:
    """Return one problem of an input as the API shows it."""
    return {
        "code": problem.code,
        "field": _sendable(problem.field),
        "message": _sendable(str(problem.message)),
        "row": problem.row,
        "column": problem.column,
        "severity": problem.severity,
    }


def _problem_of_framework(error: exceptions.APIException, status: int) -> dict[str, Any]:
    code = error.default_code.replace("_", "-")
    body: dict[str, Any] = {
        "type": f"/problems/{code}",
        "title": code,
        "status": status,
        "detail": str(error.default_detail),
    }
    if isinstance(error, exceptions.ValidationError):
        body["errors"] = list(_flattened(error.detail))
    elif isinstance(error, exceptions.ParseError):
        body["detail"] = _unreadable(error)
    else:
        body["detail"] = _sendable(str(error.detail))
    return body


def _unreadable(error: exceptions.ParseError) -> str:
    """Say where a body stops being what its media type says; the framework has only English for it."""
    cause = error.__context__
    if isinstance(cause, json.JSONDecodeError):
        return _("请求内容从第 %(line)d 行第 %(column)d 列起不是正确的 JSON，请核对。") % {
            "line": cause.lineno,
            "column": cause.colno,
        }
    if isinstance(cause, UnicodeDecodeError):
        return _("请求内容不是 UTF-8 编码，请改用 UTF-8 发送。")
    return _("请求内容与其 Content-Type 不符，无法读取，请核对。")


def _sendable(text: str) -> str:
    """Return the text without halves of characters, which a caller may send escaped but nobody can write."""
    return text.encode(errors="replace").decode()


def _flattened(detail: Any, field: str = "") -> Any:
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flattened(inner, f"{field}.{name}" if field else str(name))
    elif isinstance(detail, list):
        # What is wrong with a list of objects comes as one dictionary for each, empty where all is well.
        for at, inner in enumerate(detail):
            yield from _flattened(inner, f"{field}.{at}" if isinstance(inner, dict) else field)
    else:
        yield {
            "code": getattr(detail, "code", "invalid"),
            "field": _sendable(field),
            "message": _sendable(str(detail)),
            "row": None,
            "column": "",
            "severity": "error",
        }
