"""What applications say of themselves over the accessibility bus."""
import dataclasses


@dataclasses.dataclass
class Node:
    acc: object
    role: str
    name: str
    box: tuple                 # on the screen, in pixels, as told
    states: set
    parent: object = None
    children: list = dataclasses.field(default_factory=list)
    window: object = None      # the Window it is drawn in
    seen: tuple = None         # the part that shows, or None
    scale: float = 1

    def ancestors(self):
        n = self.parent
        while n:
            yield n
            n = n.parent

    def inside(self, *roles):
        return any(a.role in roles for a in self.ancestors())


MENU_ROLES = {"menu", "menu item", "check menu item", "radio menu item", "tearoff menu item", "popup menu"}
TABLES = {"table", "tree table", "tree", "list", "list box"}
TOPS = {"frame", "dialog", "window", "alert", "file chooser", "color chooser", "font chooser"}
CLIPS = TOPS | TABLES | {"scroll pane", "viewport", "layered pane", "document web", "document frame", "panel", "filler",
                         "page tab list", "tool bar", "split pane", "text", "internal frame", "root pane"}
# Long lists: only what shows is walked.
LONG = 150


class Walker:
    """Reads the tree of all applications on the bus."""

    def __init__(self, atspi, scale_hint):
        self.a = atspi
        self.hint = scale_hint
        self.count = 0

    def read(self, acc, parent, scale):
        try:
            role = acc.get_role_name() or ""
            states = {s.value_nick for s in acc.get_state_set().get_states()}
            box = (0, 0, 0, 0)
            c = acc.get_component_iface()
            if c:
                e = c.get_extents(self.a.CoordType.SCREEN)
                box = (e.x, e.y, e.width, e.height)
                if scale != 1:
                    box = tuple(round(v * scale) for v in box)
            role = {"push button": "button", "push button menu": "button", "button menu": "button"}.get(role, role)
            return Node(acc, role, acc.get_name() or "", box, states, parent, scale=scale)
        except Exception:
            return None

    def child_indices(self, acc, n, node, scale):
        """All children, or of a long list those that show (found by halving: y grows with the index)."""
        if n <= LONG or node.role not in TABLES:
            return range(min(n, 3000))

        def top(i):
            k = self.read(acc.get_child_at_index(i), node, scale)
            return k.box[1] if k and k.box[3] > 0 else -10**6

        def find(y):
            lo, hi = 0, n - 1
            while lo < hi:
                mid = (lo + hi) // 2
                if top(mid) < y:
                    lo = mid + 1
                else:
                    hi = mid
            return lo
        a, b = find(node.box[1] - 4), find(node.box[1] + node.box[3])
        keep = set(range(0, min(n, 14))) | set(range(max(0, a - 14), min(n, b + 14)))
        return sorted(keep)[:700]

    def walk(self, acc, parent, scale, depth=0):
        node = self.read(acc, parent, scale)
        self.count += 1
        if node is None or depth > 60 or self.count > 9000:
            return None
        top = parent is None or parent.role == "application"
        if not top and "showing" not in node.states and node.role not in MENU_ROLES:
            return None
        if not top and node.role in MENU_ROLES and not node.states & {"showing", "visible"}:
            return None
        try:
            n = acc.get_child_count()
            for i in self.child_indices(acc, n, node, scale):
                c = acc.get_child_at_index(i)
                if c is None:
                    continue
                k = self.walk(c, node, scale, depth + 1)
                if k:
                    node.children.append(k)
        except Exception:
            pass
        return node

    def tops(self, screen_windows):
        """The application's windows, with the scale between their and the display's pixels."""
        desktop = self.a.get_desktop(0)
        out = []
        for i in range(desktop.get_child_count()):
            app = desktop.get_child_at_index(i)
            if app is None:
                continue
            try:
                app.clear_cache()
                kids = [app.get_child_at_index(k) for k in range(app.get_child_count())]
            except Exception:
                continue
            for k in kids:
                if k is None:
                    continue
                node = self.read(k, None, 1)
                if node is None or "showing" not in node.states or node.box[2] < 2:
                    continue
                out.append((k, self.scale_of(node, screen_windows)))
        return out

    def scale_of(self, node, windows):
        """Some toolkits tell logical pixels: compare with the sizes of the real windows."""
        if self.hint == 1:
            return 1
        w, h = node.box[2:]
        for s in (1, self.hint):
            if any(abs(x.raw_client[2] - w * s) <= 4 and abs(x.raw_client[3] - h * s) <= 4 or
                   abs(x.client[2] - w * s) <= 4 and abs(x.client[3] - h * s) <= 4 for x in windows):
                return s
        return self.hint


def flatten(node, out):
    out.append(node)
    for c in node.children:
        flatten(c, out)
    return out
