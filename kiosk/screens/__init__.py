"""What people see. No rule lives here: screens ask the desk and draw what it says.

The shell (`app`, `shell`, `actions`, `routes`) is light and makes the first frame; the task screens
under `tasks` pull in the desk and are loaded in a thread once the first frame is up.
"""
