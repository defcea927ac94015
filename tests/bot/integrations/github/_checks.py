"""A commit's check runs as GitHub lists them; shared by the tests that read them."""

REPO = "pawlogic/backend"
ROOT = "/repos/pawlogic/backend"
SHA = "0123456789abcdef0123456789abcdef01234567"
COMMIT = f"{ROOT}/commits/{SHA}"


def run(name="test", conclusion="success", id=1, status="completed", app="github-actions", **more):
    return {
        "id": id,
        "name": name,
        "status": status,
        "conclusion": conclusion,
        "html_url": f"https://github.com/{REPO}/runs/{id}",
        "app": {"slug": app, "name": app},
        **more,
    }
