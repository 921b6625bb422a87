"""Real cities with the states, postcodes, streets and reserved telephone ranges that belong to them."""

from typing import Final, NamedTuple


class Place(NamedTuple):
    """A city; `phones` are templates in which each # is a digit."""

    country: str
    city: str
    state: str
    postcodes: tuple[str, ...]
    phones: tuple[str, ...]


def _us(city: str, state: str, zips: str, areas: str) -> Place:
    # 555-01xx is set aside for fiction in every North American area code.
    return Place("United States", city, state, tuple(zips.split()), tuple(f"+1 {a} 555 01##" for a in areas.split()))


def _ca(city: str, state: str, codes: str, areas: str) -> Place:
    return Place("Canada", city, state, tuple(codes.split(",")), tuple(f"+1 {a} 555 01##" for a in areas.split()))


def _gb(city: str, state: str, codes: str, phone: str) -> Place:
    # Ofcom keeps these ranges free for drama.
    return Place("United Kingdom", city, state, tuple(codes.split(",")), (phone,))


def _au(city: str, state: str, codes: str, area: str) -> Place:
    return Place("Australia", city, state, tuple(codes.split()), (f"+61 {area} 5550 ####", f"+61 {area} 7010 ####"))


def _other(country: str, city: str, state: str, codes: str, phone: str) -> Place:
    return Place(country, city, state, tuple(codes.split(",")), (phone,))


PLACES: Final[tuple[Place, ...]] = (
    _us("New York", "New York", "10001 10016 10018 10036 10128", "212 646 917 332"),
    _us("Brooklyn", "New York", "11201 11215 11231", "718 347 929"),
    _us("Los Angeles", "California", "90012 90017 90036 90064", "213 310 323 424"),
    _us("San Francisco", "California", "94103 94105 94107 94111", "415 628"),
    _us("San Diego", "California", "92101 92108 92121", "619 858"),
    _us("Sacramento", "California", "95814 95816 95825", "916 279"),
    _us("Chicago", "Illinois", "60601 60606 60611 60654", "312 773 872"),
    _us("Austin", "Texas", "78701 78704 78758", "512 737"),
    _us("Dallas", "Texas", "75201 75204 75219", "214 469 972"),
    _us("Houston", "Texas", "77002 77027 77056", "713 281 832"),
    _us("Boston", "Massachusetts", "02108 02110 02116 02210", "617 857"),
    _us("Seattle", "Washington", "98101 98104 98109", "206 564"),
    _us("Denver", "Colorado", "80202 80205 80211", "303 720"),
    _us("Atlanta", "Georgia", "30303 30308 30309", "404 678 470"),
    _us("Miami", "Florida", "33130 33131 33137", "305 786"),
    _us("Philadelphia", "Pennsylvania", "19102 19103 19106", "215 267"),
    _us("Minneapolis", "Minnesota", "55401 55402 55403", "612 952"),
    _us("Portland", "Oregon", "97201 97205 97209", "503 971"),
    _us("Nashville", "Tennessee", "37201 37203 37219", "615 629"),
    _us("Raleigh", "North Carolina", "27601 27603 27607", "919 984"),
    _ca("Toronto", "Ontario", "M5V 2T6,M5H 2N2,M4W 1A8", "416 647 437"),
    _ca("Montréal", "Quebec", "H3B 1A7,H2Y 1C6,H3A 2A5", "514 438"),
    _ca("Vancouver", "British Columbia", "V6B 1A1,V6C 2T8,V5Z 4C2", "604 778"),
    _ca("Calgary", "Alberta", "T2P 1J9,T2R 0B4", "403 587"),
    _gb("London", "England", "EC2A 4NE,EC1V 9NR,SE1 9SG,W1T 3NF,N1 7GU", "+44 20 7946 0###"),
    _gb("Manchester", "England", "M1 4BT,M2 5DB,M3 3EB", "+44 161 496 0###"),
    _gb("Birmingham", "England", "B1 1BB,B2 5QA,B3 2DX", "+44 121 496 0###"),
    _gb("Leeds", "England", "LS1 4AP,LS2 7EW", "+44 113 496 0###"),
    _gb("Bristol", "England", "BS1 4DJ,BS1 6QH", "+44 117 496 0###"),
    _gb("Edinburgh", "Scotland", "EH1 1YZ,EH2 4RG", "+44 131 496 0###"),
    _gb("Glasgow", "Scotland", "G1 3SL,G2 4JR", "+44 141 496 0###"),
    _gb("Cardiff", "Wales", "CF10 1EP,CF10 3NQ", "+44 29 2018 0###"),
    _au("Sydney", "New South Wales", "2000 2010 2060", "2"),
    _au("Newcastle", "New South Wales", "2300 2302", "2"),
    _au("Melbourne", "Victoria", "3000 3004 3121", "3"),
    _au("Brisbane", "Queensland", "4000 4006 4101", "7"),
    _au("Perth", "Western Australia", "6000 6005", "8"),
    _au("Adelaide", "South Australia", "5000 5006", "8"),
    _other("Germany", "Berlin", "Berlin", "10115,10117,10785", "+49 30 23125 ###"),
    _other("Germany", "München", "Bayern", "80331,80333,80539", "+49 89 99998 ###"),
    _other("Germany", "Hamburg", "Hamburg", "20095,20354,22767", "+49 40 66969 ###"),
    _other("Germany", "Köln", "Nordrhein-Westfalen", "50667,50670", "+49 221 4710 ###"),
    _other("Germany", "Frankfurt am Main", "Hessen", "60311,60329", "+49 69 90009 ###"),
    _other("France", "Paris", "Île-de-France", "75002,75008,75011", "+33 1 99 00 ## ##"),
    _other("France", "Lyon", "Auvergne-Rhône-Alpes", "69002,69003", "+33 4 65 71 ## ##"),
    _other("France", "Nantes", "Pays de la Loire", "44000,44200", "+33 2 61 91 ## ##"),
    _other("Ireland", "Dublin", "County Dublin", "D02 X285,D01 F5P2,D04 C5Y6", "+353 1 555 01##"),
    _other("Ireland", "Cork", "County Cork", "T12 RX8E,T12 W8XR", "+353 21 555 01##"),
    _other("Netherlands", "Amsterdam", "Noord-Holland", "1012 JS,1017 PT", "+31 20 555 01##"),
    _other("Netherlands", "Utrecht", "Utrecht", "3511 LN,3512 JE", "+31 30 555 01##"),
    _other("Sweden", "Stockholm", "Stockholms län", "111 22,114 35", "+46 8 465 004 ##"),
    _other("Sweden", "Göteborg", "Västra Götalands län", "411 03,411 18", "+46 31 390 06 ##"),
    _other("Spain", "Madrid", "Comunidad de Madrid", "28001,28013", "+34 91 555 01 ##"),
    _other("Spain", "Barcelona", "Cataluña", "08002,08007", "+34 93 555 01 ##"),
    _other("India", "Mumbai", "Maharashtra", "400001,400051", "+91 22 5550 01##"),
    _other("India", "Bengaluru", "Karnataka", "560001,560038", "+91 80 5550 01##"),
    _other("Singapore", "Singapore", "", "048616,068808", "+65 6555 01##"),
    _other("Brazil", "São Paulo", "São Paulo", "01310-100,04538-132", "+55 11 5555 01##"),
    _other("Namibia", "Windhoek", "Khomas", "10005", "+264 61 255 01##"),
)

