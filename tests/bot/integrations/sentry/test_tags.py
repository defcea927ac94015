"""Rules of reading an issue's tags: what no event has is nothing, what cannot be read is no answer."""

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from tests.bot.integrations.sentry.conftest import ORG

TAGS = f"{ORG}/issues/7/tags"


def values(*named):
    top = [{"key": "dist", "name": value, "value": value, "count": count} for value, count in named]
    return httpx.Response(200, json={"key": "dist", "name": "Dist", "topValues": top})


async def test_values_come_with_their_events_the_most_first(vendor, issues):
    vendor.on(f"GET {TAGS}/dist/", values(("86", 2), ("87", 9)))

    assert await issues.tag("7", "dist", environment="production") == (("87", 9), ("86", 2))
    assert dict(vendor.asked[-1].url.params) == {"environment": "production"}


async def test_events_without_a_value_are_left_out(vendor, issues):
    vendor.on(f"GET {TAGS}/dist/", values((None, 4), ("", 3), ("87", None)))

    assert await issues.tag("7", "dist") == (("87", 0),)


@pytest.mark.parametrize(
    "answer", [httpx.Response(404, json={}), httpx.Response(200, json={"key": "os.name", "topValues": None})]
)
async def test_a_tag_no_event_has_has_no_values(vendor, issues, answer):
    vendor.on(f"GET {TAGS}/os.name/", answer)

    assert await issues.tag("7", "os.name") == ()


@pytest.mark.parametrize(("number", "key"), [("7/8", "dist"), ("7", ".."), ("7", "")])
async def test_what_could_climb_out_of_the_path_is_refused_unsent(vendor, issues, number, key):
    with pytest.raises(VendorRejected):
        await issues.tag(number, key)
    assert vendor.asked == []


@pytest.mark.parametrize("answer", [{}, {"topValues": []}, {"key": "dist", "topValues": [{"count": "many"}]}])
async def test_an_answer_of_another_shape_is_unavailable(vendor, issues, answer):
    vendor.on(f"GET {TAGS}/dist/", httpx.Response(200, json=answer))

    with pytest.raises(VendorUnavailable, match="cannot read"):
        await issues.tag("7", "dist")
