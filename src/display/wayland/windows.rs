//! Windows: by sway's socket where there is one, else by the protocol that tells less.

use super::hands::lacks;
use super::outputs::{Layout, LogicalRect};
use super::sway::{Stands, Sway};
use super::toplevels;
use super::wire::Wire;
use crate::display::DisplayError;
use crate::screen::{PointPx, RectPx, Window};
use crate::task::{Action, Arrangement};
use std::collections::BTreeSet;
use std::thread;
use std::time::{Duration, Instant};
use wayland_protocols_wlr::foreign_toplevel::v1::client::zwlr_foreign_toplevel_manager_v1::ZwlrForeignToplevelManagerV1;

/// How long a window may take to stand where it was told to.
const ARRANGED: Duration = Duration::from_millis(300);
/// How often a window is told where to stand.
const TURNS: usize = 4;

/// The ways to windows.
pub struct Windows {
    sway: Option<Sway>,
    /// Held so that the compositor goes on telling.
    manager: Option<ZwlrForeignToplevelManagerV1>,
    /// Windows that were tiled when they were hidden.
    tiled: BTreeSet<u32>,
}

impl Windows {
    pub fn bind(wire: &Wire) -> Self {
        let sway = wire.peer().and_then(Sway::of);
        Self { sway, manager: toplevels::bind(wire), tiled: BTreeSet::new() }
    }

    /// Whether it is told where windows stand.
    pub const fn has_places(&self) -> bool {
        self.sway.is_some()
    }

    /// All visible windows, the lowest first.
    ///
    /// # Errors
    /// [`DisplayError::Gone`], or [`DisplayError::Unable`] where nobody tells of windows.
    pub fn list(&self, wire: &mut Wire, layout: &Layout) -> Result<Vec<Window>, DisplayError> {
        match &self.sway {
            Some(sway) => {
                let all = sway.windows(layout).map_err(|e| wire.gone(e))?;
                Ok(all.into_iter().filter(|s| s.is_visible).map(|s| s.window).collect())
            }
            None if self.manager.is_some() => {
                wire.sync()?;
                Ok(toplevels::list(wire, layout))
            }
            // A display without windows that anybody tells of is looked at by its pixels alone.
            None => Ok(Vec::new()),
        }
    }

    /// Activates, closes or arranges a window, as `action` says.
    ///
    /// # Errors
    /// [`DisplayError::NoWindow`], [`DisplayError::Unable`] or [`DisplayError::Gone`].
    pub fn perform(&mut self, wire: &mut Wire, layout: &Layout, action: &Action) -> Result<(), DisplayError> {
        if self.sway.is_none() && self.manager.is_none() {
            return Err(lacks(wire, "handling windows", "zwlr_foreign_toplevel_manager_v1"));
        }
        match (action, self.sway.clone()) {
            (Action::Activate { window }, Some(sway)) => self.show(&At { sway, wire, layout, window: *window }),
            (Action::Close { window }, Some(sway)) => At { sway, wire, layout, window: *window }.command("kill"),
            (Action::Arrange { window, how }, Some(sway)) => {
                self.arrange(&At { sway, wire, layout, window: *window }, *how)
            }
            (Action::Activate { window }, None) => toplevels::activate(wire, *window),
            (Action::Close { window }, None) => toplevels::close(wire, *window),
            (Action::Arrange { window, how }, None) => toplevels::arrange(wire, *window, *how),
            _ => Ok(()),
        }
    }

    /// Brings a window to the front, out of hiding too.
    fn show(&mut self, at: &At<'_>) -> Result<(), DisplayError> {
        if at.stands()?.is_aside {
            at.command("scratchpad show")?;
            if self.tiled.remove(&at.window) {
                at.command("floating disable")?;
            }
        }
        at.command("focus")
    }

