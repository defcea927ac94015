"""What Expo, the stores and the app's repository answer when ``pawdeploy check`` asks them."""

import json
from base64 import b64encode

from pydantic import SecretStr

from tests.bot.integrations._store_keys import P256, key_file, pem

CONFIG = 'export default { name: "PawLogic", version: "1.4.0", runtimeVersion: { policy: "appVersion" } };\n'
SETTINGS: dict[str, object] = {
    "expo_token": SecretStr("expo-made-up"),
    "expo_api_url": "https://expo.test",
    "appstore_key": SecretStr(pem(P256)),
    "appstore_key_id": "2X9R4HXF34",
    "appstore_issuer": "57246542-96fe-1a63-e053-0824d011072a",
    "appstore_api_url": "https://appstore.test",
    "googleplay_account": SecretStr(key_file()),
    "googleplay_api_url": "https://googleplay.test",
}
EXPO: dict[str, object] = {
    "whoami": {"meActor": {"__typename": "Robot", "displayName": "ci", "accounts": [{"name": "pawlogic"}]}},
    "project": {"app": {"byId": {"id": "p", "fullName": "@pawlogic/mobile"}}},
    "builds": {"app": {"byId": {"builds": []}}},
    "branch": {"app": {"byId": {"updateBranchByName": {"id": "b-1"}}}},
    "channel": {
        "app": {
            "byId": {
                "updateChannelByName": {
                    "id": "c-1",
                    "name": "production",
                    "isPaused": False,
                    "branchMapping": '{"version":0,"data":[{"branchId":"b-1","branchMappingLogic":"true"}]}',
                    "updateBranches": [{"id": "b-1", "name": "production"}],
                }
            }
        }
    },
}
"""By the name of the query."""
APPLE = "/v1/apps/6450012345/appStoreVersions"
GOOGLE = "/androidpublisher/v3/applications/app.pawlogic/tracks/production/releases"
FILE = "/repos/pawlogic/mobile/contents/app.config.ts"
ANSWERS: dict[str, object] = {
    FILE: {
        "type": "file",
        "size": len(CONFIG),
        "encoding": "base64",
        "content": b64encode(CONFIG.encode()).decode(),
    },
    APPLE: {
        "data": [
            {
                "type": "appStoreVersions",
                "id": "v-1",
                "attributes": {
                    "versionString": "1.4.0",
                    "appVersionState": "READY_FOR_DISTRIBUTION",
                    "createdDate": "2026-11-20T12:00:00Z",
                },
            }
        ]
    },
    "/v1/reviewSubmissions": {"data": []},
    "/token": {"access_token": "of-google", "expires_in": 3599},
    GOOGLE: {
        "releases": [{"releaseName": "1.4.1", "releaseLifecycleState": "RELEASE_LIFECYCLE_STATE_DRAFT"}]
    },
}


def query_name(content: bytes) -> str:
    """Return what a query is called."""
    return str(json.loads(content)["query"]).split("(")[0].split("{")[0].split()[1]
