"""Web API: ``views.*``: opening, changing and stacking forms (https://docs.slack.dev/surfaces/modals)."""

from sandbox.workspace.api_method import Method
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Json, View
from sandbox.workspace.screens import all_views, change_view, close_views, push_view, view_for_app
from sandbox.workspace.view_check import accept_view


def _view(args: Args) -> Json:
    view = args.object("view", "invalid_arguments")
    if view is None:
        args.needed("view")
        raise Refused("invalid_arguments")
    return accept_view(view)


def _open(core: Core, args: Args) -> Json:
    view = _view(args)
    user, channel = core.tickets.redeem(args.needed("trigger_id"))
    _unique(core, view)
    # A new form takes the place of whatever was open.
    close_views(core, user, every=True)
    return {"view": view_for_app(core, push_view(core, user, view, channel))}


def _push(core: Core, args: Args) -> Json:
    view = _view(args)
    user, channel = core.tickets.redeem(args.needed("trigger_id"))
    _unique(core, view)
    return {"view": view_for_app(core, push_view(core, user, view, channel))}


def _unique(core: Core, view: Json) -> None:
    named = view.get("external_id")
    if named and any(one.view.get("external_id") == named for one in all_views(core)):
        raise Refused("duplicate_external_id")


def _find(core: Core, args: Args) -> View:
    view_id, external = args.text("view_id"), args.text("external_id")
    for one in all_views(core):
        if (view_id and one.id == view_id) or (external and one.view.get("external_id") == external):
            return one
    raise Refused("not_found")


def _update(core: Core, args: Args) -> Json:
    view = _view(args)
    found = _find(core, args)
    if (given := args.text("hash")) and given != found.hash:
        raise Refused("hash_conflict")
    change_view(core, found, view)
    return {"view": view_for_app(core, found)}


METHODS = {
    "views.open": Method((), _open),
    "views.push": Method((), _push),
    "views.update": Method((), _update),
}
