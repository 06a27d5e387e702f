"""Small applications that say what reached them, over HTTP to the port they are told.

    programs.py gtk|tk PORT text              a text to write into; says all of it when it changes
    programs.py gtk PORT targets WORD ...     buttons; says the word of each that is pressed, or "elsewhere"
    programs.py gtk PORT cover                a window over others; says "elsewhere" when it is pressed
    programs.py type INTERVAL                 PyAutoGUI types what stands on standard input
"""

import sys
import threading
import urllib.request


def say(port, path, body):
    urllib.request.urlopen(f"http://127.0.0.1:{port}/{path}", body.encode(), timeout=5).read()


class Teller:
    """Says the newest text from a thread of its own, so that the application never waits."""

    def __init__(self, port):
        self.port, self.text, self.changed = port, "", threading.Event()
        threading.Thread(target=self.run, daemon=True).start()

    def tell(self, text):
        self.text = text
        self.changed.set()

    def run(self):
        while True:
            self.changed.wait()
            self.changed.clear()
            say(self.port, "text", self.text)


def gtk():
    import gi

    gi.require_version("Gtk", "3.0")
    from gi.repository import Gtk

    return Gtk


def gtk_text(port):
    Gtk, teller = gtk(), Teller(port)
    window = Gtk.Window(title="Text of GTK")
    window.set_default_size(700, 400)
    view = Gtk.TextView(wrap_mode=Gtk.WrapMode.CHAR)
    buffer = view.get_buffer()
    buffer.connect("changed", lambda b: teller.tell(b.get_text(b.get_start_iter(), b.get_end_iter(), True)))
    window.add(view)
    window.show_all()
    view.grab_focus()
    Gtk.main()


def gtk_targets(port, words):
    Gtk = gtk()
    window = Gtk.Window(title="Targets")
    grid = Gtk.Grid(row_spacing=10, column_spacing=14, margin=16)
    for i, word in enumerate(words):
        button = Gtk.Button(label=word)
        button.connect("clicked", lambda _, w=word: threading.Thread(target=say, args=(port, "press", w)).start())
        grid.attach(button, i % 6, i // 6, 1, 1)
    around = Gtk.EventBox()
    around.add(grid)
    around.connect("button-press-event", lambda *_: say(port, "press", "elsewhere"))
    window.add(around)
    window.show_all()
    Gtk.main()


def gtk_cover(port):
    Gtk = gtk()
    window = Gtk.Window(title="Cover")
    window.set_default_size(260, 160)
    around = Gtk.EventBox()
    around.connect("button-press-event", lambda *_: say(port, "press", "elsewhere"))
    window.add(around)
    window.show_all()
    Gtk.main()


def tk_text(port):
    import tkinter

    teller, root = Teller(port), tkinter.Tk()
    root.title("Text of Tk")
    root.geometry("700x400")
    text = tkinter.Text(root, wrap="char")
    text.pack(fill="both", expand=True)

    def modified(_):
        if text.edit_modified():
            teller.tell(text.get("1.0", "end-1c"))
            text.edit_modified(False)

    text.bind("<<Modified>>", modified)
    text.focus_force()
    root.mainloop()


def type_by_pyautogui(interval):
    import pyautogui

    pyautogui.FAILSAFE = False
    pyautogui.write(sys.stdin.read(), interval=float(interval))


if __name__ == "__main__":
    what, argument, *rest = sys.argv[1:]
    if what == "type":
        type_by_pyautogui(argument)
    elif rest[0] == "text":
        {"gtk": gtk_text, "tk": tk_text}[what](argument)
    elif rest[0] == "cover":
        gtk_cover(argument)
    else:
        gtk_targets(argument, rest[1:])
