"""Layers read at places whose pixels are known by hand."""

import numpy as np
import pytest

from wattstone.base import InputRefused
from wattstone.disclosure.hazards.layers import Place, read_points, read_raster

rasterio = pytest.importorskip("rasterio")
NODATA = -9999.0


def raster(path, values, *, crs="EPSG:4326", corner=(100.0, 40.0), size=1.0, nodata=NODATA, scale=1.0, offset=0.0):
    from affine import Affine

    held = np.asarray(values, dtype="float32")
    with rasterio.open(
        path,
        "w",
        driver="GTiff",
        height=held.shape[0],
        width=held.shape[1],
        count=1,
        dtype="float32",
        crs=crs,
        transform=Affine(size, 0.0, corner[0], 0.0, -size, corner[1]),
        nodata=nodata,
    ) as layer:
        layer.write(held, 1)
        layer.scales, layer.offsets = (scale,), (offset,)
    return path


GRID = np.arange(9.0).reshape(3, 3)  # rows from north to south: 0 1 2, 3 4 5, 6 7 8


def test_a_place_has_the_value_of_its_pixel(tmp_path):
    path = raster(tmp_path / "l.tif", GRID)
    found = read_raster(path, [Place("a", 39.5, 100.5), Place("b", 37.1, 102.9), Place("c", 38.5, 101.5)])

    assert found.values.tolist() == [0.0, 8.0, 4.0]
    assert not found.outside.any()


def test_a_place_outside_or_without_data_has_none(tmp_path):
    values = GRID.copy()
    values[1, 1] = NODATA
    found = read_raster(raster(tmp_path / "l.tif", values), [Place("a", 50.0, 101.5), Place("b", 38.5, 101.5)])

    assert np.isnan(found.values).all()
    assert found.outside.tolist() == [True, False]


def test_a_layer_in_metres_is_read_where_its_system_says(tmp_path):
    """UTM zone 50 north: the meridian 117 east has an easting of 500 km, and the equator a northing of 0."""
    path = raster(
        tmp_path / "l.tif", [[1.0, 2.0], [3.0, 4.0]], crs="EPSG:32650", corner=(490_000.0, 10_000.0), size=10_000.0
    )
    found = read_raster(path, [Place("north-west", 0.04, 116.96), Place("north-east", 0.04, 117.04)])

    assert found.values.tolist() == [1.0, 2.0]
    assert "EPSG:32650" in found.how


def test_the_worst_of_the_pixels_around_counts(tmp_path):
    path = raster(tmp_path / "l.tif", GRID)
    places = [Place("a", 38.5, 101.5), Place("edge", 39.5, 100.5)]

    assert read_raster(path, places, around=1).values.tolist() == [8.0, 4.0]
    assert read_raster(path, places, around=1, upward=False).values.tolist() == [0.0, 0.0]


def test_scale_and_offset_of_the_band_are_applied(tmp_path):
    path = raster(tmp_path / "l.tif", GRID, scale=0.1, offset=2.0)

    assert read_raster(path, [Place("a", 38.5, 101.5)]).values[0] == pytest.approx(2.4)


def test_a_layer_that_does_not_say_where_it_lies_is_refused_unless_somebody_says(tmp_path):
    path = raster(tmp_path / "l.tif", GRID, crs=None)

    with pytest.raises(InputRefused) as refused:
        read_raster(path, [Place("a", 38.5, 101.5)])
    assert refused.value.findings[0].code == "hazard.no_crs"
    assert read_raster(path, [Place("a", 38.5, 101.5)], crs="EPSG:4326").values[0] == 4.0


@pytest.mark.parametrize(("option", "code"), [({"band": 2}, "hazard.band"), ({"around": 99}, "hazard.around")])
def test_what_the_layer_does_not_have_is_refused(tmp_path, option, code):
    with pytest.raises(InputRefused) as refused:
        read_raster(raster(tmp_path / "l.tif", GRID), [Place("a", 38.5, 101.5)], **option)

    assert refused.value.findings[0].code == code


def test_what_is_no_raster_is_refused(tmp_path):
    (tmp_path / "l.tif").write_text("no raster")

    with pytest.raises(InputRefused):
        read_raster(tmp_path / "l.tif", [Place("a", 0.0, 0.0)])


def test_the_nearest_point_counts_within_its_distance():
    """A degree of latitude is 111.2 km: of 0.01 and 0.02 degrees the first is nearer, and lies 1.1 km away."""
    latitude, longitude, values = np.array([30.01, 30.02]), np.array([120.0, 120.0]), np.array([5.0, 6.0])
    near = read_points(latitude, longitude, values, [Place("a", 30.0, 120.0)], within=2.0)
    far = read_points(latitude, longitude, values, [Place("a", 30.0, 120.0)], within=1.0)

    assert near.values.tolist() == [5.0]
    assert far.outside.tolist() == [True]
    assert np.isnan(far.values[0])


def test_the_nearest_point_may_lie_beyond_the_date_line():
    found = read_points(np.array([0.0]), np.array([-179.99]), np.array([7.0]), [Place("a", 0.0, 179.99)], within=5.0)

    assert found.values.tolist() == [7.0]
