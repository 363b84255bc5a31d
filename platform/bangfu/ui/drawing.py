"""What every component is drawn with: icons, and templates of its own."""

from functools import cache
from typing import Any

from django.template import Context, Engine
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString


@cache
def icon(name: str) -> SafeString:
    """Draw an icon of the sprite; it is decoration, the text beside it carries the meaning."""
    return format_html(
        '<svg class="ic" aria-hidden="true"><use href="{}#{}"></use></svg>',
        static("vendor/icons/sprite.svg"),
        name,
    )


def draw(context: Context, name: str, **values: Any) -> SafeString:
    """Draw the template of a component with these values alone, and the request of the page it stands in."""
    page = {"request": context.get("request"), "csrf_token": context.get("csrf_token")}
    # Rendered as part of the page: with a request of its own each component would ask anew for what every page shows.
    template = Engine.get_default().get_template(name)
    return template.render(context.new(page | values))
