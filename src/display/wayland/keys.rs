//! The keyboard, by the virtual-keyboard protocol: one that brings a keymap of its own.

use super::keymap::{self, Keymap, Stroke};
use super::wire::{Failure, Told, Wire};
use crate::display::DisplayError;
use rustix::fs::{MemfdFlags, memfd_create};
use std::fs::File;
use std::io::Write;
use std::os::fd::AsFd;
use wayland_client::protocol::wl_keyboard::KeymapFormat;
use wayland_client::protocol::wl_seat::WlSeat;
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_manager_v1::ZwpVirtualKeyboardManagerV1;
use wayland_protocols_misc::zwp_virtual_keyboard_v1::client::zwp_virtual_keyboard_v1::ZwpVirtualKeyboardV1;

/// `wl_keyboard.key_state`.
const UP: u32 = 0;
const DOWN: u32 = 1;

/// A keyboard of our own.
pub struct Keyboard {
    proxy: ZwpVirtualKeyboardV1,
    map: Keymap,
    /// Keys that are down, in the order in which they were pressed.
    held: Vec<u32>,
}

impl Keyboard {
    /// A keyboard, where the compositor offers what it takes.
    ///
    /// # Errors
    /// [`DisplayError::Gone`], also where the compositor does not let us have one.
    pub fn bind(wire: &mut Wire, seat: &WlSeat) -> Result<Option<Self>, DisplayError> {
        let Some(manager) = wire.bind::<ZwpVirtualKeyboardManagerV1>(1) else { return Ok(None) };
        let proxy = manager.create_virtual_keyboard(seat, &wire.handle(), ());
        let mut keyboard = Self { proxy, map: Keymap::default(), held: Vec::new() };
        keyboard.set(wire, Keymap::default())?;
        Ok(Some(keyboard))
    }

    pub const fn map(&self) -> &Keymap {
        &self.map
    }

    /// Gives the keyboard another keymap, and waits until the compositor has taken it.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn set(&mut self, wire: &mut Wire, map: Keymap) -> Result<(), DisplayError> {
        let (file, bytes) = file_of(&map).map_err(|e| wire.gone(e))?;
        self.proxy.keymap(KeymapFormat::XkbV1.into(), file.as_fd(), bytes);
        self.map = map;
        wire.sync()
    }

    /// Presses one key and lets it go with its modifiers held, in one message, so that no load on the machine can
    /// make it repeat; comes back when the compositor has it.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn strike(&mut self, wire: &mut Wire, stroke: &Stroke) -> Result<(), DisplayError> {
        stroke.held.iter().for_each(|&key| self.press(wire, key));
        self.press(wire, stroke.key);
        self.release(wire, stroke.key);
        stroke.held.iter().rev().for_each(|&key| self.release(wire, key));
        wire.sync()
    }

    /// Holds a key down; sent with the next message.
    pub fn press(&mut self, wire: &Wire, key: u32) {
        if !self.held.contains(&key) {
            self.held.push(key);
            self.send(wire, key, DOWN);
        }
    }

    /// Lets a key go that is down; sent with the next message.
    pub fn release(&mut self, wire: &Wire, key: u32) {
        if let Some(at) = self.held.iter().position(|held| *held == key) {
            self.held.remove(at);
            self.send(wire, key, UP);
        }
    }

    /// Lets all keys go; sent with the next message.
    pub fn release_all(&mut self, wire: &Wire) {
        for key in self.held.clone().into_iter().rev() {
            self.release(wire, key);
        }
    }

    /// The compositor takes modifiers as it is told of them, not from the keys.
    fn send(&self, wire: &Wire, key: u32, state: u32) {
        self.proxy.key(wire.stamp(), key, state);
        if keymap::bits(&[key]) != 0 {
            self.proxy.modifiers(keymap::bits(&self.held), 0, 0, 0);
        }
    }
}

/// Memory that holds the text of `map` with a NUL at its end, and its length.
fn file_of(map: &Keymap) -> Result<(File, u32), Failure> {
    let text = map.text();
    let mut file = File::from(memfd_create("guardian-keymap", MemfdFlags::CLOEXEC)?);
    file.write_all(text.as_bytes())?;
    file.write_all(&[0])?;
    Ok((file, u32::try_from(text.len() + 1)?))
}

wayland_client::delegate_noop!(Told: ignore ZwpVirtualKeyboardManagerV1);
wayland_client::delegate_noop!(Told: ignore ZwpVirtualKeyboardV1);
