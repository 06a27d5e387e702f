//! Which key, with which modifiers, types a character on the layout that is set.
//!
//! Characters that the layout has are typed with its own keys. Others are bound to spare keys for
//! the time of the typing, two to a key: all of them before the first press, because applications that hear of a
//! new binding too late type something else.

use std::collections::HashMap;
use std::error::Error;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::ConnectionExt as _;
use x11rb::rust_connection::RustConnection;
use x11rb::wrapper::ConnectionExt as _;

type Failure = Box<dyn Error + Send + Sync>;

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
    /// Reads the first group of the layout.
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
        // What the keypad types depends on Num Lock.
        let is_keypad = |k: u32| (0xff80..=0xffbd).contains(&k);
        if is_keypad(plain) || shifted.is_some_and(is_keypad) || is_dead(plain) {
            return;
        }
        self.strokes.entry(plain).or_insert(Stroke { keycode, shift: false });
        // A letter key that lists one case only means both.
        let shifted = shifted.filter(|&k| !is_dead(k)).or_else(|| upper_keysym(plain));
        if let Some(shifted) = shifted {
            self.strokes.entry(shifted).or_insert(Stroke { keycode, shift: true });
        }
    }

    /// How `keysym` is typed, where the layout or a binding has it.
    pub fn stroke(&self, keysym: u32) -> Option<Stroke> {
        let own = self.strokes.get(&keysym).or_else(|| self.strokes.get(&legacy_keysym(keysym)?));
        own.copied()
    }

    /// How many characters can be bound at the same time.
    pub const fn spare(&self) -> usize {
        self.spare.len() * 2
    }

    /// Binds the `keysyms` that the layout lacks to spare keys; gives whether there were any.
    pub fn bind(&mut self, connection: &RustConnection, keysyms: &[u32]) -> Result<bool, Failure> {
        let mut missing: Vec<u32> = keysyms.iter().copied().filter(|&k| self.stroke(k).is_none()).collect();
        missing.sort_unstable();
        missing.dedup();
        for pair in missing.chunks(2) {
            let Some(keycode) = self.spare.pop() else { break };
            let (plain, shifted) = (pair[0], pair.get(1).copied().unwrap_or(pair[0]));
            connection.change_keyboard_mapping(1, keycode, 2, &[plain, shifted])?;
            self.bound.push(keycode);
            self.strokes.insert(plain, Stroke { keycode, shift: false });
            self.strokes.entry(shifted).or_insert(Stroke { keycode, shift: true });
        }
        connection.sync()?;
        Ok(!missing.is_empty())
    }

    /// Takes our bindings back.
    pub fn unbind(&mut self, connection: &RustConnection) -> Result<(), Failure> {
        for keycode in self.bound.drain(..) {
            connection.change_keyboard_mapping(1, keycode, 2, &[0, 0])?;
            self.strokes.retain(|_, stroke| stroke.keycode != keycode);
            self.spare.push(keycode);
        }
        connection.sync()?;
        Ok(())
    }

    /// Whether keys are bound that the layout did not have.
    pub const fn is_bound(&self) -> bool {
        !self.bound.is_empty()
    }
}

/// Accents that wait for the next letter.
const fn is_dead(keysym: u32) -> bool {
    keysym >= 0xfe50 && keysym <= 0xfe8f
}

/// The old keysym of a character that layouts carry under it: Cyrillic and the euro have names of their own.
fn legacy_keysym(keysym: u32) -> Option<u32> {
    let c = char::from_u32(keysym.checked_sub(UNICODE)?)?;
    if c == '€' {
        return Some(0x20ac);
    }
    // KOI8-R, from which the X protocol took the order of its Cyrillic keysyms.
    const KOI8: &str = "юабцдефгхийклмнопярстужвьызшэщчъ";
    let lower = c.to_lowercase().next()?;
    let at = KOI8.chars().position(|k| k == lower)? as u32;
    Some(if lower == c { 0x6c0 + at } else { 0x6e0 + at })
}

/// The capital of a Latin letter's keysym.
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
    fn cyrillic_letters_are_known_by_their_old_names() {
        // XK_Cyrillic_yu, XK_Cyrillic_io is elsewhere, XK_Cyrillic_HARDSIGN.
        assert_eq!(legacy_keysym(UNICODE | u32::from('ю')), Some(0x6c0));
        assert_eq!(legacy_keysym(UNICODE | u32::from('а')), Some(0x6c1));
        assert_eq!(legacy_keysym(UNICODE | u32::from('Ъ')), Some(0x6ff));
        assert_eq!(legacy_keysym(UNICODE | u32::from('漢')), None);
        assert_eq!(legacy_keysym(0x61), None);
    }

    #[test]
    fn characters_beyond_latin_1_are_unicode_keysyms() {
        assert_eq!(keysym_of('€'), Some(0x0100_20ac));
        assert_eq!(keysym_of('A'), Some(0x41));
        assert_eq!(keysym_of('\u{7}'), None);
    }
}
