"""Pages of the workbench; the home of a station."""

from django.urls import path

from tenant_apps.casework import views

app_name = "casework"

urlpatterns = [
    path("", views.workbench, name="workbench"),
    path("todos/", views.list_todos, name="todos"),
    path("todos/<uuid:todo_id>/close/", views.close_todo, name="close-todo"),
    path("attachments/<uuid:attachment_id>/", views.attachment, name="attachment"),
]
