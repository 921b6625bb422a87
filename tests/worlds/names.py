"""Names to make people and companies of: some real given names with their short forms, surnames put together."""

from itertools import product

SHORT_FORMS = {
    "Elizabeth": "Liz",
    "William": "Bill",
    "Margaret": "Peggy",
    "Robert": "Bob",
    "Katherine": "Kate",
    "Michael": "Mike",
    "Jennifer": "Jenny",
    "Thomas": "Tom",
    "Susan": "Sue",
    "James": "Jim",
    "Rebecca": "Becky",
    "Richard": "Dick",
    "Deborah": "Debbie",
    "Christopher": "Chris",
    "Patricia": "Trish",
    "Joseph": "Joe",
    "Victoria": "Vicky",
    "Daniel": "Dan",
    "Pamela": "Pam",
    "Edward": "Ted",
    "Samantha": "Sam",
    "Matthew": "Matt",
    "Theresa": "Terry",
    "Anthony": "Tony",
}
GIVEN_NAMES = (
    *SHORT_FORMS,
    *"""Agnes Alma Amir Anouk Arthur Astrid Bella Bruno Carmen Cecilia Clara Conrad Dalia Diego Dorian Edith Elias Elsa
    Emil Esther Fabian Farah Felix Flora Frida Gemma Georg Greta Hanna Hector Helena Hugo Ida Igor Ines Ivan Jasmin
    Jonas Judith Julia Karl Lara Laurent Lea Leon Lina Louis Lukas Magnus Malik Mara Marcel Marta Maya Milan Mira Nadia
    Nora Oscar Otto Paula Pavel Petra Quentin Rafael Rosa Ruth Sofia Stefan Tamara Tessa Theo Ulla Valentin Vera Viktor
    Wanda Xenia Yara Yusuf Zoe""".split(),
)
# Every surname is a stem and an ending: few of them look like one another, and there are enough for a million people.
STEMS = """Abel Ander Bakk Balm Barr Bech Berg Bjork Blom Bor Brand Brun Cald Carls Cast Cor Dal Dorn Eck Eng Fal Farr
Feld Fisk Frey Gal Gerr Grim Gust Hal Ham Hart Heim Holm Hols Hurl Ing Jans Jorg Kell Kess Kirk Knud Kors Kram Lamb
Lind Lov Lund Mals Marr Mey Mol Mort Nord Nyg Ol Oster Pal Pell Pren Quist Rand Reb Rosen Rut Sand Schul Selm Skov
Sol Stein Strand Svan Tal Thor Torn Ulr Vad Vang Vest Vin Wahl Weid Wes Wit Zell Zim""".split()
ENDINGS = "er sen man ley ton berg by ard ini ov ski quist strom ham well ford stein meyer aux etti".split()
SURNAMES = tuple(stem + ending for ending, stem in product(ENDINGS, STEMS))
TOWNS = """Aldwick Barnmouth Corfield Danesby Elmstead Fairhaven Glenmore Highcliff Inverlay Kingsmere Lynford Marston
Norwell Oakhampton Penrose Queensgate Ryecroft Stanmore Thornbury Upwell Verwood Westcombe Yarborough""".split()
STREETS = """Abbey Acorn Bridge Castle Chapel Cherry Dale Ferry Forge Garden Grange Harbour Heath Holly Ivy King's Lime
Linden Manor Market Meadow Mill Minster Nursery Orchard Priory Queen's Rectory Rose Spring Tower Vine""".split()
TRADES = """Bearings Brewing Cables Carpets Castings Cement Cycles Dairy Dyes Fabrics Fittings Flooring Freight Glass
Instruments Joinery Lighting Marine Mills Optics Paper Pumps Roofing Seeds Shipping Software Tiles Valves""".split()
# Area codes of Great Britain, without the 0.
AREA_CODES = "1223 1273 1332 1382 1452 1522 1604 1733 1752 1865 1904 1962".split()
