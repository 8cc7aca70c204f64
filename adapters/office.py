"""The office: every route of API and desk, who may use it, and what every answer carries."""

from typing import TypeAlias

import falcon
from sqlalchemy.exc import DBAPIError

from adapters.api import routes as api
from adapters.api.access import Access
from adapters.api.bodies import BodyLimit
from adapters.api.errors import (
    UNAVAILABLE,
    UNREADABLE,
    driver_failed,
    fault,
    store_unavailable,
    unreadable_history,
    write_error,
)
from adapters.api.headers import SecurityHeaders
from adapters.api.parts import Parts
from adapters.api.paths import CONVERTERS, SentPath
from adapters.desk import routes as desk_routes
from adapters.desk.desk import Desk
from adapters.desk.errors import error_page
from adapters.desk.guard import DeskGuard

Office: TypeAlias = "falcon.App[falcon.Request, falcon.Response]"


def create_office(parts: Parts) -> Office:
    """Make the WSGI application of the private address."""
    desk = Desk(parts)
    app: Office = falcon.App(
        middleware=[
            SecurityHeaders(),
            SentPath(),
            Access(parts.tokens),
            DeskGuard(desk.sessions),
            BodyLimit(),
        ]
    )
    app.set_error_serializer(error_page(desk, write_error))
    app.add_error_handler(Exception, fault)
    app.add_error_handler(DBAPIError, driver_failed)
    for failure in UNAVAILABLE:
        app.add_error_handler(failure, store_unavailable)
    for unread in UNREADABLE:
        app.add_error_handler(unread, unreadable_history)
    for name, converter in CONVERTERS.items():
        app.router_options.converters[name] = converter
    for template, resource in api.ROUTES:
        app.add_route(template, resource(parts))
    for template, page in desk_routes.ROUTES:
        app.add_route(template, page(desk))
    return app
