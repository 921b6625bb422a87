"""Words of a B2B database: industries, company names, titles, technologies, owners, picklists."""

from typing import Final

# industry -> (weight, revenue per head in thousand USD, words that end a company's name)
INDUSTRIES: Final[dict[str, tuple[int, int, tuple[str, ...]]]] = {
    "Software": (22, 190, ("Software", "Systems", "Cloud", "Apps", "Data")),
    "Information Technology": (10, 150, ("IT Services", "Networks", "Digital", "Technologies")),
    "Financial Services": (9, 310, ("Capital", "Wealth", "Finance", "Payments")),
    "Insurance": (4, 340, ("Insurance", "Mutual", "Assurance")),
    "Healthcare": (8, 120, ("Health", "Clinics", "Care", "Medical")),
    "Pharmaceuticals": (3, 380, ("Pharma", "Biotech", "Therapeutics")),
    "Manufacturing": (11, 210, ("Manufacturing", "Engineering", "Components", "Tools")),
    "Retail": (8, 230, ("Stores", "Retail", "Outfitters", "Foods")),
    "Logistics": (6, 170, ("Logistics", "Freight", "Shipping")),
    "Construction": (4, 200, ("Construction", "Builders", "Civil")),
    "Professional Services": (8, 140, ("Consulting", "Partners", "Advisory")),
    "Marketing & Advertising": (6, 130, ("Media", "Creative", "Studio")),
    "Education": (4, 80, ("Learning", "Academy", "Education")),
    "Energy": (3, 420, ("Energy", "Power", "Renewables")),
    "Hospitality": (3, 70, ("Hotels", "Resorts", "Hospitality")),
    "Telecommunications": (2, 260, ("Telecom", "Broadband")),
}

# The same industry as it was typed over the years, before the field became a picklist.
INDUSTRY_VARIANTS: Final[dict[str, tuple[str, ...]]] = {
    "Software": ("software", "SaaS", "Sofware", "SOFTWARE", "Software / SaaS", "Computer Software", "saas"),
    "Information Technology": ("technolgy", "Technology", "IT", "Info Tech", "I.T.", "information technology"),
    "Financial Services": ("Finance", "FinServ", "financial services", "Fin. Services", "Fintech"),
    "Healthcare": ("Health Care", "healthcare", "Hospital & Health Care", "Helthcare"),
    "Manufacturing": ("manufacturing", "Mfg", "Manufacture", "Manufacturing & Engineering"),
    "Retail": ("retail", "Retail Trade", "Retial", "E-commerce / Retail"),
    "Professional Services": ("Prof Services", "professional services", "Consulting"),
    "Marketing & Advertising": ("Marketing and Advertising", "marketing", "Advertising", "Mktg & Adv"),
    "Pharmaceuticals": ("Pharma", "pharmaceutical"),
    "Insurance": ("insurance", "Insurence"),
    "Logistics": ("Logistics & Supply Chain", "logistics", "Transport/Logistics"),
    "Education": ("Education Management", "education", "EdTech"),
}

_ENGLISH_HEADS: Final = (
    "Bright North Oak Silver Quill Tarn Vel Cald Marl Wex Thorn Ash Fen Haw Lark Pen Rook Stan Wren Kes Dray Hollin "
    "Brack Corv Ember Garn Iver Jun Kett Lox Myr Neth Orr Padd Rav Sedg Tam Ulv Verd Whit Yarr Zephyr"
).split()
_ENGLISH_TAILS: Final = (
    "mere wick ford dale holt stead combe march gate more ley bourne field crest wood haven point".split()
)

# country -> heads, tails; other countries borrow the English ones
STEMS: Final[dict[str, tuple[list[str], list[str]]]] = {
    "*": (_ENGLISH_HEADS, _ENGLISH_TAILS),
    "Germany": (
        "Lind Stein Hohen Rosen Falken Eich Brück Wald Silber Kron".split(),
        "bach hof tal feld hausen berg see".split(),
    ),
    "France": ("Mont Clair Haute Belle Val Beau Roche".split(), "rive pont lac fontaine bois mont vigne".split()),
    "Spain": ("Monte Rio Alta Campo Sierra Costa".split(), "verde mar claro real luna blanca".split()),
    "Netherlands": ("Hoog Noord Zand Berk Water".split(), "veen dijk kamp burg hoven".split()),
    "Sweden": ("Björk Norr Sten Gran Älv".split(), "vik näs lund berg dal".split()),
    "India": ("Suvarna Nila Vaya Arka Indra".split(), "tech pura vani net shree".split()),
}

LEGAL_FORMS: Final[dict[str, tuple[str, ...]]] = {
    "United States": ("Inc.", "LLC", "Inc.", "Corp.", "", ""),
    "Canada": ("Inc.", "Ltd.", ""),
    "United Kingdom": ("Ltd", "Limited", "plc", "LLP", ""),
    "Ireland": ("Ltd", "DAC", ""),
    "Australia": ("Pty Ltd", "Pty Ltd", ""),
    "Germany": ("GmbH", "AG", "GmbH & Co. KG"),
    "France": ("SAS", "SARL", "SA"),
    "Netherlands": ("B.V.", "N.V."),
    "Sweden": ("AB",),
    "Spain": ("S.L.", "S.A."),
    "India": ("Pvt Ltd", "Ltd"),
    "Singapore": ("Pte Ltd",),
    "Brazil": ("Ltda", "S.A."),
    "Namibia": ("(Pty) Ltd",),
}

