"""Read models: what pages and the API show of a workspace, made from the records and the lake and never from readings.

An estate is one row a site, made once for a version of everything it rests on and kept (`estate_of`); lists, filters,
facets and maps are cut out of it (`select`, `clusters`). What is shown of one site, meter, finding or figure is read
when it is asked for, by the statistics of the lake's files.
"""
