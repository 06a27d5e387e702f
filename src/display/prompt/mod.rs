//! A small window over the desktop to type into, and the keys that call it.
//!
//! It holds the keyboard while it is shown and no window manager has a say in it, so that it is there at once and
//! whatever had the keyboard has it again afterwards. What is shown in it is the caller's affair.

mod draw;
mod keys;

pub use draw::{Line, Sheet, Tone};
pub use keys::Press;

use super::portals::{PortalError, PortalShortcut};
use draw::{Canvas, Face};
use global_hotkey::hotkey::HotKey;
use global_hotkey::{GlobalHotKeyEvent, GlobalHotKeyManager, HotKeyState};
use keys::Keys;
use std::str::FromStr;
use std::thread;
use std::time::{Duration, Instant};
use x11rb::connection::Connection;
use x11rb::protocol::Event;
use x11rb::protocol::xproto::{
    ConfigureWindowAux, ConnectionExt, CreateGCAux, CreateWindowAux, EventMask, GrabMode, GrabStatus, ImageFormat,
    StackMode, WindowClass,
};
use x11rb::rust_connection::RustConnection;

/// Its width at the usual size of letters, in pixels.
const WIDTH: u32 = 720;
/// How far from the top it is, as a share of the screen.
const DOWN: f64 = 0.22;
/// How long somebody else may hold the keyboard.
const PATIENCE: Duration = Duration::from_millis(300);
/// How long the person has to allow the keys, where the desktop asks.
const CONSENT: Duration = Duration::from_secs(120);
/// How often is looked whether something was pressed.
const ROUND: Duration = Duration::from_millis(4);

/// Why there is no prompt.
#[derive(Debug, thiserror::Error)]
pub enum PromptError {
    #[error("the prompt cannot be shown on display {display}: {why}")]
    Open { display: String, why: String },
    #[error("another program holds the keyboard")]
    Keyboard,
    #[error("the display of the prompt is gone")]
    Gone,
}

/// The keys that call the prompt, heard wherever the keyboard is.
pub struct Hotkey(Heard);

enum Heard {
    /// They are heard as long as the manager lives.
    ByServer { _manager: GlobalHotKeyManager, id: u32 },
    /// On Wayland the desktop tells of them.
    ByPortal(Box<PortalShortcut>),
}

impl Hotkey {
    /// Begins to hear `keys` (`ctrl+alt+space`) on the display of the session.
    ///
    /// # Errors
    /// What speaks against it: keys that there are not, that another program has, or that the person does not allow.
    pub fn listen(keys: &str) -> Result<Self, String> {
        let is_wayland = std::env::var_os("WAYLAND_DISPLAY").is_some_and(|name| !name.is_empty());
        if is_wayland {
            match PortalShortcut::bind(keys, "Ask Guardian", CONSENT) {
                Ok(shortcut) => return Ok(Self(Heard::ByPortal(Box::new(shortcut)))),
                Err(refused @ PortalError::Refused { .. }) => return Err(refused.to_string()),
                // Without the portal an X server may still be there, and hear them while its windows have the keyboard.
                Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "no portal for keys"),
            }
        }
        let hotkey = HotKey::from_str(keys).map_err(|e| format!("“{keys}” are no keys: {e}"))?;
        let manager = GlobalHotKeyManager::new().map_err(|e| format!("keys cannot be heard here: {e}"))?;
        manager.register(hotkey).map_err(|e| format!("“{keys}” cannot be heard: {e}"))?;
        Ok(Self(Heard::ByServer { _manager: manager, id: hotkey.id() }))
    }

    /// Waits until they are pressed, at most for `wait`; whether they were.
    pub fn next(&mut self, wait: Duration) -> bool {
        match &mut self.0 {
            Heard::ByPortal(shortcut) => shortcut.next(wait),
            Heard::ByServer { id, .. } => {
                let heard = GlobalHotKeyEvent::receiver().recv_timeout(wait);
                heard.is_ok_and(|event| event.id() == *id && event.state() == HotKeyState::Pressed)
            }
        }
    }
}

/// The window.
pub struct Prompt {
    connection: RustConnection,
    window: u32,
    context: u32,
    root: u32,
    face: Face,
    keys: Keys,
    width: u32,
    height: u32,
    is_shown: bool,
}

