"""A window with thirty buttons that writes down where they are, which was clicked and which keys came."""

import json
import sys

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk  # noqa: E402

COLUMNS, ROWS = 6, 5
log = open(sys.argv[1], "a", buffering=1)


def say(**facts):
    log.write(json.dumps(facts) + "\n")


def tell_places(window, *_):
    places = []
    for button in buttons:
        place = button.translate_coordinates(window, 0, 0)
        if place is None:
            return
        area = button.get_allocation()
        places.append([*place, area.width, area.height])
    say(places=places)


def tell_key(_, event):
    held = event.state & Gtk.accelerator_get_default_mod_mask()
    say(key=Gdk.keyval_name(event.keyval), held=int(held), code=event.hardware_keycode)
    return True


window = Gtk.Window(title=sys.argv[2])
grid = Gtk.Grid(row_homogeneous=True, column_homogeneous=True)
buttons = [Gtk.Button(label=str(number)) for number in range(COLUMNS * ROWS)]
for number, button in enumerate(buttons):
    button.connect("clicked", lambda _, number: say(clicked=number), number)
    button.set_hexpand(True)
    button.set_vexpand(True)
    grid.attach(button, number % COLUMNS, number // COLUMNS, 1, 1)
window.add(grid)
window.connect("key-press-event", tell_key)
window.connect("button-press-event", lambda _, event: say(missed=[event.x, event.y]))
window.connect("destroy", Gtk.main_quit)
window.connect_after("size-allocate", tell_places)
window.show_all()
Gtk.main()
