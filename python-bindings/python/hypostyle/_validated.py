"""``validate=`` of merges: keys that repeat are an error of the merge itself, as in pandas, whose scripts catch it there."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from hypostyle.errors import InvalidArgumentError, MergeError

if TYPE_CHECKING:
    from hypostyle.frame import DataFrame

F = TypeVar("F", bound=Callable[..., Any])

#: What any keys are.
_ANY = (None, "m:m", "many_to_many")


def validating(merge: F) -> F:
    """Runs a merge that is told what its keys are."""

    @functools.wraps(merge)
    def checked(*args: Any, **options: Any) -> Any:
        return validated(merge(*args, **options), options.get("validate"))

    return cast(F, checked)


def validated(merged: DataFrame, validate: str | None) -> DataFrame:
    """The merged frame; where something is said of its keys its rows are there, or else a `MergeError` is raised."""
    if validate in _ANY:
        return merged
    try:
        plan = merged._plan.collected()
    except InvalidArgumentError as error:
        if not _is_of_keys(error):
            raise
        told = MergeError(*error.args)
        told.__dict__.update(error.__dict__)
        raise told from None
    return type(merged)._of(plan)


def _is_of_keys(error: InvalidArgumentError) -> bool:
    """Whether an error says that keys repeat."""
    return error.operation == "join" and "validate is" in str(error)
