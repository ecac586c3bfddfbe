"""Site: the composition root. Settings, urls, the ASGI front, the command line, the demo. The only floor that knows every domain."""
