from django.urls import path

from bangfu.ui import views

app_name = "ui"
urlpatterns = [
    path("ui-kit/", views.kit, name="kit"),
    path("ui-kit/progress/<int:percent>/", views.kit_progress, name="kit-progress"),
    path("ui-kit/reveal/", views.kit_reveal, name="kit-reveal"),
]
