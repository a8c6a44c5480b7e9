"""A secret as servers may spell it."""

import base64
import html
import json
from urllib.parse import quote, quote_plus

SECRET = "Kx7#mQ2/vT9+zR4 wB8ä-pL5sDeF6gH1jK"


def list_spellings(secret: str) -> dict[str, str]:
    content = secret.encode()
    return {
        "plain": secret,
        "upper": secret.upper(),
        "lower": secret.lower(),
        "percent": quote(secret, safe=""),
        "percent-lower": quote(secret, safe="").lower(),
        "percent-all": "".join(f"%{byte:02X}" for byte in content),
        "percent-twice": quote(quote(secret, safe=""), safe=""),
        "plus": quote_plus(secret),
        "json": json.dumps(secret)[1:-1],
        "json-all": "".join(f"\\u{ord(char):04x}" for char in secret),
        "json-upper": "".join(f"\\u{ord(char):04X}" for char in secret),
        "json-slash": secret.replace("/", "\\/"),
        "json-twice": json.dumps(json.dumps(secret)),
        "html": html.escape(secret).replace("/", "&#x2F;"),
        "part": secret.partition(" ")[0],
        "last-part": secret.rpartition("-")[2],
        **{
            f"base64-{before}": base64.b64encode(b"user:"[:before] + content).decode()
            for before in range(6)
        },
        "base64-inside": base64.b64encode(b"me:" + content + b":more").decode().rstrip("="),
        "base64-urlsafe": base64.urlsafe_b64encode(b"me:" + content).decode(),
        "base64-lines": base64.encodebytes(b"me:" + content * 3).decode(),
        "base64-percent": quote(base64.b64encode(content).decode(), safe=""),
    }


def find_leaks(text: str, secret: str = SECRET) -> list[str]:
    """Which spellings, or a quarter of one, are in `text`."""
    lower = text.lower()
    found = []
    for name, spelled in list_spellings(secret).items():
        quarter = max(8, len(spelled) // 4)
        pieces = [spelled[at : at + quarter] for at in range(8, len(spelled) - quarter - 8, 4)]
        if any(piece.lower() in lower for piece in (spelled, *pieces)):
            found.append(name)
    return found
