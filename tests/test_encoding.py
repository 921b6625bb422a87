"""Which encoding a file is in, told from its bytes alone, and no byte of it lost on the way."""

import itertools
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from segaudit.errors import InputError
from segaudit.ingest.encodings.detecting import detect_encoding
from segaudit.ingest.encodings.encoding import Encoding
from segaudit.ingest.encodings.faults import find_faults
from segaudit.ingest.encodings.stated import stated_encoding
from segaudit.ingest.encodings.texts import encoded, encoded_length, mended, open_text

_ANY_FILE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)

# People, companies and cities: ten cells, as short as they are in exports.
_CELLS = {
    "cp1252": "Jürgen Weiß,Müller GmbH,Lefèvre,Besançon,Peña,São Paulo,Søren,Malmö,D’Arcy,5 €",
    "cp1250": "Łódź,Dvořák,Wiśniewski,Plzeň,Győr,Kraków,Šťastná,Bucureşti,Częstochowa,Kőszeg",
    "cp1251": "Москва,Иванов,ООО Ромашка,Київ,София,Щербакова,Жуков,Казань,Пётр,Уфа",
    "cp1253": "Αθήνα,Παπαδόπουλος,Θεσσαλονίκη,Γιώργος,Ελένη,Πάτρα,Κέρκυρα,Ζωή,Βόλος,ΑΘΗΝΑ",
    "cp1254": "Yılmaz,İstanbul,Şahin,Öztürk,Diyarbakır,Çelik,Doğan,Ağrı,Muğla,Güneş",
    "cp1257": "Šiauliai,Panevėžys,Žukauskas,Klaipėda,Rūta,Kazlauskienė,Mažeikiai,Ąžuolas,Tauragė,Birutė",
    "mac-roman": "Jürgen Weiß,Müller GmbH,Lefèvre,Besançon,Peña,São Paulo,Søren,Malmö,D’Arcy,Hélène",
    "cp850": "Jürgen Weiß,Müller GmbH,Lefèvre,Besançon,Peña,São Paulo,Søren,Malmö,Århus,Hélène",
    "iso8859-2": "Łódź,Dvořák,Wiśniewski,Plzeň,Győr,Kraków,Šťastná,Miloš,Częstochowa,Kőszeg",
    "iso8859-15": "Jürgen Weiß,Lefèvre,Besançon,Peña,5 €,12 €,Søren,Malmö,20 €,Hélène",
    "koi8-u": "Москва,Иванов,ООО Ромашка,Киев,София,Щербакова,Жуков,Казань,Пётр,Уфа",
    "cp866": "Москва,Иванов,ООО Ромашка,Киев,София,Щербакова,Жуков,Казань,Пётр,Уфа",
    "cp852": "Łódź,Dvořák,Wiśniewski,Plzeň,Győr,Kraków,Šťastná,Žižkov,Częstochowa,Kőszeg",
    "cp932": "株式会社山田,東京都,田中太郎,トヨタ,大阪市,鈴木,さくら,横浜,ソニー,営業部",
    "gb18030": "北京市,王小明,有限公司,上海,华为技术,李伟,深圳市,张丽,中国银行,贸易",
    "cp950": "台北市,王小明,股份有限公司,高雄,陳水扁,國泰人壽,新竹,黃先生,統一企業,業務部",
    "cp949": "서울,김철수,주식회사,부산,이영희,삼성전자,대한민국,강남구,박지성,영업부",
    "cp1255": "תל אביב,ירושלים,משה כהן,חיפה,דוד לוי,בנק הפועלים,אברהם,נתניה,יוסף,אשדוד",
    "cp1256": "القاهرة,محمد أحمد,الرياض,شركة النور,فاطمة,بنك مصر,عبد الله,بيروت,الكويت,يوسف",
}


def write(folder: Path, data: bytes) -> Path:
    """Write a file."""
    path = folder / "export.csv"
    path.write_bytes(data)
    return path