# A legal form as the next person wrote it when the company was entered again.
LEGAL_VARIANTS: Final[dict[str, str]] = {
    "Inc.": "Incorporated", "LLC": "L.L.C.", "Corp.": "Corporation", "Ltd": "Limited", "Limited": "Ltd.", "plc": "PLC",
    "LLP": "L.L.P.", "DAC": "Designated Activity Company", "Pty Ltd": "Pty. Limited", "GmbH": "Gesellschaft mbH",
    "AG": "Aktiengesellschaft",
    "GmbH & Co. KG": "GmbH und Co KG", "SAS": "S.A.S.", "SARL": "S.à r.l.", "SA": "S.A.", "B.V.": "BV", "N.V.": "NV",
    "AB": "Aktiebolag", "S.L.": "SL", "S.A.": "SA", "Pvt Ltd": "Private Limited", "Pte Ltd": "Pte. Ltd.",
    "Ltda": "Ltda.",
    "(Pty) Ltd": "Pty Ltd", "Ltd.": "Limited", "": "Group",
}  # fmt: skip

# function -> how each seniority is written, from the top; the weights are SENIORITY_WEIGHTS
TITLES: Final[dict[str, tuple[tuple[str, ...], ...]]] = {
    "marketing": (
        ("Chief Marketing Officer", "CMO"), ("VP of Marketing", "Vice President, Marketing", "VP Marketing"),
        ("Marketing Director", "Head of Demand Generation", "Director of Marketing", "Head of Marketing"),
        ("Marketing Manager", "Campaign Manager", "Content Manager", "Product Marketing Manager"),
        ("Marketing Specialist", "Marketing Coordinator", "Content Writer", "SEO Analyst"),
    ),
    "sales": (
        ("Chief Revenue Officer", "CRO"), ("VP Sales", "SVP Sales", "Vice President of Sales"),
        ("Sales Director", "Head of RevOps", "Director of Sales Operations", "Head of Sales"),
        ("Sales Manager", "Revenue Operations Manager", "Account Manager", "Regional Sales Manager"),
        ("Account Executive", "Sales Development Representative", "Business Development Associate"),
    ),
    "it": (
        ("Chief Technology Officer", "CTO", "CIO"), ("VP Engineering", "VP of Information Systems"),
        ("IT Director", "Head of Data", "Director of Engineering", "Head of IT"),
        ("IT Manager", "Engineering Manager", "Data Engineering Lead", "CRM Manager"),
        ("Software Engineer", "Systems Administrator", "Data Analyst", "CRM Administrator"),
    ),
    "finance": (
        ("Chief Financial Officer", "CFO"), ("VP Finance",), ("Finance Director", "Director of Procurement"),
        ("Financial Controller", "Procurement Manager", "Finance Manager"),
        ("Accountant", "Buyer", "Financial Analyst"),
    ),
    "operations": (
        ("Chief Operating Officer", "COO", "Managing Director"), ("VP Operations",),
        ("Operations Director", "Head of Customer Success", "Plant Director"),
        ("Operations Manager", "Customer Success Manager", "Project Manager", "Supply Chain Manager"),
        ("Operations Coordinator", "Office Administrator", "Executive Assistant"),
    ),
    "people": (
        ("Chief People Officer",), ("VP People",), ("HR Director", "Head of Talent"),
        ("HR Manager", "HR Business Partner"),
        ("Recruiter", "HR Generalist"),
    ),
}  # fmt: skip
FUNCTION_WEIGHTS: Final = (34, 22, 17, 9, 13, 5)
SENIORITY_WEIGHTS: Final = (9, 10, 23, 33, 25)
FOUNDER_TITLES: Final = (
    "Founder",
    "CEO",
    "Co-Founder & CEO",
    "Owner",
    "Managing Director",
    "Founder & Managing Partner",
)

BUYING_ROLES: Final = ("Decision Maker", "Champion", "Budget Holder", "Influencer", "End User", "Blocker", "Evaluator")

TECHNOLOGIES: Final = (
    "Salesforce", "HubSpot", "Marketo", "Google Analytics", "AWS", "Azure", "Snowflake", "Slack", "Zendesk", "Intercom",
    "Segment", "Shopify", "SAP", "Oracle", "Tableau", "Power BI", "Mailchimp", "Pipedrive", "Jira", "WordPress",
)  # fmt: skip

OWNERS: Final = (
    "Hannah Reeves", "Marcus Oyelaran", "Sofie Lindgren", "Dev Malhotra", "Rosa Delgado", "Tim Kessler",
    "Aisling Nagle",
)  # fmt: skip

SOURCES: Final = (
    "Organic Search", "Direct Traffic", "Offline Sources", "Paid Search", "Email Marketing", "Referrals",
    "Organic Social",
    "Paid Social", "Other Campaigns",
)  # fmt: skip
SOURCE_WEIGHTS: Final = (26, 15, 22, 11, 8, 6, 5, 4, 3)

LEAD_STATUSES: Final = (
    "New", "Open", "In Progress", "Attempted to Contact", "Connected", "Open Deal", "Unqualified", "Bad Timing",
)  # fmt: skip
LEAD_STATUS_WEIGHTS: Final = (24, 18, 13, 16, 12, 5, 8, 4)

BOUNCE_REASONS: Final = ("Unknown user", "Mailbox full", "Policy", "Spam", "Other")

NURTURE_LISTS: Final[dict[str, str]] = {
    "hot": "A - Hot (call this week)",
    "warm": "B - Warm nurture",
    "cold": "C - Re-activation",
    "dead": "Z - Do not contact",
}
