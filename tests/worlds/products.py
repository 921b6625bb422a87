"""Articles of several shops: sizes and colours of one model are different articles."""

from tests.worlds.names import SURNAMES
from tests.worlds.noise import slip
from tests.worlds.world import Dice, World, make_world

HEADER = ("title", "brand", "model", "price", "description")
VARIANTS = {
    "Kettle": ("1.0 L", "1.5 L", "1.7 L"),
    "Desk Lamp": ("Black", "White", "Brass"),
    "Rain Jacket": ("Size S", "Size M", "Size L", "Size XL"),
    "Memory Card": ("32 GB", "64 GB", "128 GB", "256 GB"),
    "Cordless Drill": ("12 V", "18 V"),
    "Ink Cartridge": ("Black", "Cyan", "Magenta", "Yellow"),
}
PRAISE = ("Quiet and economical", "Made to last", "With two years of warranty", "Easy to clean", "Our best seller")


def make_products(rows: int, seed: int = 1) -> World:
    """Make about so many rows; one article in four is offered twice or more."""
    dice = Dice(f"products {seed}")
    brands = dice.sample(SURNAMES, 25)
    found: list[tuple[int, list[str]]] = []
    entity = 0
    while len(found) < rows:
        kind = dice.choice(list(VARIANTS))
        brand, series = dice.choice(brands), f"{dice.choice(['Pro', 'Eco', 'Plus', 'Air'])} {dice.randrange(10, 999)}"
        model = f"{dice.choice('BDFGKLMPT')}{dice.choice('ACERXZ')}{dice.randrange(100, 9999)}"
        price = dice.uniform(12, 220)
        for variant in dice.sample(VARIANTS[kind], dice.randrange(1, len(VARIANTS[kind]) + 1)):
            entity += 1
            code = f"{model}-{variant.replace('Size ', '').replace(' ', '')[:3].upper()}"
            words = [brand, series, kind, variant]
            found += [(entity, write_product(words, code, price, dice)) for _ in range(dice.copies(0.25))]
    return make_world(HEADER, found, dice)


def write_product(words: list[str], code: str, price: float, dice: Dice) -> list[str]:
    """Write an article as one shop offers it."""
    brand, series, kind, variant = words
    order = dice.choice([words, [brand, kind, series, variant], [series, kind, f"({variant})"]])
    title = " ".join(order)
    code = dice.choices([code, code.replace("-", ""), ""], weights=[65, 15, 20])[0]
    return [
        slip(title, dice) if dice.happens(0.04) else title,
        brand if dice.happens(0.85) else "",
        code,
        f"{price * dice.uniform(0.93, 1.07):.2f}",
        f"{dice.choice(PRAISE)}. {dice.choice(PRAISE)}.",
    ]
