//! Windows, by the wlr-foreign-toplevel-management protocol: what they are called and which one has the keyboard,
//! but not where they stand.

use super::outputs::Layout;
use super::wire::{Told, Wire};
use crate::display::DisplayError;
use crate::screen::Window;
use crate::task::Arrangement;
use wayland_client::protocol::wl_output::WlOutput;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_client::{Connection, Dispatch, QueueHandle, event_created_child};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_handle_v1::{
    self, State, ZwlrForeignToplevelHandleV1 as Handle,
};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_manager_v1::{
    self, ZwlrForeignToplevelManagerV1 as Manager,
};

/// The windows that the compositor has told of, in the order in which they came.
#[derive(Default)]
pub struct Toplevels {
    all: Vec<Toplevel>,
    /// The number that the last one got.
    last: u32,
}

struct Toplevel {
    id: u32,
    handle: Handle,
    title: String,
    app: String,
    states: Vec<State>,
    output: Option<WlOutput>,
}

impl Toplevels {
    /// The window that has the keyboard.
    pub fn active(&self) -> Option<u32> {
        self.all.iter().find(|t| t.states.contains(&State::Activated)).map(|t| t.id)
    }

    fn find(&mut self, handle: &Handle) -> Option<&mut Toplevel> {
        self.all.iter_mut().find(|t| t.handle == *handle)
    }
}

/// Has the compositor tell of windows from now on, where it can.
pub fn bind(wire: &Wire) -> Option<Manager> {
    wire.bind(3)
}

/// All windows that are not hidden, the one that has the keyboard last. Where one stands is not told: it gets the
/// whole monitor that it is on.
pub fn list(wire: &Wire, layout: &Layout) -> Vec<Window> {
    let area = |toplevel: &Toplevel| {
        let output = wire.told.outputs.iter().find(|o| Some(&o.proxy) == toplevel.output.as_ref());
        let part = output.and_then(|o| layout.parts.iter().find(|p| p.id == o.id));
        part.or(layout.parts.first()).map(|p| p.area).unwrap_or_default()
    };
    let window = |t: &Toplevel| Window {
        id: t.id,
        title: t.title.clone(),
        app: t.app.to_lowercase(),
        area: area(t),
        focused: t.states.contains(&State::Activated),
        dialog: false,
        modal: false,
        popup: false,
        pid: None,
    };
    let shown = wire.told.toplevels.all.iter().filter(|t| !t.states.contains(&State::Minimized));
    let mut windows: Vec<Window> = shown.map(window).collect();
    windows.sort_by_key(|w| w.focused);
    windows
}

/// Brings `window` to the front.
///
/// # Errors
/// [`DisplayError::NoWindow`], [`DisplayError::Gone`].
pub fn activate(wire: &mut Wire, window: u32) -> Result<(), DisplayError> {
    let handle = handle_of(wire, window)?;
    if let Some(seat) = wire.bind::<WlSeat>(1) {
        handle.unset_minimized();
        handle.activate(&seat);
    }
    wire.sync()
}

/// Asks `window` to close.
///
/// # Errors
/// As [`activate`].
pub fn close(wire: &mut Wire, window: u32) -> Result<(), DisplayError> {
    handle_of(wire, window)?.close();
    wire.sync()
}

/// Has `window` arranged as `how` says.
///
/// # Errors
/// As [`activate`], and [`DisplayError::Unable`]: the protocol neither moves nor resizes.
pub fn arrange(wire: &mut Wire, window: u32, how: Arrangement) -> Result<(), DisplayError> {
    let handle = handle_of(wire, window)?;
    match how {
        Arrangement::Maximise => handle.set_maximized(),
        Arrangement::Minimise => handle.set_minimized(),
        Arrangement::Restore => {
            handle.unset_maximized();
            handle.unset_minimized();
        }
        Arrangement::Move { .. } | Arrangement::Resize { .. } => {
            let what = "moving and resizing windows".to_owned();
            return Err(DisplayError::Unable { name: wire.name().to_owned(), what });
        }
    }
    wire.sync()
}

fn handle_of(wire: &mut Wire, window: u32) -> Result<Handle, DisplayError> {
    wire.sync()?;
    let found = wire.told.toplevels.all.iter().find(|t| t.id == window);
    found.map(|t| t.handle.clone()).ok_or(DisplayError::NoWindow { window })
}

impl Dispatch<Manager, ()> for Told {
    fn event(
        told: &mut Self,
        _: &Manager,
        event: zwlr_foreign_toplevel_manager_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if let zwlr_foreign_toplevel_manager_v1::Event::Toplevel { toplevel: handle } = event {
            let known = &mut told.toplevels;
            known.last += 1;
            let (title, app) = (String::new(), String::new());
            known.all.push(Toplevel { id: known.last, handle, title, app, states: Vec::new(), output: None });
        }
    }

    event_created_child!(Told, Manager, [
        zwlr_foreign_toplevel_manager_v1::EVT_TOPLEVEL_OPCODE => (Handle, ())
    ]);
}

impl Dispatch<Handle, ()> for Told {
    fn event(
        told: &mut Self,
        handle: &Handle,
        event: zwlr_foreign_toplevel_handle_v1::Event,
        (): &(),
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        use zwlr_foreign_toplevel_handle_v1::Event;
        if matches!(event, Event::Closed) {
            told.toplevels.all.retain(|t| t.handle != *handle);
            return handle.destroy();
        }
        let Some(toplevel) = told.toplevels.find(handle) else { return };
        match event {
            Event::Title { title } => toplevel.title = title,
            Event::AppId { app_id } => toplevel.app = app_id,
            Event::OutputEnter { output } => toplevel.output = Some(output),
            Event::State { state } => toplevel.states = states(&state),
            _ => {}
        }
    }
}

/// The states in an array of the protocol: numbers of four bytes.
fn states(array: &[u8]) -> Vec<State> {
    let number = |bytes: &[u8]| u32::from_ne_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
    array.chunks_exact(4).filter_map(|bytes| State::try_from(number(bytes)).ok()).collect()
}
