from django.contrib import admin
from django.urls import include, path
from ninja import NinjaAPI
from alula.kernel.http import install_handlers
from alula.people.api import router as people

api = NinjaAPI(title="Alula", version="1", docs_url=None, openapi_url="/openapi.json")
install_handlers(api)
api.add_router("", people)

urlpatterns = [
    path("api/", api.urls),
    path("_allauth/", include("allauth.headless.urls")),
    path("admin/", admin.site.urls),
]
