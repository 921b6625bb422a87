"""A small table out of a world: few rows, and of these a few twice."""

from tests.worlds.world import World


def with_few_doubles(world: World, rows: int, doubles: int) -> World:
    """Return a world of so many rows: so many entities stand there twice, all others once.

    Those that stand there twice are the first of those that do in the larger world.
    """
    found: dict[int, list[int]] = {}
    for place, entity in enumerate(world.entities):
        found.setdefault(entity, []).append(place)
    twice = [entity for entity, places in found.items() if len(places) > 1][:doubles]
    once = [entity for entity in found if entity not in twice][: rows - 2 * len(twice)]
    kept = sorted([place for entity in twice for place in found[entity][:2]] + [found[entity][0] for entity in once])
    return World(
        header=world.header,
        rows=[world.rows[place] for place in kept],
        entities=[world.entities[place] for place in kept],
    )
