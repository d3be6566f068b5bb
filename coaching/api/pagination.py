"""How long lists are cut: `count`, `next`, `previous`, `results`."""

from rest_framework.pagination import PageNumberPagination


class Page(PageNumberPagination):
    """Fifty rows at a time; a client may ask for up to 200."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


class WholePage(Page):
    """For the knowledge, which is short: normally all of it at once."""

    page_size = 500
    max_page_size = 500
