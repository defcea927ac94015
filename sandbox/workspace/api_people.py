"""Web API: who is there and who we are: ``auth.*``, ``users.*``, ``usergroups.*``, ``apps.connections.*``."""

from sandbox.workspace.api_method import APP_TOKEN, Method, page_of
from sandbox.workspace.arguments import Args
from sandbox.workspace.core import Core
from sandbox.workspace.errors import Refused
from sandbox.workspace.model import Group, Json
from sandbox.workspace.shapes import bot_for_app, person_for_app


def _auth_test(core: Core, _args: Args) -> Json:
    team = core.state.team
    return {
        "url": f"https://{team.domain}.slack.com/",
        "team": team.name,
        "user": team.bot_name,
        "team_id": team.id,
        "user_id": team.bot_user,
        "bot_id": team.bot_id,
        "is_enterprise_install": False,
    }


def _connections_open(core: Core, _args: Args) -> Json:
    address = core.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/slack/link?ticket={core.tickets.socket()}&app_id={core.state.team.app_id}"}


def _users_info(core: Core, args: Args) -> Json:
    user = args.needed("user")
    if user == core.state.team.bot_user:
        return {"user": bot_for_app(core.state.team)}
    if user not in core.state.people:
        raise Refused("user_not_found")
    return {"user": person_for_app(core.state.people[user], core.state.team)}


def _users_list(core: Core, args: Args) -> Json:
    everyone = [person_for_app(one, core.state.team) for one in core.state.people.values()]
    page, following = page_of([*everyone, bot_for_app(core.state.team)], args)
    return {"members": page, "cache_ts": int(core.clock()), "response_metadata": following}


def _group(core: Core, group: Group, *, users: bool) -> Json:
    shown: Json = {
        "id": group.id,
        "team_id": core.state.team.id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "date_delete": 0,
        "user_count": len(group.users),
    }
    return shown | ({"users": list(group.users)} if users else {})


def _groups_list(core: Core, args: Args) -> Json:
    users = args.flag("include_users")
    return {"usergroups": [_group(core, group, users=users) for group in core.state.groups.values()]}


def _group_users(core: Core, args: Args) -> Json:
    group = core.state.groups.get(args.needed("usergroup"))
    if group is None:
        raise Refused("no_such_subteam")
    return {"users": list(group.users)}


METHODS = {
    "auth.test": Method((), _auth_test),
    "apps.connections.open": Method(APP_TOKEN, _connections_open),
    "users.info": Method(("users:read",), _users_info),
    "users.list": Method(("users:read",), _users_list),
    "usergroups.list": Method(("usergroups:read",), _groups_list),
    "usergroups.users.list": Method(("usergroups:read",), _group_users),
}