def detect(folder: Path, data: bytes) -> Encoding:
    """Write a file and tell its encoding from all of it."""
    return detect_encoding(write(folder, data), whole=True)


def read(path: Path, encoding: Encoding) -> str:
    """Read all of a file, kept bytes as they come."""
    with open_text(path, encoding, "export.csv") as file:
        return file.read()


def read_mended(folder: Path, data: bytes) -> tuple[Encoding, str]:
    """Write a file; tell its encoding and what it says."""
    encoding = detect(folder, data)
    return encoding, mended(read(folder / "export.csv", encoding), encoding)


# ------------------------------------------------------------------------------------------------------------ deciding


@pytest.mark.parametrize("codec", _CELLS)
def test_ten_cells_are_enough(tmp_path: Path, codec: str) -> None:
    """Ten cells with letters of their own tell a code page: what is read is what was written."""
    text = "name,n\r\n" + "".join(f'"{cell}",1\r\n' for cell in _CELLS[codec].split(","))
    encoding, said = read_mended(tmp_path, text.encode(codec))
    assert (encoding.name, said) == (codec, text)
    assert stated_encoding(encoding.name, tmp_path / "export.csv").codec == codec


@pytest.mark.parametrize(
    ("codec", "mark", "name"),
    [
        ("utf-8", b"", "utf-8"),
        ("utf-8", b"\xef\xbb\xbf", "utf-8"),
        ("utf-16-le", b"\xff\xfe", "utf-16"),
        ("utf-16-be", b"\xfe\xff", "utf-16"),
        ("utf-16-le", b"", "utf-16-le"),
        ("utf-16-be", b"", "utf-16-be"),
        ("utf-32-le", b"\xff\xfe\0\0", "utf-32"),
        ("utf-32-be", b"\0\0\xfe\xff", "utf-32"),
        ("utf-32-le", b"", "utf-32-le"),
        ("utf-32-be", b"", "utf-32-be"),
    ],
)
def test_unicode(tmp_path: Path, codec: str, mark: bytes, name: str) -> None:
    """Each form of Unicode is told, with its mark or without, and the mark is no part of the text."""
    text = "name,price\nJosé,5 €\nŁódź,😀\n"
    encoding, said = read_mended(tmp_path, mark + text.encode(codec))
    assert (encoding.name, encoding.mark, said, encoding.certain) == (name, mark, text, True)
    assert encoding.is_utf8 == (name == "utf-8")


def test_western_europe_is_not_taken_for_another_part(tmp_path: Path) -> None:
    """Names from all over Western Europe are cp1252, not the cp1250 that has a letter for each of their bytes, too."""
    text = "García\nMüller\nFrançois\nSøren\nSão Paulo\nHernández\nJürgen\nLópez\nMünchen\nNuñez\n" * 500
    encoding, said = read_mended(tmp_path, text.encode("cp1252"))
    assert (encoding.name, said, encoding.certain) == ("cp1252", text, True)
    assert encoding.why == "encoding read as cp1252 (no byte-order mark; ü, í and ç fit it)"


@pytest.mark.parametrize("sign", ["Nº;Dª", "Mª;2º", "2º B;Nª", "5.ª;Nº"])
def test_ordinals_of_spain_are_no_letters_of_another_part(tmp_path: Path, sign: str) -> None:
    """The signs in Nº and 2º are letters of Romania where they stand in Central Europe's code page."""
    text = f"{sign};País\nSofía;García;España\nAndrés;Jiménez;España\nLucía;López;España\n"
    encoding = detect(tmp_path, text.encode("cp1252"))
    assert (encoding.name, encoding.certain) == ("cp1252", True)


def test_initials_of_romania_stay_letters(tmp_path: Path) -> None:
    """Ş alone, in capitals, is the beginning of a name."""
    text = "Nume;Oraş\nŞ. Popescu;Bucureşti\nŢ. Ionescu;Iaşi\nAna Ştefănescu;Braşov\nMarţi;Piteşti\n"
    encoding = detect(tmp_path, text.encode("cp1250"))
    assert (encoding.name, encoding.certain) == ("cp1250", True)


