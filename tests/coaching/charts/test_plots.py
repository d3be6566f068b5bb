"""What is drawn, and that the same is told in words."""

import re

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from coaching.charts.bars import Bars, Series
from coaching.charts.lines import Line, path, stretches
from coaching.charts.strips import Strip, Strips
from coaching.charts.tables import Frame, Row, Table, thinned

WEEKS = ["3 Nov", "10 Nov", "17 Nov"]


def frame(**more):
    table = Table(["Week", "Reports"], [Row("3 Nov", [2]), Row("10 Nov", [None])])
    return Frame("reports", "Reports", "Two in the first week.", table, **more)


def bars(*series):
    return Bars(frame(), WEEKS, series)


def drawn(kind, chart):
    return render_to_string(f"parts/charts/{kind}.html", {"chart": chart})


def test_a_line_is_broken_where_nothing_is_known():
    points = [(0, 1.0), (1, 2.0), (2, None), (3, 4.0), (4, None), (5, 1.0), (6, 2.0)]
    assert stretches(points) == [[(0, 1.0), (1, 2.0)], [(3, 4.0)], [(5, 1.0), (6, 2.0)]]
    assert path(points) == "M0 1 L1 2 M5 1 L6 2"


def test_each_known_value_of_a_line_has_its_dot_and_no_other():
    line = Line(frame(), WEEKS, [1.0, None, 3.0], unit="h")
    assert [dot.says for dot in line.dots] == ["3 Nov: 1 h", "17 Nov: 3 h"]
    assert line.path == ""
    assert "chart-dot" in drawn("line", line)


def test_piles_stand_on_each_other():
    first, second = bars(Series("Full", [2, 1, 0]), Series("Out", [1, 0, 0], look=2)).bars[:2]
    assert float(second.y) + float(second.height) == pytest.approx(float(first.y), abs=0.02)
    assert float(first.height) == pytest.approx(2 * float(second.height), abs=0.02)
    assert (first.look, second.look) == (1, 2)
    assert second.says == "3 Nov: Out, 1"


def test_nought_has_no_bar_and_what_is_not_known_is_marked_as_such():
    chart = bars(Series("Reports", [0, None, 3]))
    assert [bar.says for bar in chart.bars] == ["17 Nov: Reports, 3"]
    assert len(chart.unknown) == 1
    assert ">?</text>" in drawn("bars", chart)


def test_labels_keep_their_distance_on_a_desk_and_more_of_it_on_a_phone():
    places = [f"{n}%" for n in range(52)]
    marks = thinned(places, places)
    assert len(marks) <= 14
    assert 0 < len([mark for mark in marks if not mark.only_wide]) <= 7
    assert [mark.only_wide for mark in thinned(["1%", "2%"], ["a", "b"])] == [False, False]


@pytest.mark.parametrize(
    ("kind", "chart"),
    [
        ("bars", bars(Series("Reports", [1, 0, 2]))),
        ("line", Line(frame(), WEEKS, [1.0, 2.5, None])),
        ("strips", Strips(frame(), WEEKS, [Strip("Calf", [1, 0, 2], 3)], "Reports")),
    ],
)
def test_every_plot_has_its_words_its_table_and_no_style_of_its_own(kind, chart):
    page = drawn(kind, chart)
    assert '<figure class="chart" id="reports" aria-labelledby="reports-title">' in page
    assert page.count("Two in the first week.") >= 1
    assert '<th scope="row">10 Nov</th><td><span class="muted">not known</span></td>' in page
    assert "style=" not in page
    assert "CSV" not in page


def test_the_file_is_offered_where_there_is_one():
    chart = Bars(frame(csv="/x.csv"), WEEKS, [Series("Reports", [1, 1, 1])])
    assert 'href="/x.csv" download' in drawn("bars", chart)


def test_coordinates_stay_numbers_in_a_language_with_commas():
    with translation.override("es"):
        page = drawn("line", Line(frame(), WEEKS, [0.5, 1.5, 2.5], unit="h"))
    places = re.findall(r'(?:c?[xy][12]?|width|height)="([^"]*)"', page)
    assert len(places) > 10
    assert not [place for place in places if "," in place]
    assert "1,5 h" in page, "what is read is written as the language has it"


def test_each_pattern_that_is_used_is_there():
    page = drawn("bars", bars(*(Series(f"S{n}", [1, 1, 1], look=n) for n in range(1, 7))))
    used = set(re.findall(r'fill="url\(#([^)]*)\)"', page))
    assert used == set(re.findall(r'<pattern class="[^"]*" id="([^"]*)"', page)) != set()
