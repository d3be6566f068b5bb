"""Pages and answers go over the air compressed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

API = "/api/"
ZIPPED = '-gzip"'  # how the ETag of a compressed answer ends


class Compressed(GZipMiddleware):
    """As Django does it, but that answers of the API keep a strong `ETag`.

    Pages get random bytes against BREACH, so that no two are the same. That attack needs a browser that sends its cookie by itself;
    what was asked for with a token in the header may be the same each time. What was not goes as it is.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        tag = response.headers.get("ETag", "")
        if not tag or not request.path_info.startswith(API):
            return super().process_response(request, response)
        if "Authorization" not in request.headers:
            return response
        answer = _same_each_time.process_response(request, response)
        zipped = answer.headers.get("Content-Encoding") == "gzip"
        answer.headers["ETag"] = tag.removesuffix('"') + ZIPPED if zipped else tag
        return answer


class _SameEachTime(GZipMiddleware):
    max_random_bytes = 0


_same_each_time = _SameEachTime(lambda request: HttpResponse())
