//! Which key, with which modifiers, types a character on the layout that is set.
//!
//! Characters that the layout has are typed with its own keys. Others are bound to spare keys for
//! the time of the typing: all of them before the first press, because applications that hear of a
//! new binding too late type something else.

use std::collections::HashMap;
use std::error::Error;
use std::thread;
use std::time::Duration;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

/// How long applications get to hear of a new binding.
const BINDING_MS: u64 = 60;
/// Keysyms of Unicode characters start here (X protocol, appendix A).
const UNICODE: u32 = 0x0100_0000;

/// A key, and whether Shift is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stroke {
    pub keycode: u8,
    pub shift: bool,
}

/// The layout of a display as it is now, with our own bindings on top.
pub struct Layout {
    strokes: HashMap<u32, Stroke>,
    spare: Vec<u8>,
    bound: Vec<u8>,
}

impl Layout {
    /// Reads the layout.
    pub fn read(connection: &RustConnection) -> Result<Self, Failure> {
        let (low, high) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let mapping = connection.get_keyboard_mapping(low, high - low + 1)?.reply()?;
        let per_key = usize::from(mapping.keysyms_per_keycode).max(1);
        let mut layout = Self { strokes: HashMap::new(), spare: Vec::new(), bound: Vec::new() };
        for (i, keysyms) in mapping.keysyms.chunks(per_key).enumerate() {
            layout.add_key(low + i as u8, keysyms);
        }
        Ok(layout)
    }

    fn add_key(&mut self, keycode: u8, keysyms: &[u32]) {
        if keysyms.iter().all(|&k| k == 0) {
            // Key 8 becomes key 0 in the kernel's counting, which is no key.
            if keycode != 8 {
                self.spare.push(keycode);
            }
            return;
        }
        let plain = keysyms[0];
        let shifted = keysyms.get(1).copied().filter(|&k| k != 0);
        self.strokes.entry(plain).or_insert(Stroke { keycode, shift: false });
        // A letter key that lists one case only means both.
        let shifted = shifted.or_else(|| upper_keysym(plain));
        if let Some(shifted) = shifted {
            self.strokes.entry(shifted).or_insert(Stroke { keycode, shift: true });
        }
    }

    /// How `keysym` is typed, where the layout or a binding has it.
    pub fn stroke(&self, keysym: u32) -> Option<Stroke> {
        self.strokes.get(&keysym).copied()
    }

    /// How many characters can be bound at the same time.
    pub fn spare(&self) -> usize {
        self.spare.len()
    }

    /// Binds the `keysyms` that the layout lacks to spare keys and lets applications hear of it.
    pub fn bind(&mut self, connection: &RustConnection, keysyms: &[u32]) -> Result<(), Failure> {
        let missing: Vec<u32> = keysyms.iter().copied().filter(|k| !self.strokes.contains_key(k)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        for keysym in missing {
            let Some(keycode) = self.spare.pop() else { break };
            // The same symbol on both levels, or a held Shift would change it.
            connection.change_keyboard_mapping(1, keycode, 2, &[keysym, keysym])?;
            self.bound.push(keycode);
            self.strokes.insert(keysym, Stroke { keycode, shift: false });
        }
        connection.sync()?;
        thread::sleep(Duration::from_millis(BINDING_MS));
        Ok(())
    }

    /// Takes our bindings back.
    pub fn unbind(&mut self, connection: &RustConnection) -> Result<(), Failure> {
        if self.bound.is_empty() {
            return Ok(());
        }
        // The last characters must have been read before their keys lose their meaning.
        thread::sleep(Duration::from_millis(BINDING_MS));
        for keycode in self.bound.drain(..) {
            connection.change_keyboard_mapping(1, keycode, 2, &[0, 0])?;
            self.strokes.retain(|_, stroke| stroke.keycode != keycode);
            self.spare.push(keycode);
        }
        connection.sync()?;
        Ok(())
    }
}

fn upper_keysym(plain: u32) -> Option<u32> {
    let c = char::from_u32(plain).filter(|c| c.is_ascii_lowercase())?;
    Some(u32::from(c.to_ascii_uppercase()))
}

/// The keysym of a character: Latin-1 characters are their own keysyms.
pub fn keysym_of(c: char) -> Option<u32> {
    match c {
        '\n' => Some(0xff0d),
        '\t' => Some(0xff09),
        c if c.is_control() => None,
        c if u32::from(c) < 0x100 => Some(u32::from(c)),
        c => Some(UNICODE | u32::from(c)),
    }
}

/// The keysym of a key that chords call by name.
pub fn keysym_of_name(name: &str) -> Option<u32> {
    let known = match name {
        "Return" => 0xff0d,
        "Escape" => 0xff1b,
        "Tab" => 0xff09,
        "Space" => 0x20,
        "BackSpace" => 0xff08,
        "Delete" => 0xffff,
        "Insert" => 0xff63,
        "Home" => 0xff50,
        "End" => 0xff57,
        "PageUp" => 0xff55,
        "PageDown" => 0xff56,
        "Up" => 0xff52,
        "Down" => 0xff54,
        "Left" => 0xff51,
        "Right" => 0xff53,
        "Menu" => 0xff67,
        "Print" => 0xff61,
        "Plus" => 0x2b,
        "Minus" => 0x2d,
        "Super" => 0xffeb,
        _ => return function_or_char(name),
    };
    Some(known)
}

fn function_or_char(name: &str) -> Option<u32> {
    if let Some(number) = name.strip_prefix('F').and_then(|n| n.parse::<u32>().ok())
        && (1..=12).contains(&number)
    {
        return Some(0xffbd + number);
    }
    let mut chars = name.chars();
    let c = chars.next()?;
    chars.next().is_none().then(|| keysym_of(c))?
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Chord;

    #[test]
    fn every_named_key_has_a_keysym() {
        for name in Chord::NAMED {
            assert!(keysym_of_name(name).is_some(), "{name}");
        }
        assert_eq!(keysym_of_name("F12"), Some(0xffc9));
        assert_eq!(keysym_of_name("é"), Some(0xe9));
        assert_eq!(keysym_of_name("Blah"), None);
    }

    #[test]
    fn characters_beyond_latin_1_are_unicode_keysyms() {
        assert_eq!(keysym_of('€'), Some(0x0100_20ac));
        assert_eq!(keysym_of('A'), Some(0x41));
        assert_eq!(keysym_of('\u{7}'), None);
    }
}
