"""Headers of several rows: groups of columns, names for programs, surveys."""

import pytest

from segaudit.ingest.layout import find_header

SURVEY = [
    ["Respondent ID", "Start Date", "End Date", "How was it?", "Which ones?", "", "Anything else?"],
    ["", "", "", "Response", "Mail", "Phone", "Open-Ended Response"],
    ["118", "2024-01-05 10:00", "2024-01-05 10:01", "Very good", "Mail", "", "no"],
    ["119", "2024-01-06 10:00", "2024-01-06 10:01", "Not good", "", "Phone", ""],
]
IMPORT_IDS = [
    ["StartDate", "Q1"],
    ["Start Date", "How likely are you?"],
    ['{"ImportId":"startDate"}', '{"ImportId":"QID1"}'],
    ["2024-01-01", "9"],
]
PLAIN_GAP = [["Mail", "Since", "Tags", ""], ["", "", "a", "b"], ["b@x.io", "2024-01-05", "c", ""]]


@pytest.mark.parametrize(
    ("rows", "header_rows", "names"),
    [
        (
            [
                ["Region", "2023", "", "2024", ""],
                ["", "Q1", "Q2", "Q1", "Q2"],
                ["North", "1", "2", "3", "4"],
                ["South", "1", "2", "3", "4"],
            ],
            2,
            ("Region", "2023 Q1", "2023 Q2", "2024 Q1", "2024 Q2"),
        ),
        ([["Work Email", "Last Name"], ["npe01__WorkEmail__c", "LastName"]], 2, ("Work Email", "Last Name")),
        (
            [["work_email", "last_name"], ["Work Email", "Last Name"], ["a@x.io", "Lee"]],
            2,
            ("Work Email", "Last Name"),
        ),
        (IMPORT_IDS, 3, ("StartDate Start Date", "Q1 How likely are you?")),
        (
            SURVEY,
            2,
            (
                "Respondent ID",
                "Start Date",
                "End Date",
                "How was it? Response",
                "Which ones? Mail",
                "Which ones? Phone",
                "Anything else? Open-Ended Response",
            ),
        ),
        (PLAIN_GAP[:1] + PLAIN_GAP[2:], 1, ("Mail", "Since", "Tags", "")),
        ([["Name", "Size"], ["Ann", "L2"], ["Bo", "3"], ["Cy", "4"], ["Di", "5"]], 1, ("Name", "Size")),
    ],
)
def test_header_rows(rows: list[list[str]], header_rows: int, names: tuple[str, ...]) -> None:
    """A second row belongs to the header if it names what stands in groups, or names the columns for programs."""
    place = find_header(rows)
    assert (place.above, place.header_rows, place.names) == (0, header_rows, names)


def test_header_of_one_name() -> None:
    """A word alone, right above rows that have no header, and in a row as wide as they are, is the first one's name."""
    body = [["Ann", "a@x.io", "1", "0150"], ["Jo", "j@x.io", "13", "5311"], ["Ed", "e@x.io", "14", "5311"]]
    assert find_header([["Name", "", "", ""], *body]).names == ("Name", "", "", "")
    assert find_header([["Name"], *body]).header_rows == 0
    assert find_header([["Our customers", "", "", ""], *body]).header_rows == 0
