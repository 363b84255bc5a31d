"""Endpoints of work that waits."""

from django.urls import path

from tenant_apps.casework import api

app_name = "casework"

urlpatterns = [
    path("todos/", api.TodoList.as_view(), name="todos"),
    path("todos/<uuid:todo_id>/close/", api.TodoClosed.as_view(), name="close-todo"),
    path("deadlines/", api.DeadlineList.as_view(), name="deadlines"),
    path("attachments/<uuid:attachment_id>/", api.AttachmentContent.as_view(), name="attachment"),
]
