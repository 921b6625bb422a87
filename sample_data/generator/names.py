"""First and last names by nation, nicknames, and how a name becomes an e-mail local part."""

import unicodedata
from random import Random
from typing import Final, NamedTuple


class Nation(NamedTuple):
    """Names that occur together: women's and men's first names, and surnames."""

    women: tuple[str, ...]
    men: tuple[str, ...]
    surnames: tuple[str, ...]


def _split(text: str) -> tuple[str, ...]:
    return tuple(text.replace("_", " ") if "_" in text else text for text in text.split())


NATIONS: Final[dict[str, Nation]] = {
    "english": Nation(
        _split(
            "Olivia Emma Charlotte Amelia Sophie Elizabeth Katherine Margaret Jennifer Rebecca Victoria "
            "Patricia Susan Deborah Alexandra Samantha Christine Pamela Abigail Hannah Lauren Megan Natalie "
            "Rachel Gemma Joanne Tracey Fiona Heather Ashley Brittany Chelsea Danielle Erin Grace Holly Imogen "
            "Jessica Kimberly Leah Michelle Naomi"
        ),
        _split(
            "Robert William James Michael Thomas Richard Christopher Matthew Anthony Daniel Joseph Benjamin "
            "Edward Nicholas Jonathan Stephen Andrew Gregory Samuel Alexander Timothy Jeffrey Kenneth Ronald "
            "Oliver Harry George Jack Liam Ethan Mason Logan Lachlan Callum Dylan Tyler Brandon Marcus Simon "
            "Graham Stuart Keith"
        ),
        _split(
            "Smith Jones Taylor Brown Williams Wilson Johnson Davies Robinson Wright Thompson Evans Walker "
            "White Roberts Green Hall Wood Jackson Clarke Harris Lewis Cooper King Baker Turner Morgan Hughes "
            "Edwards Hill Moore Clark Harrison Scott Young Morris Ward Bennett Carter Mitchell Phillips Parker "
            "Anderson Miller Davis Campbell Stewart Reid Murray Fraser Hamilton Graham Wallace Sinclair "
            "Ashworth Pemberton Hargreaves Whitaker Holloway Langford Prescott Radcliffe Thornton Winslow "
            "Abbott Barlow Crawford Dalton Ellison Fletcher Gardner Hooper Jennings Kendrick Lawson Mercer "
            "Norwood Osborne Pritchard Quigley Rowland Sheppard Tillman Underwood Vance"
        ),
    ),
    "irish": Nation(
        _split("Aoife Niamh Saoirse Ciara Róisín Sinéad Gráinne Orla Maeve Caoimhe"),
        _split("Seán Conor Pádraig Oisín Cillian Eoin Declan Ronan Fergal Tadhg"),
        _split(
            "O'Brien O'Connor Murphy Kelly Byrne Ryan O'Sullivan Walsh McCarthy Gallagher Doherty Nolan Ní_Chonaill"
        ),
    ),
    "german": Nation(
        _split("Anna Katharina Julia Sabine Petra Claudia Stefanie Ursula Jana Käthe Marlene Friederike Birgit Heike"),
        _split(
            "Jürgen Stefan Thomas Andreas Matthias Björn Wolfgang Klaus Sebastian Tobias Florian Günther Lukas Jörg"
        ),
        _split(
            "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer "
            "Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Krüger Hartmann Lange Vogel Jäger Groß Weiß "
            "Köhler Böhm"
        ),
    ),
    "french": Nation(
        _split("Camille Élodie Chloé Hélène Amélie Sandrine Céline Margaux Inès Geneviève Anne-Sophie Manon"),
        _split("Jean-Luc Mathieu François Étienne Rémi Benoît Guillaume Antoine Loïc Pierre Jérôme Thibault"),
        _split(
            "Martin Bernard Dubois Laurent Lefèvre Moreau Girard Rousseau Fournier Mercier Dupont Lambert "
            "Fontaine Chevalier Gauthier Perrin Légaré Côté Bélanger Tremblay"
        ),
    ),
    "spanish": Nation(
        _split("María Lucía Carmen Sofía Isabel Inés Pilar Ana_María Beatriz Rocío Marta Elena"),
        _split("José Javier Álvaro Andrés Martín Jesús Íñigo Raúl Sergio Pablo Joaquín Rubén"),
        _split(
            "García Martínez López Sánchez Pérez González Rodríguez Fernández Gómez Díaz Muñoz Álvarez Romero "
            "Ortega Núñez Ibáñez Castillo Vázquez"
        ),
    ),
    "dutch": Nation(
        _split("Sanne Femke Lotte Marijke Anouk Eline Fleur Wilhelmina"),
        _split("Daan Jeroen Sander Pieter Bram Maarten Willem Joost"),
        _split("de_Vries van_den_Berg Bakker Janssen Visser Smit Mulder de_Groot van_Dijk Hendriks Dekker Brouwer"),
    ),
    "swedish": Nation(
        _split("Astrid Elsa Ingrid Linnéa Maja Åsa Malin Karin"),
        _split("Lars Björn Anders Håkan Göran Mattias Nils Jörgen"),
        _split("Andersson Johansson Lindqvist Nilsson Åkesson Bergström Sjöberg Östlund Hägglund Lindström Engström"),
    ),
    "indian": Nation(
        _split("Priya Ananya Deepika Kavita Sunita Lakshmi Neha Shreya Pooja Meera"),
        _split("Rahul Arjun Vikram Sanjay Amit Rajesh Karthik Suresh Anil Rohan"),
        _split("Sharma Patel Gupta Iyer Reddy Nair Mehta Kapoor Banerjee Krishnan Singh Desai Chatterjee Joshi Rao"),
    ),
    "chinese": Nation(
        _split("Mei Xiu_Ying Li_Na Jia_Hui Wei_Ling Yan Hui_Min Na"),
        _split("Wei Jun Zhi_Hao Ming Kai_Wen Jian Boon_Keng Hao"),
        _split("Tan Lim Wong Ng Chen Wang Zhang Liu Koh Goh Teo Ong Lee"),
    ),
    "portuguese": Nation(
        _split("Ana Beatriz Fernanda Juliana Larissa Conceição Mariana Patrícia"),
        _split("João Rafael Thiago Luís Gonçalo Rodrigo Antônio Fábio"),
        _split("Silva Souza Oliveira Araújo Carvalho Magalhães Gonçalves Ribeiro Simões Falcão"),
    ),
    "polish": Nation(
        _split("Agnieszka Małgorzata Katarzyna Zofia Magdalena Iwona"),
        _split("Paweł Łukasz Krzysztof Michał Tomasz Wojciech"),
        _split("Kowalski Nowak Wiśniewski Wójcik Zieliński Dąbrowski Jabłoński Szczęsny"),
    ),
    "african": Nation(
        _split("Ndapewa Chiamaka Adaeze Selma Ngozi Thandiwe Aisha Hilma"),
        _split("Tangeni Chukwuemeka Kwame Sipho Johannes Oluwaseun Immanuel Petrus"),
        _split("Shikongo Nangolo Okafor Adeyemi Mensah Dlamini Amupolo Hamutenya Balogun Nkosi"),
    ),
    "italian": Nation(
        _split("Giulia Francesca Chiara Alessia Martina Paola"),
        _split("Marco Luca Niccolò Giovanni Matteo Alessandro"),
        _split("Rossi Ferrari Esposito Bianchi Romano Colombo Ricci D'Angelo"),
    ),
}

