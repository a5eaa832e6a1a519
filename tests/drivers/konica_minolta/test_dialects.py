"""The two dialects side by side: the same digits, the opposite meanings."""

from __future__ import annotations

import pytest

from drivers.errors import (
    InstrumentError,
    InstrumentTimeout,
    NeedsCalibration,
    ProtocolError,
    Saturated,
    UnitFault,
    Unsupported,
)
from drivers.konica_minolta import replies
from drivers.konica_minolta.codec import Reply, ReplyDecoder
from drivers.konica_minolta.protocol import CM700D, CM2600D, Dialect


def reply(line: bytes) -> Reply:
    (event,) = ReplyDecoder().feed(line + b"\r\n")
    assert isinstance(event, Reply)
    return event


@pytest.mark.parametrize(
    ("dialect", "line", "ready"),
    [
        (CM700D, b"OK00,1,0,3,01700,00000,0000,0,0", True),
        (CM700D, b"OK00,0,0,3,01700,00000,0000,0,0", False),
        (CM2600D, b"OK00,1,0,3,1700,0000,0000", False),
        (CM2600D, b"OK00,0,0,3,1700,0000,0000", True),
    ],
)
def test_lamp_ready_is_one_on_the_one_and_zero_on_the_other(
    dialect: Dialect, line: bytes, ready: bool
) -> None:
    assert replies.status(dialect, reply(line)).lamp_ready is ready


@pytest.mark.parametrize(
    ("dialect", "line", "name", "aperture_mm"),
    [
        (CM700D, b"OK00,1,1,00,01,01", "SAV", 3.0),
        (CM700D, b"OK00,2,1,00,01,01", "MAV", 8.0),
        (CM2600D, b"OK00,0,0", "MAV", 8.0),
        (CM2600D, b"OK00,1,0", "SAV", 3.0),
    ],
)
def test_area_codes(dialect: Dialect, line: bytes, name: str, aperture_mm: float) -> None:
    area = replies.conditions(dialect, reply(line)).area
    assert (area.name, area.aperture_mm) == (name, aperture_mm)


@pytest.mark.parametrize(
    ("dialect", "line"), [(CM700D, b"OK00,0,1,00,01,01"), (CM2600D, b"OK00,2,0")]
)
def test_an_area_of_the_other_dialect_is_refused(dialect: Dialect, line: bytes) -> None:
    with pytest.raises(ProtocolError, match="area"):
        replies.conditions(dialect, reply(line))


@pytest.mark.parametrize(
    ("dialect", "geometries"),
    [
        (CM700D, {1: "d:8 SCI", 2: "d:8 SCE", 3: "d:8 SCI"}),
        (CM2600D, {0: "d:8 SCI", 1: "d:8 SCE", 2: "d:8 SCI UV0", 3: "d:8 SCE UV0"}),
    ],
)
def test_specular_modes(dialect: Dialect, geometries: dict[int, str]) -> None:
    assert dialect.geometries == geometries


@pytest.mark.parametrize(
    ("dialect", "status", "missing"),
    [
        (CM700D, b"OK00,1,0,%d,01700,00000,0000,0,0", {0: True, 1: True, 2: True, 3: False}),
        (CM2600D, b"OK00,0,0,%d,1700,0000,0000", {0: True, 1: True, 2: False, 3: False}),
    ],
)
def test_which_calibration_states_allow_measuring(
    dialect: Dialect, status: bytes, missing: dict[int, bool]
) -> None:
    for code, expected in missing.items():
        assert bool(replies.status(dialect, reply(status % code)).missing) is expected
    with pytest.raises(ProtocolError):
        replies.status(dialect, reply(status % 4))


def test_recalibration_is_recommended_only_by_a_calibrated_cm700d() -> None:
    assert replies.status(CM700D, reply(b"OK00,1,0,3,1700,0,0,0,1")).recalibrate
    assert not replies.status(CM700D, reply(b"OK00,1,0,1,1700,0,0,0,1")).recalibrate
    assert not replies.status(CM700D, reply(b"OK00,1,0,1,1700,0,0,0")).recalibrate
    assert not replies.status(CM2600D, reply(b"OK00,0,0,3,1700,0,1")).recalibrate


@pytest.mark.parametrize("width", [b"OK00,1,1,0,3,1", b"OK00,001,01,00,003,0001"])
def test_padding_does_not_matter(width: bytes) -> None:
    found = replies.conditions(CM700D, reply(width))
    assert (found.area_code, found.mode, found.delay_s, found.auto, found.manual) == (1, 1, 0, 3, 1)