COUNTRY_WEIGHTS: Final[dict[str, float]] = {
    "United States": 36, "United Kingdom": 17, "Australia": 12, "Germany": 9, "Canada": 6, "France": 5, "Ireland": 3,
    "Netherlands": 3, "Sweden": 2.5, "Spain": 2.5, "India": 2.5, "Singapore": 0.8, "Brazil": 0.7, "Namibia": 0.6,
}  # fmt: skip

PLACES_BY_COUNTRY: Final[dict[str, tuple[Place, ...]]] = {
    country: tuple(place for place in PLACES if place.country == country) for country in COUNTRY_WEIGHTS
}

# Mobile ranges that regulators keep free; North America has no mobile range of its own.
# The British and French ones are left out: number libraries take them for invalid.
MOBILES: Final[dict[str, tuple[str, ...]]] = {
    "Australia": (
        "+61 491 570 006", "+61 491 570 110", "+61 491 570 156", "+61 491 570 157", "+61 491 570 158",
        "+61 491 570 159",
        "+61 491 571 266", "+61 491 571 491", "+61 491 571 804", "+61 491 572 549", "+61 491 572 665",
        "+61 491 572 983",
        "+61 491 573 087", "+61 491 573 770", "+61 491 574 118", "+61 491 574 632", "+61 491 575 254",
        "+61 491 575 789",
        "+61 491 576 398", "+61 491 576 801", "+61 491 577 426", "+61 491 577 644",
    ),
    "Sweden": ("+46 70 174 06 ##",),
}  # fmt: skip

_ENGLISH_STREETS: Final = (
    "Market Street", "King Street", "Station Road", "Mill Lane", "Park Avenue", "Queen Street", "Harbour Road",
    "Chapel Lane", "Bridge Street", "Orchard Way", "Foundry Row", "Elm Grove", "Canal Street", "Highfield Road",
)  # fmt: skip

STREETS: Final[dict[str, tuple[str, ...]]] = {
    "Germany": ("Bahnhofstraße", "Lindenallee", "Gartenweg", "Hauptstraße", "Schillerstraße", "Am Markt"),
    "France": ("rue de la République", "avenue des Tilleuls", "rue du Moulin", "quai des Lilas", "place du Marché"),
    "Spain": ("Calle Mayor", "Avenida del Sol", "Calle de la Fuente", "Paseo del Río"),
    "Netherlands": ("Dorpsstraat", "Molenweg", "Kerkstraat", "Havenkade"),
    "Sweden": ("Storgatan", "Skolgatan", "Björkvägen", "Hamngatan"),
    "Brazil": ("Rua das Flores", "Avenida Central", "Rua do Comércio"),
    "United States": (
        "Main St", "Oak Ave", "Maple Dr", "2nd St", "Lakeview Blvd", "Commerce Way", "Sunset Rd", "Washington Ave",
        "Industrial Pkwy", "Cedar Ln", "Riverside Dr", "Franklin St",
    ),
}  # fmt: skip


def streets_in(country: str) -> tuple[str, ...]:
    """Street names as they are written in a country."""
    return STREETS.get(country, _ENGLISH_STREETS)


def write_street(country: str, street: str, number: int) -> str:
    """Put number and street in the order the country writes them."""
    if country in {"Germany", "Netherlands", "Sweden", "Spain", "Brazil"}:
        return f"{street} {number}" if country != "Spain" else f"{street}, {number}"
    return f"{number} {street}"