NATION_WEIGHTS: Final[dict[str, dict[str, int]]] = {
    "United States": {
        "english": 62,
        "spanish": 14,
        "irish": 4,
        "indian": 7,
        "chinese": 5,
        "italian": 4,
        "polish": 2,
        "african": 2,
    },
    "Canada": {"english": 58, "french": 24, "indian": 8, "chinese": 6, "italian": 4},
    "United Kingdom": {"english": 72, "indian": 8, "irish": 7, "polish": 5, "african": 4, "italian": 4},
    "Ireland": {"irish": 75, "english": 15, "polish": 10},
    "Australia": {"english": 70, "chinese": 9, "indian": 8, "italian": 6, "irish": 7},
    "Germany": {"german": 84, "polish": 8, "italian": 4, "english": 4},
    "France": {"french": 88, "portuguese": 6, "italian": 6},
    "Netherlands": {"dutch": 88, "german": 6, "english": 6},
    "Sweden": {"swedish": 92, "polish": 8},
    "Spain": {"spanish": 95, "portuguese": 5},
    "India": {"indian": 100},
    "Singapore": {"chinese": 70, "indian": 20, "english": 10},
    "Brazil": {"portuguese": 90, "italian": 10},
    "Namibia": {"african": 65, "german": 20, "english": 15},
}

NICKNAMES: Final[dict[str, str]] = {
    "Robert": "Bob", "William": "Bill", "James": "Jim", "Michael": "Mike", "Thomas": "Tom", "Richard": "Dick",
    "Christopher": "Chris", "Matthew": "Matt", "Anthony": "Tony", "Daniel": "Dan", "Joseph": "Joe", "Benjamin": "Ben",
    "Edward": "Ted", "Nicholas": "Nick", "Jonathan": "Jon", "Stephen": "Steve", "Andrew": "Andy", "Gregory": "Greg",
    "Samuel": "Sam", "Alexander": "Alex", "Timothy": "Tim", "Jeffrey": "Jeff", "Kenneth": "Ken", "Ronald": "Ron",
    "Elizabeth": "Liz", "Katherine": "Kate", "Margaret": "Peggy", "Jennifer": "Jen", "Rebecca": "Becky",
    "Victoria": "Vicky", "Patricia": "Pat", "Susan": "Sue", "Deborah": "Debbie", "Alexandra": "Sandra",
    "Samantha": "Sam", "Christine": "Chris", "Pamela": "Pam", "Abigail": "Abby",
}  # fmt: skip

# NFKD does not take these letters apart.
_LETTERS: Final = str.maketrans({"ß": "ss", "ø": "o", "ł": "l", "Ł": "L", "æ": "ae", "'": "", " ": "", "-": "-"})


def to_ascii(text: str) -> str:
    """Fold accents away, as the people who hand out mailboxes do."""
    folded = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(letter for letter in folded if ord(letter) < 128)


def to_local_part(text: str) -> str:
    """Lower-case ASCII letters, digits and hyphens only."""
    return "".join(letter for letter in to_ascii(text).lower() if letter.isalnum() or letter == "-")


def draw_name(rng: Random, country: str) -> tuple[str, str, bool]:
    """Draw a first name, a surname and whether the person is a woman."""
    weights = NATION_WEIGHTS[country]
    nation = NATIONS[rng.choices(list(weights), list(weights.values()))[0]]
    woman = rng.random() < 0.46
    first = rng.choice(nation.women if woman else nation.men)
    return first, rng.choice(nation.surnames), woman
