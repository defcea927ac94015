"""Where a mounted simulator is reached, for the links in its answers. Must not know what is mounted."""

from starlette.requests import Request


def root_of(request: Request) -> str:
    """Return the address this simulator is mounted at, without a trailing slash."""
    # Starlette's base_url forgets the mounts below the server's own root.
    mounted = str(request.scope.get("root_path", ""))
    known = str(request.scope.get("app_root_path", mounted))
    return str(request.base_url).rstrip("/") + mounted.removeprefix(known)
