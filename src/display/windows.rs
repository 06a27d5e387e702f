//! Windows of an X display, by the window manager's list where there is one.

use crate::screen::{RectPx, Window};
use crate::task::Arrangement;
use std::error::Error;
use x11rb::protocol::res::{self, ConnectionExt as _};
use x11rb::protocol::xproto::{
    Atom, AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt as _, EventMask, InputFocus, MapState,
    StackMode,
};
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        _NET_ACTIVE_WINDOW,
        _NET_CLIENT_LIST_STACKING,
        _NET_CLOSE_WINDOW,
        _NET_MOVERESIZE_WINDOW,
        _NET_SUPPORTING_WM_CHECK,
        _NET_WM_NAME,
        _NET_WM_PID,
        _NET_WM_STATE,
        _NET_WM_STATE_HIDDEN,
        _NET_WM_STATE_MAXIMIZED_HORZ,
        _NET_WM_STATE_MAXIMIZED_VERT,
        _NET_WM_STATE_MODAL,
        _NET_WM_WINDOW_TYPE,
        _NET_WM_WINDOW_TYPE_DESKTOP,
        _NET_WM_WINDOW_TYPE_DIALOG,
        _NET_WM_WINDOW_TYPE_DOCK,
        UTF8_STRING,
        WM_CHANGE_STATE,
        WM_STATE,
    }
}

/// Windows smaller than this are helpers that nobody sees.
const LEAST_SIDE: u16 = 4;

/// All visible windows, the lowest first.
pub fn list(connection: &RustConnection, root: u32) -> Result<Vec<Window>, Failure> {
    let atoms = Atoms::new(connection)?.reply()?;
    let tree = connection.query_tree(root)?.reply()?.children;
    let managed = values(connection, root, atoms._NET_CLIENT_LIST_STACKING);
    let active = values(connection, root, atoms._NET_ACTIVE_WINDOW).first().copied();
    let active = match active.filter(|&id| id != 0) {
        Some(id) => Some(id),
        None => Some(connection.get_input_focus()?.reply()?.focus),
    };
    let has_manager = window_manager(connection, root);
    let reader = Reader { connection, root, atoms: &atoms, active };
    let mut windows: Vec<Window> = if has_manager {
        managed.iter().filter_map(|&id| reader.read(id, false)).collect()
    } else {
        tree.iter().filter(|&&id| !reader.is_override(id)).filter_map(|&id| reader.read(id, false)).collect()
    };
    windows.extend(tree.iter().filter(|&&id| reader.is_override(id)).filter_map(|&id| reader.read(id, true)));
    Ok(windows)
}

/// The windows that are minimised.
pub fn hidden(connection: &RustConnection, root: u32) -> Result<Vec<Window>, Failure> {
    let atoms = Atoms::new(connection)?.reply()?;
    let managed = values(connection, root, atoms._NET_CLIENT_LIST_STACKING);
    let reader = Reader { connection, root, atoms: &atoms, active: None };
    let is_hidden = |id: &&u32| values(connection, **id, atoms._NET_WM_STATE).contains(&atoms._NET_WM_STATE_HIDDEN);
    Ok(managed.iter().filter(is_hidden).filter_map(|&id| reader.describe(id, false, true)).collect())
}

/// Whether a window manager runs.
pub fn window_manager(connection: &RustConnection, root: u32) -> bool {
    let Ok(Ok(atoms)) = Atoms::new(connection).map(|c| c.reply()) else { return false };
    let check = values(connection, root, atoms._NET_SUPPORTING_WM_CHECK);
    // The property outlives a window manager that died; its window does not.
    check.first().is_some_and(|&id| values(connection, id, atoms._NET_SUPPORTING_WM_CHECK).first() == Some(&id))
}

/// Brings `window` to the front.
pub fn activate(connection: &RustConnection, root: u32, window: u32) -> Result<(), Failure> {
    let atoms = Atoms::new(connection)?.reply()?;
    if window_manager(connection, root) {
        return send(connection, root, window, atoms._NET_ACTIVE_WINDOW, [2, 0, 0, 0, 0]);
    }
    connection.configure_window(window, &ConfigureWindowAux::new().stack_mode(StackMode::ABOVE))?;
    connection.set_input_focus(InputFocus::POINTER_ROOT, window, 0u32)?;
    connection.sync()?;
    Ok(())
}