impl Prompt {
    /// A window on the display `name`, not shown yet.
    ///
    /// # Errors
    /// [`PromptError::Open`] where there is no such display, no font, or pictures of another kind.
    pub fn open(name: &str) -> Result<Self, PromptError> {
        let failed = |why: &str| PromptError::Open { display: name.to_owned(), why: why.to_owned() };
        let lost = |_| failed("the display went away");
        let (connection, screen) = RustConnection::connect(Some(name)).map_err(|e| failed(&e.to_string()))?;
        let root = connection.setup().roots.get(screen).ok_or_else(|| failed("it has no screen"))?;
        let is_usual =
            connection.setup().pixmap_formats.iter().any(|f| f.depth == root.root_depth && f.bits_per_pixel == 32);
        if root.root_depth < 24 || !is_usual {
            return Err(failed("its pictures have less than 24 bits"));
        }
        let (root_window, depth, visual) = (root.root, root.root_depth, root.root_visual);
        let face = Face::load(scale(&connection, root_window)).ok_or_else(|| failed("no font was found"))?;
        let keys = Keys::read(&connection).map_err(|e| failed(&e.to_string()))?;
        let (window, context) = (
            connection.generate_id().map_err(|e| failed(&e.to_string()))?,
            connection.generate_id().map_err(|e| failed(&e.to_string()))?,
        );
        let aux = CreateWindowAux::new()
            .override_redirect(1)
            .background_pixel(0)
            .event_mask(EventMask::EXPOSURE | EventMask::KEY_PRESS | EventMask::BUTTON_PRESS);
        let width = face.scaled(WIDTH);
        let class = WindowClass::INPUT_OUTPUT;
        connection
            .create_window(depth, window, root_window, 0, 0, width as u16, 64, 0, class, visual, &aux)
            .map_err(lost)?;
        connection.create_gc(context, window, &CreateGCAux::new()).map_err(lost)?;
        let title = x11rb::protocol::xproto::AtomEnum::WM_NAME;
        x11rb::wrapper::ConnectionExt::change_property8(
            &connection,
            x11rb::protocol::xproto::PropMode::REPLACE,
            window,
            title,
            x11rb::protocol::xproto::AtomEnum::STRING,
            b"Guardian",
        )
        .map_err(lost)?;
        connection.flush().map_err(lost)?;
        Ok(Self { connection, window, context, root: root_window, face, keys, width, height: 64, is_shown: false })
    }

    pub const fn is_shown(&self) -> bool {
        self.is_shown
    }

    /// Shows it with `sheet` in it, and takes the keyboard.
    ///
    /// # Errors
    /// [`PromptError`] where the display is gone, or somebody else holds the keyboard.
    pub fn show(&mut self, sheet: &Sheet) -> Result<(), PromptError> {
        self.draw(sheet)?;
        self.place()?;
        // First the keyboard: what is pressed once it is to be seen is for it.
        self.take_keyboard()?;
        self.is_shown = true;
        self.connection.map_window(self.window).map_err(gone)?;
        self.draw(sheet)
    }

    fn take_keyboard(&self) -> Result<(), PromptError> {
        let until = Instant::now() + PATIENCE;
        loop {
            let (asynchronous, now) = (GrabMode::ASYNC, x11rb::CURRENT_TIME);
            let asked =
                self.connection.grab_keyboard(true, self.root, now, asynchronous, asynchronous).map_err(gone)?;
            match asked.reply().map_err(|_| lost())?.status {
                GrabStatus::SUCCESS => return Ok(()),
                _ if Instant::now() >= until => return Err(PromptError::Keyboard),
                _ => thread::sleep(ROUND),
            }
        }
    }

    /// Hides it; whatever had the keyboard has it again.
    ///
    /// # Errors
    /// [`PromptError`] where the display is gone.
    pub fn hide(&mut self) -> Result<(), PromptError> {
        self.is_shown = false;
        self.connection.ungrab_keyboard(x11rb::CURRENT_TIME).map_err(gone)?;
        self.connection.unmap_window(self.window).map_err(gone)?;
        self.connection.flush().map_err(gone)
    }

