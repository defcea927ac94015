"""One request a minute to a secret address that no error names."""

import httpx
import pytest

from bot.errors import VendorRejected, VendorUnavailable
from bot.integrations.beacon import Beacon

ADDRESS = "https://beats.example.com/ping/53cret-w0rd"


@pytest.fixture
def beacon(connect):
    return Beacon(connect(ADDRESS))


async def test_a_beat_is_one_request_to_the_whole_address(vendor, beacon):
    vendor.on("POST /ping/53cret-w0rd", httpx.Response(200, text="OK"))
    await beacon.beat()
    assert [str(request.url) for request in vendor.asked] == [ADDRESS]


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(404), VendorRejected),
        (httpx.Response(500, text="no"), VendorUnavailable),
        (httpx.ConnectError(f"cannot reach {ADDRESS}"), VendorUnavailable),
        (httpx.ReadTimeout(f"{ADDRESS} is slow"), VendorUnavailable),
    ],
)
async def test_no_error_names_the_address(vendor, beacon, answer, error):
    vendor.on("POST /ping/53cret-w0rd", answer)
    with pytest.raises(error) as failed:
        await beacon.beat()
    assert "53cret" not in str(failed.value)


async def test_an_address_with_a_query_keeps_it(vendor, connect):
    vendor.on("POST /ping", httpx.Response(200))
    await Beacon(connect("https://beats.example.com/ping?key=53cret")).beat()
    assert str(vendor.asked[0].url) == "https://beats.example.com/ping?key=53cret"
