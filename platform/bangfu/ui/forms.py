"""What forms of pages share."""

from __future__ import annotations

from django import forms

from bangfu.kernel.errors import InvalidInput


class TakesProblems(forms.Form):
    """A form that shows what a service refused, by its field; what has no field here stands above."""

    def take_problems(self, refusal: InvalidInput) -> None:
        """Show every problem of a refusal."""
        for problem in refusal.problems:
            name = self.field_of(problem.field)
            self.add_error(name if name in self.fields else None, str(problem.message))

    def field_of(self, field: str) -> str:
        """Return how a field of the service is called in this form."""
        return field