    /// Puts it where people look, on the monitor with the pointer.
    fn place(&self) -> Result<(), PromptError> {
        let pointer = self.connection.query_pointer(self.root).map_err(gone)?.reply().map_err(|_| lost())?;
        let at = (i32::from(pointer.root_x), i32::from(pointer.root_y));
        let (x, y, width, height) = self.monitor(at)?;
        let left = x + (width - self.width as i32) / 2;
        let top = y + (f64::from(height) * DOWN) as i32;
        let aux = ConfigureWindowAux::new().x(left).y(top).stack_mode(StackMode::ABOVE);
        self.connection.configure_window(self.window, &aux).map(drop).map_err(gone)
    }

    /// The monitor that has a point, as left, top, width and height in pixels; else the whole screen.
    fn monitor(&self, (x, y): (i32, i32)) -> Result<(i32, i32, i32, i32), PromptError> {
        use x11rb::protocol::randr::ConnectionExt as _;
        let asked = self.connection.randr_get_monitors(self.root, true).map_err(gone)?.reply();
        let areas = asked
            .map(|reply| reply.monitors)
            .unwrap_or_default()
            .into_iter()
            .map(|m| (i32::from(m.x), i32::from(m.y), i32::from(m.width), i32::from(m.height)));
        let mut areas = areas.filter(|(l, t, w, h)| (*l..l + w).contains(&x) && (*t..t + h).contains(&y));
        if let Some(area) = areas.next() {
            return Ok(area);
        }
        let whole = self.connection.get_geometry(self.root).map_err(gone)?.reply().map_err(|_| lost())?;
        Ok((0, 0, i32::from(whole.width), i32::from(whole.height)))
    }

    /// Draws `sheet`; the window is as high as that needs.
    ///
    /// # Errors
    /// [`PromptError`] where the display is gone.
    pub fn draw(&mut self, sheet: &Sheet) -> Result<(), PromptError> {
        let canvas: Canvas = self.face.draw(sheet, self.width);
        if canvas.height != self.height {
            self.height = canvas.height;
            let aux = ConfigureWindowAux::new().height(canvas.height);
            self.connection.configure_window(self.window, &aux).map_err(gone)?;
        }
        let depth = self.connection.get_geometry(self.window).map_err(gone)?.reply().map_err(|_| lost())?.depth;
        let (w, h) = (canvas.width as u16, canvas.height as u16);
        self.connection
            .put_image(ImageFormat::Z_PIXMAP, self.window, self.context, w, h, 0, 0, 0, depth, &canvas.pixels)
            .map_err(gone)?;
        self.connection.flush().map_err(gone)
    }

    /// What is pressed next, within `wait`; a press of the mouse elsewhere is [`Press::Escape`].
    ///
    /// # Errors
    /// [`PromptError`] where the display is gone.
    pub fn next(&mut self, wait: Duration) -> Result<Option<Press>, PromptError> {
        let until = Instant::now() + wait;
        loop {
            match self.connection.poll_for_event().map_err(gone)? {
                Some(Event::KeyPress(press)) => {
                    if let Some(press) = self.keys.press(press.detail, press.state.into()) {
                        return Ok(Some(press));
                    }
                }
                Some(Event::MappingNotify(_)) => {
                    self.keys = Keys::read(&self.connection).map_err(|_| lost())?;
                }
                Some(Event::Expose(_)) => return Ok(Some(Press::Redraw)),
                Some(_) => {}
                None if Instant::now() >= until => return Ok(None),
                None => thread::sleep(ROUND),
            }
        }
    }
}

fn gone(_: x11rb::errors::ConnectionError) -> PromptError {
    lost()
}

fn lost() -> PromptError {
    PromptError::Gone
}

/// How large letters are on this display, 1 for the usual size.
fn scale(connection: &RustConnection, root: u32) -> f32 {
    use x11rb::protocol::xproto::AtomEnum;
    let asked = connection.get_property(false, root, AtomEnum::RESOURCE_MANAGER, AtomEnum::STRING, 0, 16_384);
    let text = asked.ok().and_then(|cookie| cookie.reply().ok()).map(|reply| reply.value).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let dpi = text.lines().find_map(|line| line.strip_prefix("Xft.dpi:")?.trim().parse::<f32>().ok());
    (dpi.unwrap_or(96.0) / 96.0).clamp(1.0, 4.0)
}
