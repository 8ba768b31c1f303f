"""A valid Zoho access token from Latchkey, in Python.

Needs permission to invoke get-access-token and its name in LATCHKEY_GET_ACCESS_TOKEN_FUNCTION
(stack output GetAccessTokenFunctionName).
"""

import json
import os
import urllib.request

import boto3

lambda_client = boto3.client("lambda")
# For tokens that were saved without their API domain: answers say None then.
OTHERWISE = os.environ.get("ZOHO_API_DOMAIN", "https://www.zohoapis.com")


class LatchkeyError(Exception):
    """A failure of the store's contract: a code, a text for a person, and whether to try again."""

    def __init__(self, code, message, retryable):
        super().__init__(f"{code}: {message}")
        self.code = code
        self.retryable = retryable


def get_access_token(user_name):
    """Returns accessToken, expiresAt (Unix epoch in milliseconds), apiDomain and tokenId.

    apiDomain and expiresAt are None where nobody said them.
    """
    function_name = os.environ["LATCHKEY_GET_ACCESS_TOKEN_FUNCTION"]
    response = lambda_client.invoke(
        FunctionName=function_name,
        Payload=json.dumps({"userName": user_name}),
    )
    if "FunctionError" in response:
        request_id = response["ResponseMetadata"]["RequestId"]
        raise RuntimeError(f"{function_name} failed (request id {request_id}): see its log")
    result = json.load(response["Payload"])
    if "error" in result:
        raise LatchkeyError(**result["error"])
    return result


def handler(event, _context):
    token = get_access_token(event["userName"])
    request = urllib.request.Request(
        f"{token['apiDomain'] or OTHERWISE}/crm/v8/Leads?fields=Last_Name,Email",
        headers={"Authorization": f"Zoho-oauthtoken {token['accessToken']}"},
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response) if response.status == 200 else {"data": []}