def test_a_repeated_word_is_one_word(tmp_path: Path) -> None:
    """A word that may be of two code pages is no surer for standing there a thousand times, and the report says so."""
    once, often = (detect(tmp_path, "Plzeň\n".encode("cp1250") * count) for count in (1, 1000))
    assert once == often
    assert not once.certain
    assert once.why == (
        "encoding taken for cp1252, but it may be cp1250 (ò would be ň): if so, state --encoding cp1250"
    )


def test_text_in_single_letters(tmp_path: Path) -> None:
    """One accented letter is read as of Western Europe."""
    encoding, said = read_mended(tmp_path, "name\nJosé\n".encode("cp1252"))
    assert (encoding.name, said) == ("cp1252", "name\nJosé\n")
    assert encoding.why == "encoding read as cp1252 (no byte-order mark; é fits it)"


def test_padding_is_no_utf16(tmp_path: Path) -> None:
    """Zero bytes that fill up the cells of an old system do not make a file UTF-16."""
    data = b"name,city\n" + b"Smith\0\0\0\0\0,Leeds\0\0\0\n\0" * 20
    encoding, said = read_mended(tmp_path, data)
    assert (encoding.name, said) == ("utf-8", data.decode())


@pytest.mark.parametrize("text", ["имя,город\nИван,Москва\n", "姓名,城市\n王小明,北京\n"])
@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf16_without_latin_letters(tmp_path: Path, codec: str, text: str) -> None:
    """UTF-16 without a mark is told by its line ends where the letters hold no zero byte."""
    assert read_mended(tmp_path, text.encode(codec))[1] == text


def test_beginning_decides_quickly(tmp_path: Path) -> None:
    """Without a look at the whole, a file is UTF-8 as long as its first megabyte is; the whole tells otherwise."""
    path = write(tmp_path, b"a,b\n" + b"1,2\n" * 600_000 + b"caf\xe9,4\n")
    assert detect_encoding(path, whole=False).is_utf8
    whole = detect_encoding(path, whole=True)
    assert (whole.name, whole.is_utf8, whole.faults.count) == ("cp1252", False, 0)


def test_character_across_the_first_megabyte(tmp_path: Path) -> None:
    """A character that lies across the end of what is looked at first does not make a file anything but UTF-8."""
    for shift in range(3):
        path = write(tmp_path, b"x" * shift + "€€€€€,2\n".encode() * 70_000)
        assert detect_encoding(path, whole=False).is_utf8


# --------------------------------------------------------------------------------------------------------------- mixed


def test_mixed_lines(tmp_path: Path) -> None:
    """In UTF-8 with some lines in cp1252 each letter comes out right, and the report says how many lines and where."""
    utf8 = "Zoë,Köln\nLefèvre,Besançon\n" * 50
    encoding, said = read_mended(tmp_path, utf8.encode() + "Müller,Fürth\r\nPeña,Cádiz\r\n".encode("cp1252"))
    assert (encoding.name, encoding.mender) == ("utf-8", "cp1252")
    assert said == utf8 + "Müller,Fürth\r\nPeña,Cádiz\r\n"
    faults = encoding.faults
    assert (faults.count, faults.lines, faults.first_line, faults.of_lines) == (4, 2, 101, 102)
    assert encoding.why == ("2 of 102 lines are not UTF-8 (first line 101); those characters were read as cp1252")


def test_mixed_cell_in_the_same_line(tmp_path: Path) -> None:
    """Cells of one line may be in different encodings."""
    data = "Zoë,".encode() + "Müller".encode("cp1252") + ",Köln\n".encode()
    assert read_mended(tmp_path, data)[1] == "Zoë,Müller,Köln\n"


