"""What every endpoint keeps to, so that no view can forget it. docs/api.md tells clients about it.

A view says what is its own: `scope`, `filterset_class`, `query_parameters`, and `telling` where it takes answers.
"""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework.request import Request
from rest_framework.response import Response

from coaching.api import limits, parameters, tags
from coaching.api.once import Once


class Endpoint(tags.Tagged, Once):
    """The base of every view below `/api/v1/`; those of records come from `Scoped`.

    `query_parameters` are those of a view that is no list. What takes answers (`telling`) is under no limit.
    """

    query_parameters: ClassVar[tuple[str, ...]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            parameters.refuse_unknown(self, request.query_params)
        elif request.method == "POST":
            self.do_once(request)
        elif request.method in tags.EDITS:
            self.change_only_if_unchanged(request)

    def handle_exception(self, exc: Exception) -> Response:
        self.let_go()
        return super().handle_exception(limits.of_strangers(self.request, exc))

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if request.method in ("GET", "HEAD"):
            self.tagged(request, response)
        return response

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(request, *args, **kwargs)
        if self.tells_danger:
            limits.note_if_over(self.request, response)
        return response
