"""giftless, a Git LFS server, open to anybody; ``STORE`` names the folder of its objects."""

from __future__ import annotations

import os

from giftless.app import init_app
from giftless.auth.allow_anon import read_write


def anybody(request):
    """Let anybody do anything; the name is what newer PyJWT wants to be a text."""
    user = read_write(request)
    user.id = "anybody"
    return user


app = init_app(
    additional_config={
        "LEGACY_ENDPOINTS": False,
        "AUTH_PROVIDERS": ["giftless_app:anybody"],
        "PRE_AUTHORIZED_ACTION_PROVIDER": {"options": {"private_key": "of no use to anybody" * 2}},
        "TRANSFER_ADAPTERS": {
            "basic": {"options": {"storage_options": {"path": os.environ["STORE"]}}}
        },
    }
)
