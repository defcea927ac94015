"""Railway's answers, shaped like its schema; shared by the tests of its client."""

import httpx

API = "https://backboard.railway.com/graphql/v2"
SHA = "0123456789abcdef0123456789abcdef01234567"


def data(**fields):
    return httpx.Response(200, json={"data": fields})


def error(message):
    return httpx.Response(200, json={"errors": [{"message": message}], "data": None})


def node(id="d-1", status="SUCCESS", created="2026-11-23T10:00:00.000Z", **more):
    return {"id": id, "status": status, "createdAt": created, "meta": {"commitHash": SHA}, **more}


def listing(*nodes):
    return data(deployments={"edges": [{"node": one} for one in nodes]})