def test_mixed_of_another_region(tmp_path: Path) -> None:
    """What is not UTF-8 among Polish and Russian names is read in the code pages of their countries."""
    for codec, sure, stray in (
        ("cp1250", "Łukasz\nGdańsk\nWójcik\nŻuławski\n", "Poznań\n"),
        ("cp1251", "Москва\nИванов\nКазань\n", "Петров\n"),
    ):
        encoding, said = read_mended(tmp_path, sure.encode() + stray.encode(codec))
        assert (encoding.name, encoding.mender, said) == ("utf-8", codec, sure + stray)


def test_marked_utf8_stays_utf8(tmp_path: Path) -> None:
    """A file that begins with the mark of UTF-8 is UTF-8, whatever was appended to it."""
    encoding, said = read_mended(tmp_path, b"\xef\xbb\xbfname\n" + "été\nnaïve\n".encode("cp1252"))
    assert (encoding.name, said, encoding.faults.lines) == ("utf-8", "name\nété\nnaïve\n", 2)


@pytest.mark.parametrize(("cut", "shown"), [(b"\xc3", "Ã"), (b"\xe2\x82", "â‚")])
def test_file_cut_in_a_character(tmp_path: Path, cut: bytes, shown: str) -> None:
    """A file that ends in the middle of a character is read to its last byte, and the report says so."""
    encoding, said = read_mended(tmp_path, "Zoë\nKöln\n".encode() + b"x" + cut)
    assert (encoding.name, said) == ("utf-8", f"Zoë\nKöln\nx{shown}")
    assert encoding.why == "the file ends in the middle of a character"


def test_accent_at_the_very_end_is_no_cut(tmp_path: Path) -> None:
    """A file whose last byte is an accented letter of cp1252 ends in that letter."""
    assert read_mended(tmp_path, b"name\ncaf\xe9")[1] == "name\ncafé"


def test_cell_cut_by_a_limit_in_bytes(tmp_path: Path) -> None:
    """A cell cut in the middle of its last character keeps the characters before it."""
    data = "Москва\nКазань\nУфа\n".encode() * 3 + "Новосибирск\n".encode()[:-2] + b"\n"
    said = read_mended(tmp_path, data)[1]
    assert said.startswith("Москва\nКазань\nУфа\n" * 3 + "Новосибирс")


def test_emoji_in_two_halves(tmp_path: Path) -> None:
    """An emoji written as two halves, as some databases do, is one emoji again."""
    encoding, said = read_mended(tmp_path, "Zoë,".encode() + b"\xed\xa0\xbd\xed\xb8\x80\n")
    assert (encoding.name, said) == ("utf-8", "Zoë,😀\n")
    assert "two halves" in encoding.why


def test_byte_that_a_code_page_lacks(tmp_path: Path) -> None:
    """A byte that cp1252 leaves out is a control character, as Windows has it, and the rest stays cp1252."""
    data = "Müller,5 €\nPeña,Weiß\nHélène,Søren\n".encode("cp1252") + b"x\x81\n"
    encoding, said = read_mended(tmp_path, data)
    assert (encoding.name, encoding.faults.first_line, said[-3:]) == ("cp1252", 4, "x\x81\n")
    assert encoding.why.endswith("1 byte on 1 of 4 lines (line 4): no characters of cp1252, kept as control characters")


@pytest.mark.parametrize("tail", [b"\0", b"\x3d\xd8", b"\x3d\xd8\0", b"\0\xdc\n\0"])
def test_broken_utf16(tmp_path: Path, tail: bytes) -> None:
    """Half a character in UTF-16, and an odd byte at the end, show as such and lose nothing."""
    data = "name\nЖанна\n".encode("utf-16") + tail
    encoding, said = read_mended(tmp_path, data)
    assert said.startswith("name\nЖанна\n\ufffd")
    assert encoding.faults.lines == 1
    assert encoding.mark + encoded(read(tmp_path / "export.csv", encoding), encoding) == data


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_are_counted_as_they_end(tmp_path: Path, end: str) -> None:
    """The line of a fault is the same however lines end, and across the pieces a file is read in."""
    lines = ["x" * 1023] * 3000
    lines[2500] = "é" + "x" * 1000
    data = end.join(lines).encode("cp1252")
    faults = find_faults(write(tmp_path, data), Encoding(name="utf-8", is_utf8=False))
    assert (faults.count, faults.lines, faults.first_line, faults.of_lines) == (1, 1, 2501, 3000)


