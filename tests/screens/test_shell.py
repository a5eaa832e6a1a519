"""Rules that hold for every screen: actions, keys, mouse, size, colour, failure, leaks."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from kiosk.screens.actions import TABLE
from kiosk.screens.app import KioskApp
from kiosk.screens.routes import ROUTES
from kiosk.screens.shell import KioskScreen


def test_every_action_of_the_table_has_its_handler_and_fits_its_cell():
    for name, target in ROUTES.items():
        module, _, attribute = target.partition(":")
        screen: type[KioskScreen] = getattr(import_module(module), attribute)
        assert name == screen.NAME
        row = TABLE[name]
        assert len(row) == 6
        for action in row:
            if action is None:
                continue
            assert callable(getattr(screen, f"do_{action.id}", None)), (name, action.id)
            # At 80 columns a cell has 13, its key and margins take four.
            assert len(action.label) <= 9, (name, action.label)
            assert action.help.endswith(".")


def test_back_is_always_last_and_the_primary_action_first():
    for name, row in TABLE.items():
        assert row[5] is not None, name
        assert all(action is None or action.id != "back" for action in row[:5]), name
        if name != "page":
            assert row[0] is not None, name


async def test_mouse_does_what_the_keys_do(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.sign_in()
        cell = chair.app.screen.bar.cell("stock")
        await chair.pilot.click(cell)
        await chair.on("board")
        await chair.pilot.click(chair.app.screen.bar.cell("back"))
        await chair.on("day")


async def test_a_greyed_action_does_nothing(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.sign_in()
        assert not chair.app.screen.bar.cell("client").available
        await chair.press("f2")
        await chair.pilot.pause(0.2)
        assert chair.screen == "day"


async def test_a_double_press_counts_once(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.sign_in()
        screen = chair.app.screen
        seen: list[str] = []
        screen.do_stock = lambda: seen.append("stock")
        chair.app._last_action = ("", 0.0)
        screen.run_action_id("stock")
        screen.run_action_id("stock")
        assert seen == ["stock"]


async def test_help_names_every_action_of_the_screen(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.sign_in()
        await chair.press("question_mark")
        await chair.on("page")
        text = " ".join(chair.text().split())
        for action in TABLE["day"]:
            if action is not None:
                assert action.help in text
        await chair.press("escape")
        await chair.on("day")


async def test_a_small_terminal_says_so_and_recovers(sit_down):
    async with sit_down((60, 20)) as chair:
        await chair.pilot.pause(0.2)
        assert "needs 80 columns and 24 rows" in chair.text()
        await chair.pilot.resize_terminal(80, 24)
        await chair.pilot.pause(0.2)
        assert "Who is at the chair?" in chair.text()


async def test_status_strip_names_operator_client_unit_clock_kiosk_and_saved(sit_down):
    async with sit_down((120, 40)) as chair:
        await chair.sign_in()
        await chair.calibrate()
        line = chair.text().splitlines()[0]
        for part in ("P-01 owner", "no client", "CR30 ✓ calibrated 0:0", "kiosk-1", "✓ saved"):
            assert part in line


async def test_wrong_pin_is_said_and_nobody_is_signed_in(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.type("P-01")
        await chair.press("enter")
        await chair.pilot.pause()
        await chair.type("1111")
        await chair.press("enter")
        await chair.until(lambda: "Operator or PIN is not right" in chair.text(), "the refusal")
        assert chair.app.state.operator is None


async def test_lock_hides_the_client_and_gives_the_work_back(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.to_recipe()
        chair.app.lock()
        await chair.on("sign-in")
        assert "JM" not in chair.text()
        assert "C-0001" not in chair.text()
        await chair.type("2468")
        await chair.press("enter")
        await chair.on("recipe")
        assert "UNANCHORED" in chair.text()


async def test_scanner_control_bytes_do_not_quit(sit_down):
    async with sit_down((80, 24)) as chair:
        await chair.pilot.press("ctrl+q", "ctrl+b", "ctrl+right_square_bracket")
        await chair.pilot.pause(0.1)
        assert chair.app.is_running


async def test_missing_database_is_a_sentence_on_the_first_screen(tmp_path):
    from kiosk.desk.office import open_desk

    empty = tmp_path / "kiosk.db"
    empty.touch()
    app = KioskApp(open_desk=lambda: open_desk(f"sqlite:///{empty}"))
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(100):
            if app.state.extra.get("failure"):
                break
            await pilot.pause(0.05)
        await pilot.pause(0.1)
        lines = app.screen._compositor.render_strips()
        text = "\n".join("".join(s.text for s in line) for line in lines)
        assert "empty" in text
        assert empty.stat().st_size == 0


async def test_no_port_is_a_sentence_and_the_rest_works(make_desk, tmp_path):
    app = KioskApp(open_desk=make_desk, instrument=("cr30", str(tmp_path / "nothing")))
    async with app.run_test(size=(80, 24)) as pilot:
        for _ in range(200):
            if app.state.unit.error is not None:
                break
            await pilot.pause(0.05)
        assert app.state.unit.error is not None
        assert app.state.unit.error.kind == "no-instrument"
        assert str(tmp_path / "nothing") in app.state.unit.error.message


async def test_a_defect_ends_calmly_without_local_variables(kiosk, tmp_path, capsys):
    kiosk._log_file = tmp_path / "errors.log"

    def broken() -> None:
        secret_of_client = "J. Miller"
        raise RuntimeError(f"defect {len(secret_of_client)}")

    async def run_into_it() -> None:
        async with kiosk.run_test(size=(80, 24)) as pilot:
            kiosk.call_later(broken)
            await pilot.pause(0.2)

    with pytest.raises(RuntimeError, match="defect"):
        await run_into_it()
    printed = capsys.readouterr()
    assert "J. Miller" not in printed.out + printed.err
    assert "Nothing that was saved is lost" in printed.out + printed.err
    assert "defect" in (tmp_path / "errors.log").read_text()


async def test_exit_is_quick_with_a_silent_unit(kiosk, bedside):
    import time

    async with kiosk.run_test(size=(80, 24)) as pilot:
        chair_ready = False
        for _ in range(200):
            if kiosk.state.unit.identity is not None:
                chair_ready = True
                break
            await pilot.pause(0.05)
        assert chair_ready
        bedside.host.control("fault silence")
        line = kiosk.line
        started = time.monotonic()
    assert not line._thread.is_alive()
    # Not a performance figure: the join in on_unmount gives up after one second.
    assert time.monotonic() - started < 5


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_100_navigations_leave_no_objects_behind():
    """In a process of its own: other tests' late garbage must not decide the count.

    What a leak leaves it leaves every time; what is only late is gone in one run or another.
    """
    grown = []
    for _ in range(3):
        done = subprocess.run(
            [sys.executable, "-m", "tests.screens.soak"],
            capture_output=True,
            text=True,
            cwd=Path(__file__).parents[2],
            check=False,
            timeout=190,
        )
        assert done.returncode == 0, done.stderr
        grown.append(int(done.stdout.split()[-1]))
        if grown[-1] <= 50:
            return
    pytest.fail(f"{grown} more live objects after 100 navigations")
