"""Every address that Django answers. The ASGI front answers the rest (streams, the web app's files)."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path
from ninja import NinjaAPI

from alula.coach.api import router as coach
from alula.growth.api import router as growth
from alula.kernel.http import install_handlers
from alula.people.api import router as people
from alula.people.facade import SignedIn
from alula.record.api import router as record
from alula.site.system import router as system

api = NinjaAPI(title="Alula", version="1", docs_url=None, openapi_url="/openapi.json")
install_handlers(api)
api.add_router("", people)
api.add_router("/record", record, auth=SignedIn())
api.add_router("/coach", coach)
api.add_router("/growth", growth)
api.add_router("/system", system)

urlpatterns = [
    path("api/", api.urls),
    path("_allauth/", include("allauth.headless.urls")),
    path("back-office/", admin.site.urls),
]

handler404 = "alula.kernel.http.no_such_address"
