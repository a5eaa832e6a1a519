"""Functions by name, imported when they are first called: models are listed without drivers."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def lazily(name: str, *first: Any, **options: Any) -> Callable[..., Any]:
    """The callable `name` ("package.module:attribute"), called with these before all else.

    A name that does not exist fails when it is called; the contract's tests call every one.
    """
    module, _, attribute = name.partition(":")

    def call(*more: Any) -> Any:
        return getattr(import_module(module), attribute)(*first, *more, **options)

    return call
