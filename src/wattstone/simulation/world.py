"""What all sites of a plan share: its days and the weather of each city."""

from dataclasses import dataclass, field

from wattstone.simulation.places import City, cities
from wattstone.simulation.plan import Plan
from wattstone.simulation.timeline import Timeline
from wattstone.simulation.weather import Weather, weather


@dataclass(frozen=True)
class World:
    """Days and weather of a plan; memory grows with the cities, of which there are few, never with the sites."""

    plan: Plan
    timeline: Timeline
    stations: dict[str, Weather] = field(repr=False)

    def weather(self, city: City) -> Weather:
        """Weather of a city."""
        return self.stations[city.name]


def world(plan: Plan) -> World:
    """Days and weather of a plan."""
    timeline = Timeline(plan)
    return World(plan, timeline, {city.name: weather(plan, timeline, city) for city in cities()})
