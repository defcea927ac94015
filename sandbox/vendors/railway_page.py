"""The page a deployment's link opens in the sandbox: what Railway's own page would show, in plain HTML.

Pure: state in, HTML out. Must not know HTTP.
"""

from html import escape

from sandbox.vendors.railway_world import TERMINAL, Deployment

_STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:52rem;margin:3rem auto;color:#1d1c1d}
pre{background:#f6f6f6;border:1px solid #ddd;border-radius:6px;padding:1rem;overflow:auto}
table{border-collapse:collapse}td{padding:.2rem 1.2rem .2rem 0;vertical-align:top}.err{color:#b3261e}
small{color:#616061}"""


def page(title: str, body: str, *, refresh: bool = False) -> str:
    """Return a whole page around ``body`` (already HTML); ``refresh`` reloads it every second."""
    again = '<meta http-equiv="refresh" content="1">' if refresh else ""
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}</title>{again}'
        f"<style>{_STYLE}</style></head><body>{body}</body></html>"
    )


def deployment_page(d: Deployment, commit: tuple[str, str], root: str) -> str:
    """Return the page of one deployment; ``root`` is where the simulated Railway is mounted."""
    title, author = commit
    rows = "".join(
        f"<tr><td>{escape(event.step)}</td><td>{event.created_at:%H:%M:%S}</td>"
        f'<td class="err">{escape(event.error)}</td></tr>'
        for event in d.events
    )
    log = escape("\n".join(f"{line.at:%H:%M:%S}  {line.message}" for line in d.logs))
    action = f"{escape(root)}/deployment/{d.id}/approve"
    button = f'<form method="post" action="{action}"><button>Approve</button></form>'
    approve = button if d.status == "NEEDS_APPROVAL" else ""
    body = (
        f"<small>Simulated Railway · {escape(d.service)} · {escape(d.environment)}</small>"
        f"<h1>{d.status}</h1>{approve}"
        f"<p><code>{escape(d.sha[:7])}</code> {escape(title)} <small>{escape(author)}</small></p>"
        f"<table>{rows}</table><h2>Logs</h2><pre>{log}</pre>"
    )
    return page(f"{d.service} {d.environment}: {d.status}", body, refresh=d.status not in TERMINAL)