/// Asks `window` to close.
pub fn close(connection: &RustConnection, root: u32, window: u32) -> Result<(), Failure> {
    let atoms = Atoms::new(connection)?.reply()?;
    send(connection, root, window, atoms._NET_CLOSE_WINDOW, [0, 2, 0, 0, 0])
}

/// Has `window`, which stands at `area`, arranged as `how` says.
pub fn arrange(
    connection: &RustConnection,
    root: u32,
    window: u32,
    how: Arrangement,
    area: RectPx,
) -> Result<(), Failure> {
    let atoms = Atoms::new(connection)?.reply()?;
    if !window_manager(connection, root) {
        return arrange_alone(connection, window, how);
    }
    let maximised = |on: u32| {
        let sides = [atoms._NET_WM_STATE_MAXIMIZED_HORZ, atoms._NET_WM_STATE_MAXIMIZED_VERT];
        send(connection, root, window, atoms._NET_WM_STATE, [on, sides[0], sides[1], 2, 0])
    };
    // Static gravity: the numbers are of the contents, not of the frame around them.
    let place = |fields: u32, [x, y, w, h]: [i32; 4]| {
        let flags = 10 | fields << 8 | 2 << 12;
        let data = [flags, x as u32, y as u32, w as u32, h as u32];
        send(connection, root, window, atoms._NET_MOVERESIZE_WINDOW, data)
    };
    match how {
        Arrangement::Maximise => maximised(1),
        Arrangement::Restore => {
            maximised(0)?;
            activate(connection, root, window)
        }
        // What is maximised can be neither moved nor resized.
        Arrangement::Move { to } => maximised(0).and_then(|()| place(0b0011, [to.x, to.y, area.w, area.h])),
        Arrangement::Resize { width, height } => {
            maximised(0).and_then(|()| place(0b1100, [0, 0, width as i32, height as i32]))
        }
        // 3 is ICCCM's IconicState.
        Arrangement::Minimise => send(connection, root, window, atoms.WM_CHANGE_STATE, [3, 0, 0, 0, 0]),
    }
}

/// Without a window manager a window does as the server is told; what only a window manager knows is refused.
fn arrange_alone(connection: &RustConnection, window: u32, how: Arrangement) -> Result<(), Failure> {
    let aux = ConfigureWindowAux::new();
    match how {
        Arrangement::Move { to } => connection.configure_window(window, &aux.x(to.x).y(to.y))?,
        Arrangement::Resize { width, height } => {
            connection.configure_window(window, &aux.width(width).height(height))?
        }
        Arrangement::Maximise | Arrangement::Restore | Arrangement::Minimise => {
            return Err(format!("to {how} a window takes a window manager, and none runs").into());
        }
    };
    connection.sync()?;
    Ok(())
}

fn send(connection: &RustConnection, root: u32, window: u32, kind: Atom, data: [u32; 5]) -> Result<(), Failure> {
    let event = ClientMessageEvent::new(32, window, kind, data);
    let mask = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
    connection.send_event(false, root, mask, event)?;
    connection.sync()?;
    Ok(())
}

/// The name behind an atom, empty where there is none.
pub fn atom_name(connection: &RustConnection, atom: Atom) -> String {
    let reply = connection.get_atom_name(atom).ok().and_then(|c| c.reply().ok());
    reply.map(|r| String::from_utf8_lossy(&r.name).into_owned()).unwrap_or_default()
}

/// A text that the root window carries; `None` where it does not.
pub fn root_text(connection: &RustConnection, root: u32, property: &[u8]) -> Option<String> {
    let atom = connection.intern_atom(true, property).ok()?.reply().ok()?.atom;
    let reply = connection.get_property(false, root, atom, AtomEnum::ANY, 0, 1024).ok()?.reply().ok()?;
    String::from_utf8(reply.value).ok().filter(|text| !text.is_empty())
}

/// A property's 32-bit values; none where the window or the property is gone.
fn values(connection: &RustConnection, window: u32, property: Atom) -> Vec<u32> {
    let cookie = connection.get_property(false, window, property, AtomEnum::ANY, 0, 1024);
    let reply = cookie.ok().and_then(|c| c.reply().ok());
    reply.and_then(|r| r.value32().map(Iterator::collect)).unwrap_or_default()
}

