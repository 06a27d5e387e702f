//! Input as from a person's own keyboard, for rehearsing a stop: the server is told to take it for its own device's.

use super::DisplayError;
use std::error::Error;
use x11rb::connection::{Connection, RequestConnection};
use x11rb::protocol::xinput::{self, ConnectionExt as _, Device, DeviceType};
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::protocol::xtest::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

/// A keyboard of the server that XTEST is not the source of.
pub struct Rehearsal {
    name: String,
    connection: RustConnection,
    root: u32,
    keyboard: u8,
    first_event: u8,
}

impl Rehearsal {
    /// Takes the first keyboard of the display called `name`.
    ///
    /// # Errors
    /// [`DisplayError::Connect`] where there is no such display, or no keyboard on it.
    pub fn open(name: &str) -> Result<Self, DisplayError> {
        Self::begin(name).map_err(|cause| DisplayError::Connect { name: name.to_owned(), cause })
    }

    fn begin(name: &str) -> Result<Self, Failure> {
        let (connection, screen) = x11rb::connect(Some(name))?;
        let root = connection.setup().roots[screen].root;
        connection.xinput_xi_query_version(2, 2)?.reply()?;
        let extension = connection.extension_information(xinput::X11_EXTENSION_NAME)?;
        let first_event = extension.ok_or("the server does not tell devices apart")?.first_event;
        let devices = connection.xinput_xi_query_device(Device::ALL)?.reply()?.infos;
        let is_own = |d: &&xinput::XIDeviceInfo| {
            d.type_ == DeviceType::SLAVE_KEYBOARD && !String::from_utf8_lossy(&d.name).contains("XTEST")
        };
        let keyboard = devices.iter().find(is_own).ok_or("the server has no keyboard of its own")?.deviceid;
        // A device must be open before it can be spoken for.
        connection.xinput_open_device(keyboard as u8)?.reply()?;
        Ok(Self { name: name.to_owned(), connection, root, keyboard: keyboard as u8, first_event })
    }

    /// Presses or lets go of the keys that have `keysym`.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn key(&self, keysym: u32, down: bool) -> Result<(), DisplayError> {
        self.send(keysym, down).map_err(|cause| DisplayError::Gone { name: self.name.clone(), cause })
    }

    fn send(&self, keysym: u32, down: bool) -> Result<(), Failure> {
        let (low, high) = (self.connection.setup().min_keycode, self.connection.setup().max_keycode);
        let mapping = self.connection.get_keyboard_mapping(low, high - low + 1)?.reply()?;
        let per_key = usize::from(mapping.keysyms_per_keycode).max(1);
        let row = mapping.keysyms.chunks(per_key).position(|row| row.first() == Some(&keysym));
        let keycode = low + row.ok_or("no such key is on the keyboard")? as u8;
        let kind = if down { xinput::DEVICE_KEY_PRESS_EVENT } else { xinput::DEVICE_KEY_RELEASE_EVENT };
        // The extension's events are counted from where the server has put them.
        let kind = self.first_event + kind;
        self.connection.xtest_fake_input(kind, keycode, 0, self.root, 0, 0, self.keyboard)?.check()?;
        Ok(self.connection.sync()?)
    }
}