    fn arrange(&mut self, at: &At<'_>, how: Arrangement) -> Result<(), DisplayError> {
        let stands = at.stands()?;
        match how {
            Arrangement::Maximise => at.command("fullscreen enable"),
            Arrangement::Restore => at.command("fullscreen disable").and_then(|()| self.show(at)),
            Arrangement::Minimise => {
                if !stands.is_floating {
                    self.tiled.insert(at.window);
                }
                at.command("move scratchpad")
            }
            // What fills its output or is tiled can be neither moved nor resized.
            Arrangement::Move { to } => at.free(&stands).and_then(|()| at.move_to(to)),
            Arrangement::Resize { width, height } => at.free(&stands).and_then(|()| at.resize(width, height)),
        }
    }
}

/// One window on sway.
struct At<'a> {
    sway: Sway,
    wire: &'a Wire,
    layout: &'a Layout,
    window: u32,
}

impl At<'_> {
    fn command(&self, command: &str) -> Result<(), DisplayError> {
        self.stands()?;
        let refused =
            |cause| DisplayError::Input { action: format!("`{command}` for window {:#x}", self.window), cause };
        self.sway.command(self.window, command).map_err(refused)
    }

    fn stands(&self) -> Result<Stands, DisplayError> {
        let all = self.sway.windows(self.layout).map_err(|e| self.wire.gone(e))?;
        let found = all.into_iter().find(|s| s.window.id == self.window);
        found.ok_or(DisplayError::NoWindow { window: self.window })
    }

    fn free(&self, stands: &Stands) -> Result<(), DisplayError> {
        if stands.is_full {
            self.command("fullscreen disable")?;
        }
        if stands.is_floating {
            return Ok(());
        }
        self.command("floating enable")?;
        // A window that was tiled takes a size of its own first.
        let tiled = stands.area;
        self.await_place(|area| (area.w, area.h) != (tiled.w, tiled.h)).map(drop)
    }

    /// What is told to sway counts from its border and title bar on, which are only partly told of: so it is told,
    /// looked at, and told again by how much it was off.
    fn move_to(&self, to: PointPx) -> Result<(), DisplayError> {
        let off = || {
            let (width, height) = self.layout.size();
            DisplayError::OffScreen { at: to, width, height }
        };
        let wanted = self.layout.logical_from_px(to).ok_or_else(off)?;
        let wanted = (wanted.x.floor() as i32, wanted.y.floor() as i32);
        self.approach(wanted, |area| (area.x, area.y), |(x, y)| format!("move absolute position {x} {y}"))
    }

    fn resize(&self, width: u32, height: u32) -> Result<(), DisplayError> {
        let scale = self.scale_at(self.stands()?.window.area);
        let logical = |px: u32| (f64::from(px) / scale).round() as i32;
        let command = |(w, h): (i32, i32)| format!("resize set {} px {} px", w.max(1), h.max(1));
        self.approach((logical(width), logical(height)), |area| (area.w, area.h), command)
    }

    /// Tells sway by `command` until what `told` says of the window's contents is `wanted`, or nothing helps: how
    /// small a window can be is its own affair.
    fn approach(
        &self,
        wanted: (i32, i32),
        told: fn(LogicalRect) -> (i32, i32),
        command: impl Fn((i32, i32)) -> String,
    ) -> Result<(), DisplayError> {
        let mut say = wanted;
        for _ in 0..TURNS {
            self.command(&command(say))?;
            let is = told(self.await_place(|area| told(area) == wanted)?);
            if is == wanted {
                return Ok(());
            }
            say = (say.0 + wanted.0 - is.0, say.1 + wanted.1 - is.1);
        }
        Ok(())
    }

    fn scale_at(&self, area: RectPx) -> f64 {
        let on = |p: &&super::outputs::Part| p.area.contains(area.center());
        self.layout.parts.iter().find(on).or(self.layout.parts.first()).map_or(1.0, |p| p.scale)
    }

    /// Waits until the window's contents stand as `is_so` says; gives where they stand then.
    fn await_place(&self, is_so: impl Fn(LogicalRect) -> bool) -> Result<LogicalRect, DisplayError> {
        let started = Instant::now();
        loop {
            let area = self.stands()?.area;
            if is_so(area) || started.elapsed() > ARRANGED {
                return Ok(area);
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
}
