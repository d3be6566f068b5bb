"""What the desk's pages and the REST face both tell: read from the records, as far as it is shared, put in words where words are needed.

Knows no request, no template and no address; each face shows it in its own way.
"""
