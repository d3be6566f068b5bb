"""Plots drawn on the server as SVG: pure helpers that know no record and no request.

`scales` puts values and moments on an axis, `lines` makes paths with gaps where nothing is known, `bars` makes bars,
`tables` holds the same facts in words. Across, all is in per cent of the width, so that a plot fits a phone and a desk
while its words keep their size; down, it is in pixels. Coordinates are texts: a template would write 12.5 as 12,5
in Spanish, which no browser can draw.
"""