struct Reader<'a> {
    connection: &'a RustConnection,
    root: u32,
    atoms: &'a Atoms,
    active: Option<u32>,
}

impl Reader<'_> {
    fn is_override(&self, window: u32) -> bool {
        let reply = self.connection.get_window_attributes(window).ok().and_then(|c| c.reply().ok());
        reply.is_some_and(|r| r.override_redirect && r.map_state == MapState::VIEWABLE)
    }

    /// `None` for a window that is hidden, gone, or part of the desktop itself.
    fn read(&self, id: u32, popup: bool) -> Option<Window> {
        self.describe(id, popup, false)
    }

    fn describe(&self, id: u32, popup: bool, wanted_hidden: bool) -> Option<Window> {
        let attributes = self.connection.get_window_attributes(id).ok()?.reply().ok()?;
        let states = values(self.connection, id, self.atoms._NET_WM_STATE);
        let kinds = values(self.connection, id, self.atoms._NET_WM_WINDOW_TYPE);
        let furniture = [self.atoms._NET_WM_WINDOW_TYPE_DESKTOP, self.atoms._NET_WM_WINDOW_TYPE_DOCK];
        let hidden = attributes.map_state != MapState::VIEWABLE
            || states.contains(&self.atoms._NET_WM_STATE_HIDDEN)
            || kinds.iter().any(|k| furniture.contains(k));
        let area = self.area(id)?;
        // Window managers keep frames and helpers as unmanaged windows of their own.
        let is_frame = popup && self.manages_another(id);
        if hidden != wanted_hidden || is_frame || area.is_empty() {
            return None;
        }
        let transient = !values(self.connection, id, AtomEnum::WM_TRANSIENT_FOR.into()).is_empty();
        Some(Window {
            id,
            title: self
                .text(id, self.atoms._NET_WM_NAME)
                .or_else(|| self.text(id, AtomEnum::WM_NAME.into()))
                .unwrap_or_default(),
            app: self.class(id),
            area,
            focused: self.active == Some(id),
            dialog: !popup
                && (transient
                    || kinds.contains(&self.atoms._NET_WM_WINDOW_TYPE_DIALOG)
                    || states.contains(&self.atoms._NET_WM_STATE_MODAL)),
            modal: states.contains(&self.atoms._NET_WM_STATE_MODAL),
            popup,
            pid: values(self.connection, id, self.atoms._NET_WM_PID).first().copied().or_else(|| self.client_pid(id)),
        })
    }

    fn area(&self, id: u32) -> Option<RectPx> {
        let geometry = self.connection.get_geometry(id).ok()?.reply().ok()?;
        let place = self.connection.translate_coordinates(id, self.root, 0, 0).ok()?.reply().ok()?;
        let large = geometry.width >= LEAST_SIDE && geometry.height >= LEAST_SIDE;
        large
            .then(|| RectPx::new(place.dst_x.into(), place.dst_y.into(), geometry.width.into(), geometry.height.into()))
    }

    /// What the server knows of the client, for applications that do not say it themselves.
    fn client_pid(&self, id: u32) -> Option<u32> {
        let spec = res::ClientIdSpec { client: id, mask: res::ClientIdMask::LOCAL_CLIENT_PID };
        let reply = self.connection.res_query_client_ids(&[spec]).ok()?.reply().ok()?;
        reply.ids.first()?.value.first().copied()
    }

    fn manages_another(&self, id: u32) -> bool {
        let tree = self.connection.query_tree(id).ok().and_then(|c| c.reply().ok());
        let children = tree.map(|t| t.children).unwrap_or_default();
        children.iter().any(|&child| !values(self.connection, child, self.atoms.WM_STATE).is_empty())
    }

    fn text(&self, id: u32, property: Atom) -> Option<String> {
        let cookie = self.connection.get_property(false, id, property, AtomEnum::ANY, 0, 1024).ok()?;
        let value = cookie.reply().ok()?.value;
        (!value.is_empty()).then(|| String::from_utf8_lossy(&value).into_owned())
    }

    fn class(&self, id: u32) -> String {
        let text = self.text(id, AtomEnum::WM_CLASS.into()).unwrap_or_default();
        let mut parts = text.split('\0').filter(|p| !p.is_empty());
        parts.next_back().unwrap_or_default().to_lowercase()
    }
}
