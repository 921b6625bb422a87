"""The parts of the sample-data generator; standard library only, so that it runs anywhere Python does."""
