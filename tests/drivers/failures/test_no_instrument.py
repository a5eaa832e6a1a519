"""Lines on which no instrument answers, or one that cannot be understood."""

from __future__ import annotations

import pytest

from drivers import (
    InstrumentTimeout,
    ProtocolError,
    Unsupported,
)
from drivers.registry import find_model
from tests.drivers.failures.table import shows
from tests.drivers.rack import ONE_OF_EACH, Rack

ON_A_WIRE = [model for model in ONE_OF_EACH if model != "cr30"]


@shows("F15")
@pytest.mark.parametrize("model", ["as7261", "as7262", "as7265x", "open-head"])
def test_a_line_that_sends_requests_back_is_no_instrument(units: Rack, model: str) -> None:
    with pytest.raises(Unsupported):
        units.plug(model, fault="echo").open()


@shows("F15")
@pytest.mark.parametrize("model", ONE_OF_EACH)
def test_a_plug_that_joins_both_wires_is_no_instrument(units: Rack, model: str) -> None:
    with pytest.raises((Unsupported, ProtocolError, InstrumentTimeout)):
        find_model(model).open("loop://")


@shows("F15")
def test_a_command_that_comes_back_is_unsupported_and_no_success(units: Rack) -> None:
    plugged = units.plug("cr30", fault="echo")
    unit = plugged.open()
    with pytest.raises(Unsupported, match="sent it back"):
        unit.read()
    with pytest.raises(Unsupported, match="sent it back"):
        unit.calibrate("black")
    unit.close()


@shows("F18")
@pytest.mark.parametrize("model", ON_A_WIRE)
def test_another_speed_is_an_error_at_opening(units: Rack, model: str) -> None:
    plugged = units.plug(model, fault="wrong-speed")
    with pytest.raises((ProtocolError, InstrumentTimeout)) as caught:
        plugged.open()
    assert caught.value.hint
    plugged.host.control("fault none")
    plugged.open().close()


@shows("F19")
@pytest.mark.parametrize("model", ON_A_WIRE)
def test_parity_where_none_is_expected_is_an_error_at_opening(units: Rack, model: str) -> None:
    plugged = units.plug(model, fault="parity")
    with pytest.raises((ProtocolError, InstrumentTimeout)) as caught:
        plugged.open()
    assert caught.value.hint
    plugged.host.control("fault none")
    plugged.open().close()
