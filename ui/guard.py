"""Who may talk to the server: not a page of another site that had its name pointed at this machine (DNS rebinding). Plain ASGI.

A browser sends the name it believes it talks to in `Host`. An attacker's name can be made to resolve to 127.0.0.1; an address in
digits and "localhost" cannot, so those pass, with this machine's own name and the names given with `--allow-host`. Requests of
programs (the paths in `PROGRAM_PATHS`) that a browser marks with an `Origin` must come from a page of this very server.
"""

from __future__ import annotations

import ipaddress
import json
import socket
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

PROGRAM_PATHS = ("/v1/", "/mcp")

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class HostGuard:
    """Middleware that answers 421 to a foreign `Host` and 403 to a foreign `Origin`, before anything else sees the request."""

    def __init__(self, app: Callable[[Scope, Receive, Send], Awaitable[None]], names: Iterable[str] = ()) -> None:
        self.app = app
        self.names = known_names(names)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        problem = self._problem(scope) if scope["type"] in ("http", "websocket") else None
        if problem is None:
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1008})
        else:
            await _refuse(send, *problem)

    def _problem(self, scope: Scope) -> tuple[int, str, str] | None:
        headers = {name.lower(): value.decode("latin-1") for name, value in scope["headers"]}
        host, origin = headers.get(b"host", ""), headers.get(b"origin", "")
        if not is_known_host(host, self.names):
            name = _printable(host)
            told = f"This server does not answer to the name {name!r}. Start it with --allow-host {name or 'NAME'}."
            return 421, "unknown_host", told
        path = scope.get("path", "")
        if origin and path.startswith(PROGRAM_PATHS) and urlsplit(origin).netloc.casefold() != host.casefold():
            return 403, "foreign_origin", f"Pages of {_printable(origin)!r} may not ask this server."
        return None


def known_names(more: Iterable[str] = ()) -> frozenset[str]:
    """Names that pass beside addresses in digits, lower case."""
    own = socket.gethostname().casefold()
    return frozenset({"localhost", own, f"{own}.local", *(name.casefold().strip() for name in more)} - {"", ".local"})


def is_known_host(host: str, names: frozenset[str]) -> bool:
    """True for "127.0.0.1:7860", "[::1]:7860", "localhost" and the `names`; a port never matters."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
        ipaddress.ip_address(name)
    except ValueError:
        return bool(name := _name_of(host)) and name in names
    return True


def _name_of(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").casefold().rstrip(".")
    except ValueError:
        return ""


def _printable(value: str) -> str:
    return "".join(char for char in value if char.isprintable())[:120]


async def _refuse(send: Send, status: int, code: str, message: str) -> None:
    body = json.dumps({"error": {"message": message, "type": "invalid_request_error", "param": None, "code": code}}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
