"""Forms in which the places, notes and reasons of contracts and of the market-based method come."""

__all__ = ["MARKET"]


def mark(message: str) -> str:
    """Name a message for the extraction, as `languages.mark`, which reads these forms."""
    return message


MARKET = (
    mark("contract '{contract}'"),
    mark("contract '{contract}', {field}"),
    mark("not asked of this kind of instrument"),
    mark("nobody is named who states its rate of emissions"),
    mark("a rate of 0 does not fit {technology}"),
    mark("certificates of it stand in '{other}' too"),
    mark("it has no serials of certificates, and no contract says that nobody else has the claim"),
    mark("no tracking system is named"),
    mark("it is not retired"),
    mark("it is not retired, and no contract document is attached"),
    mark("nobody is named for whom it was retired"),
    mark("it was retired on {day}, before it was generated"),
    mark("it was retired on {day}, and was valid until {last}"),
    mark("it was generated from {start} to {end}, and the claim takes {first} to {last}"),
    mark("no site that it is to serve lies in the market {market}"),
    mark("the supplier does not say that the rate counts delivered energy alone"),
    mark("no contract says that the claim goes to the buyer alone"),
    mark(
        "green certificates are the only proof of renewable electricity in mainland China, and no others were issued "
        "for generation after 2024"
    ),
    mark("contractual instruments serve all of it"),
    mark("contractual instruments serve a part of it"),
    mark("what no instrument serves takes the residual mix"),
    mark("no residual mix is known, so the location-based factor stands in its place: {reason}"),
    mark("there was nothing left that it could serve"),
    mark("the meter of its generation is not there"),
    mark("contract {file} counts for nothing: {why}"),
    mark("{count} of {total} hours are left out, as generation in them is not known"),
    mark("{count} hours of single sites without readings are left out"),
    mark("no use of electricity is known in hours of which the generation is known"),
)
