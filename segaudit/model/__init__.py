"""What flows through segaudit: fields, conditions, segments, sources and results, as frozen dataclasses."""
