"""The windows of a display, with what their manager draws around them."""
import dataclasses
import numpy as np

from pixels import intersect


@dataclasses.dataclass
class Window:
    number: int                # place in the stacking order, from 1
    xid: int                   # child of the root (the frame, where there is one)
    box: tuple                 # the frame, without invisible shadows
    client: tuple              # the client window, without invisible shadows
    raw_client: tuple          # the client window, with them
    title: str
    override: bool             # menus, tips: not managed by the window manager
    extents: tuple             # the frame's (left, right, top, bottom)
    pid: int
    client_id: int
    own_bar: bool              # draws its own title bar


class Screen:
    """Grabs the root window; knows windows and which of them shows at each pixel."""

    def __init__(self, name, memory):
        from Xlib import X, display, error
        self.X, self.error = X, error
        self.d = display.Display(name)
        self.root = self.d.screen().root
        g = self.root.get_geometry()
        self.w, self.h = g.width, g.height
        self.clients = {}
        # The server keeps its picture in a file (XWD: a head, a colour table, rows); reading that costs next to nothing.
        head = np.memmap(memory, ">u4", "r")
        self.pixels = np.memmap(memory, np.uint8, "r", offset=int(head[0]) + 12 * int(head[19]), shape=(self.h, int(head[12])))

    def grab(self):
        a = self.pixels[:, :4 * self.w].reshape(self.h, self.w, 4)
        return a[:, :, 2::-1].copy()

    def paint_root(self, top, bottom):
        """A plain or a graded desktop, from one colour to another."""
        gc = self.root.create_gc()
        pix = self.root.create_pixmap(self.w, self.h, self.d.screen().root_depth)
        for y in range(self.h):
            t = y / self.h
            r, g, b = [round(p + (q - p) * t) for p, q in zip(top, bottom)]
            gc.change(foreground=(r << 16) + (g << 8) + b)
            pix.fill_rectangle(gc, 0, y, self.w, 1)
        self.root.change_attributes(background_pixmap=pix)
        self.root.clear_area(0, 0, self.w, self.h)
        self.d.sync()

    def prop(self, window, name):
        try:
            p = window.get_full_property(self.d.get_atom(name), self.X.AnyPropertyType)
            return p.value if p else None
        except self.error.XError:
            return None

    def client_of(self, top):
        """The client in a frame: the first window below with WM_STATE."""
        known = self.clients.get(top.id)
        if known is not None and self.prop(known, "WM_STATE") is not None:
            return known
        todo = [top]
        while todo:
            w = todo.pop(0)
            if self.prop(w, "WM_STATE") is not None:
                self.clients[top.id] = w
                return w
            try:
                todo += w.query_tree().children
            except self.error.XError:
                pass
        return None

    def absolute(self, w):
        g = w.get_geometry()
        t = self.root.translate_coords(w, 0, 0)
        return (t.x, t.y, g.width, g.height)

    def windows(self):
        out = []
        for top in self.root.query_tree().children:
            try:
                a = top.get_attributes()
                if a.map_state != self.X.IsViewable or a.win_class != self.X.InputOutput:
                    continue
                out += self.window(top, len(out) + 1)
            except self.error.XError:
                continue
        return out

    def window(self, top, number):
        client = self.client_of(top)
        override = client is None
        client = client or top
        box, raw = self.absolute(top), self.absolute(client)
        if box[2] < 4 or box[3] < 4:
            return []
        shadow = self.prop(client, "_GTK_FRAME_EXTENTS")
        inner = raw
        if shadow is not None and len(shadow) == 4:
            left, right, up, down = shadow
            inner = (raw[0] + left, raw[1] + up, raw[2] - left - right, raw[3] - up - down)
            box = intersect(box, inner)
        ext = self.prop(client, "_NET_FRAME_EXTENTS")
        if not override and ext is not None and len(ext) == 4 and ext[2] > 0:
            # Some frames have wide invisible borders to grab.
            left, right, up, down = ext
            box = intersect(box, (raw[0] - left, raw[1] - up, raw[2] + left + right, raw[3] + up + down))
        title = self.prop(client, "_NET_WM_NAME") or self.prop(client, "WM_NAME") or b""
        title = title.decode("utf8", "replace") if isinstance(title, bytes) else str(title)
        pid = self.prop(client, "_NET_WM_PID")
        return [Window(number, top.id, box, inner, raw, title, override,
                       tuple(ext) if ext is not None and len(ext) == 4 else (0, 0, 0, 0),
                       int(pid[0]) if pid is not None and len(pid) else 0, client.id, shadow is not None)]

    def owners(self, windows):
        """For every pixel the number of the window that shows there (0: the desktop)."""
        m = np.zeros((self.h, self.w), np.int16)
        for w in windows:
            x, y, ww, hh = intersect(w.box, (0, 0, self.w, self.h))
            m[y:y + hh, x:x + ww] = w.number
        return m

    def close(self, client_id):
        from Xlib.protocol import event
        w = self.d.create_resource_object("window", client_id)
        e = event.ClientMessage(window=w, client_type=self.d.intern_atom("_NET_CLOSE_WINDOW"),
                                data=(32, [0, 2, 0, 0, 0]))
        self.root.send_event(e, event_mask=self.X.SubstructureRedirectMask | self.X.SubstructureNotifyMask)
        self.d.sync()