# -------------------------------------------------------------------------------------------------------------- stated


@pytest.mark.parametrize(
    ("name", "text", "codec"),
    [
        ("latin9", "5 €", "iso8859-15"),
        ("utf8 ", "é", "utf-8"),
        ("UTF-8-SIG", "é", "utf-8"),
        ("windows-1252", "“é”", "cp1252"),
        ("ansi", "5 €", "cp1252"),
        ("mac", "é", "mac-roman"),
        ("Mac OS Roman", "é", "mac-roman"),
        ("DOS", "é", "cp850"),
        ("850", "é", "cp850"),
        ("Shift_JIS", "株", "cp932"),
        ("gbk", "王", "gb18030"),
        ("EUC-KR", "김", "cp949"),
        ("unicode", "Ж,1\n", "utf-16-le"),
        ("utf16", "\ufeffЖ,1\n", "utf-16-be"),
    ],
)
def test_stated_names(tmp_path: Path, name: str, text: str, codec: str) -> None:
    """An encoding may be stated under any name that people and programs give it; a mark is no part of the text."""
    path = write(tmp_path, text.encode(codec))
    assert read(path, stated_encoding(name, path)) == text.removeprefix("\ufeff")


@pytest.mark.parametrize("name", ["klingon", "hex", "rot13", "idna", "utf-7", "unicode_escape", "", "8", "a\0b"])
def test_no_such_encoding(tmp_path: Path, name: str) -> None:
    """A name of nothing, of no encoding of text, or of one that no file is in, is one message."""
    with pytest.raises(InputError, match="there is no encoding") as error:
        stated_encoding(name, write(tmp_path, b"a,b\n"))
    assert error.value.where == "--encoding"


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("utf-8", "a\nMüller\nPeña\n".encode("cp1252"), ":2: .*byte 4 .0xfc.* cp1252 fits"),
        ("ascii", "a\n\nMüller\n".encode(), ":3: .*byte 5 .0xc3.* utf-8 fits"),
        ("utf-16-le", b"a\0b\0c", ":1: .*byte 5 .0x63.* leave --encoding out"),
        ("cp1252", "Müller\nPeña\n".encode("cp1252") + b"\x81", ":3: .*byte 13 .0x81.* read in another"),
    ],
)
def test_stated_but_not_so(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    """A stated encoding that does not fit is refused with line, byte, and what would fit."""
    path = write(tmp_path, data)
    with pytest.raises(InputError) as error:
        read(path, stated_encoding(name, path))
    assert re.search(message, str(error.value), re.DOTALL)


def test_stated_utf16_of_other_text(tmp_path: Path) -> None:
    """Text without zero bytes is not read as UTF-16, which would make Chinese of it."""
    with pytest.raises(InputError, match="no zero bytes") as error:
        stated_encoding("utf-16", write(tmp_path, "a,b\né,12\n".encode()))
    assert error.value.hint.startswith("utf-8 fits")


def test_error_of_the_reader_stays_its_own(tmp_path: Path) -> None:
    """Something else that is decoded wrongly while a file is open is not blamed on the file."""
    path = write(tmp_path, b"a")
    with pytest.raises(UnicodeDecodeError), open_text(path, stated_encoding("ascii", path), "export.csv"):
        b"\xff".decode("ascii")


# ---------------------------------------------------------------------------------------------------------- every byte


@_ANY_FILE
@given(st.binary(max_size=300))
@example(b"\xff\xfe\0")
@example(b"\xff\xfe\0\0\xff\xff\xff\xff\x01")
@example(b"\xef\xbb\xbf\xed\xa0\xbd")
@example("王小明,北京\n".encode("gb18030") + b"\xfc1")
@example("Zoë\nКиїв\n".encode() + b"\xd0\n\xe9t\xe9\xff")
def test_any_bytes_come_back(tmp_path: Path, data: bytes) -> None:
    """Any bytes whatsoever are read as text that gives the same bytes, and their number, again."""
    encoding = detect(tmp_path, data)
    text = read(tmp_path / "export.csv", encoding)
    again = encoding.mark + encoded(text, encoding)
    if encoding.name in {"cp932", "cp950"}:  # two places in the code for some signs
        assert (again.decode(encoding.codec, "surrogateescape"), len(again)) == (text, len(data))
    else:
        assert again == data
    assert len(encoding.mark) + encoded_length(text, encoding) == len(data)
    faults = encoding.faults
    assert faults.count == sum("\udc00" <= char <= "\udcff" for char in text)
    assert not any("\ud800" <= char <= "\udfff" for char in mended(text, encoding))


@_ANY_FILE
@given(
    st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=8), max_size=8),
    st.sampled_from(["utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "gb18030", "cp949"]),
)
def test_lengths_add_up(cells: list[str], codec: str) -> None:
    """The bytes of a line are the bytes of its cells and what stands between them."""
    encoding = Encoding(name=codec, is_utf8=False)
    cells = [cell.encode(codec, "ignore").decode(codec) for cell in cells]
    line = ",".join(cells)
    between = encoded_length(",", encoding) * max(0, len(cells) - 1)
    assert sum(encoded_length(cell, encoding) for cell in cells) + between == len(line.encode(codec))


@pytest.mark.parametrize("codec", ["cp1252", "mac-roman", "cp932", "gb18030", "cp950", "cp949", "euc_jp", "utf-8"])
def test_all_pairs_of_bytes_keep_their_number(codec: str) -> None:
    """In every encoding that is detected each byte, and each two, are as many again when encoded."""
    encoding = Encoding(name=codec, is_utf8=False)
    for pair in itertools.product(range(256), repeat=2):
        text = bytes(pair).decode(codec, "surrogateescape")
        assert encoded_length(text, encoding) == len(encoded(text, encoding)) == 2


@_ANY_FILE
@given(st.binary(max_size=60), st.sampled_from(["utf-8", "cp1252", "ascii", "utf-16", "utf-16-be", "gbk", "latin-1"]))
def test_any_bytes_as_stated(tmp_path: Path, data: bytes, name: str) -> None:
    """Any bytes in any stated encoding are read to the last one, or refused."""
    path = write(tmp_path, data)
    try:
        encoding = stated_encoding(name, path)
        text = read(path, encoding)
    except InputError as error:
        assert "encoding" in error.problem  # noqa: PT017 - either end is right
    else:
        assert encoding.mark + encoded(text, encoding) == data


def test_nul_bytes_survive(tmp_path: Path) -> None:
    """Zero bytes in text are characters like any other."""
    assert read_mended(tmp_path, b"a,b\n1\0,caf\xe9\n")[1] == "a,b\n1\0,café\n"


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\xff\xfe", b"\0", b"\xff"])
def test_next_to_nothing(tmp_path: Path, data: bytes) -> None:
    """Empty files, and files of a mark or a byte alone, have an encoding."""
    encoding = detect(tmp_path, data)
    assert encoding.mark + encoded(read(tmp_path / "export.csv", encoding), encoding) == data


@pytest.mark.parametrize("codec", ["utf-8", "utf-16-le", "utf-16-be"])
def test_block_of_nul_bytes(tmp_path: Path, codec: str) -> None:
    """A block of NUL bytes behind a small file neither makes UTF-16 of it nor hides that it is."""
    path = tmp_path / "a.csv"
    path.write_bytes("name,city\nAnn,Bern\nBob,Rome\n".encode(codec) + b"\0" * 4096)
    assert detect_encoding(path, whole=False).name == codec