def test_versions_are_cut_as_each_maker_prints_them() -> None:
    identity, axis = replies.identity(CM700D, reply(b"OK00,0100,1010000,00012345,0,400,700,10"))
    assert (identity.firmware, identity.serial) == ("1.01.0000", "00012345")
    assert (axis.start_nm, axis.step_nm, axis.count) == (400, 10, 31)
    identity, axis = replies.identity(CM2600D, reply(b"OK00,13,112,10001234,0,360,740,10"))
    assert (identity.model, identity.firmware) == ("CM-2500d", "1.12")
    assert (axis.start_nm, axis.step_nm, axis.count) == (360, 10, 39)


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        (CM700D, b"OK00,03,112,10001234,0,360,740,10"),
        (CM2600D, b"OK00,0100,1010000,00012345,0,400,700,10"),
        (CM700D, b"OK00,0100,1010000,00012345,1,400,700,10"),
    ],
)
def test_another_product_or_geometry_is_unsupported(dialect: Dialect, line: bytes) -> None:
    with pytest.raises(Unsupported):
        replies.identity(dialect, reply(line))


@pytest.mark.parametrize(
    "axis", [b"700,400,10", b"400,700,0", b"400,705,10", b"0,700,10", b"a,b,c"]
)
def test_an_impossible_axis_is_refused(axis: bytes) -> None:
    with pytest.raises(ProtocolError):
        replies.identity(CM700D, reply(b"OK00,0100,1010000,00012345,0," + axis))


# What every documented code leads to.
ERRORS: dict[int, dict[str, type[InstrumentError] | None]] = {
    0: {"700": Unsupported, "2600": Unsupported},
    2: {"700": UnitFault, "2600": UnitFault},
    3: {"700": Unsupported, "2600": Unsupported},
    5: {"700": UnitFault, "2600": UnitFault},
    7: {"700": NeedsCalibration, "2600": NeedsCalibration},
    8: {"700": ProtocolError, "2600": ProtocolError},
    10: {"700": ProtocolError, "2600": ProtocolError},
    11: {"700": NeedsCalibration, "2600": NeedsCalibration},
    13: {"700": UnitFault, "2600": UnitFault},
    17: {"700": UnitFault, "2600": Unsupported},
    20: {"700": UnitFault, "2600": UnitFault},
    22: {"700": NeedsCalibration, "2600": Unsupported},
    24: {"700": NeedsCalibration, "2600": NeedsCalibration},
    25: {"700": NeedsCalibration, "2600": ProtocolError},
    27: {"700": UnitFault, "2600": InstrumentTimeout},
    28: {"700": InstrumentTimeout, "2600": Unsupported},
    35: {"700": InstrumentTimeout, "2600": Unsupported},
    36: {"700": NeedsCalibration, "2600": Unsupported},
    69: {"700": ProtocolError, "2600": Unsupported},
    99: {"700": Unsupported, "2600": Unsupported},
}


@pytest.mark.parametrize(("name", "dialect"), [("700", CM700D), ("2600", CM2600D)])
def test_every_error_code(name: str, dialect: Dialect) -> None:
    for code in range(100):
        expected = ERRORS.get(code, {}).get(name) or Unsupported
        error = replies.failure(dialect, reply(b"ER%02d" % code))
        assert type(error) is expected, code
        assert error.message
        assert error.hint


@pytest.mark.parametrize(("dialect", "codes"), [(CM700D, (2, 3, 4, 9)), (CM2600D, (2, 3, 4, 5))])
def test_ok_codes_warn_and_unknown_ones_too(dialect: Dialect, codes: tuple[int, ...]) -> None:
    assert replies.warning(dialect, reply(b"OK00")) == ()
    texts = [replies.warning(dialect, reply(b"OK%02d" % code))[0] for code in codes]
    assert len(set(texts)) == len(codes)
    assert "OK77" in replies.warning(dialect, reply(b"OK77"))[0]


@pytest.mark.parametrize("text", [b"nan", b"*****", b"0x10", b"1e3", b"1_0", b"", b"1,5"])
def test_only_plain_decimals_are_values(text: bytes) -> None:
    with pytest.raises(ProtocolError):
        replies.reflectance(reply(b"OK00,1000," + text + b",1200"), 3, 1e4)


@pytest.mark.parametrize("value", [b"-300", b"20100", b"9" * 400])
def test_what_no_surface_has_is_refused(value: bytes) -> None:
    with pytest.raises(Saturated):
        replies.reflectance(reply(b"OK00,1000," + value + b",1200"), 3, 1e4)


def test_equal_bands_are_no_measurement() -> None:
    with pytest.raises(Saturated):
        replies.reflectance(reply(b"OK00,0,0,0"), 3, 1e4)
