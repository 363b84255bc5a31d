"""Migrate an empty database in a third of the time: Django's executor, with a state that draws fewer models anew.

A migration keeps every model as a class and, whenever one changes, makes anew all that are near it: whatever has a
foreign key to a table to which this one has a key too. Half of our tables name the station they belong to, so each
index and each constraint cost half a hundred classes.
"""

from typing import Any

from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ModelState, ProjectState


class NearState(ProjectState):
    """A state in which a change that no other table notices reaches the model itself and those that point to it.

    Such are new models, indexes, constraints and fields that are no relations; everything else is Django's. It marks
    itself as delayed, so whatever looks at many models at once (``RunPython``) is given all of them made anew.
    """

    def add_model(self, model_state: ModelState) -> None:
        """Add a model; nothing points to it yet."""
        key = model_state.app_label, model_state.name_lower
        drawn = self.__dict__.pop("apps", None)
        super().add_model(model_state)
        if drawn is not None:
            self.__dict__["apps"] = drawn
            self.reload_model(*key, delay=True)

    def _find_reload_model(
        self, app_label: str, model_name: str, delay: bool = False
    ) -> set[tuple[str, str]]:
        if not delay:
            found: set[tuple[str, str]] = super()._find_reload_model(app_label, model_name)  # type: ignore[misc]
            return found
        self.is_delayed = True
        near = {(app_label, model_name)}
        try:
            before = self.apps.get_model(app_label, model_name)
        except LookupError:
            return near
        for field in before._meta.get_fields(include_hidden=True):
            if field.is_relation and field.auto_created and not field.concrete:
                other: Any = field.related_model
                near.add((other._meta.app_label, other._meta.model_name))
        return near


class NearExecutor(MigrationExecutor):
    """Runs migrations forwards over a ``NearState``."""

    def _create_project_state(self, with_applied_migrations: bool = False) -> ProjectState:
        state: ProjectState = super()._create_project_state(with_applied_migrations)  # type: ignore[misc]
        return NearState(models=state.models, real_apps=state.real_apps)
