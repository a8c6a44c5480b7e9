"""Answers tools/list with an error."""

from stdio import error, serve

serve(lambda request: error(request, "backend\nis \x1b[31mdown", -32000))
