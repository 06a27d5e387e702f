//! Keys as what they mean to a line of text.

use unicode_normalization::UnicodeNormalization;
use x11rb::connection::Connection;
use x11rb::errors::ReplyError;
use x11rb::protocol::xproto::ConnectionExt;
use x11rb::rust_connection::RustConnection;
use xkeysym::Keysym;

/// What was pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    Text(String),
    Enter,
    Escape,
    Tab,
    Backspace,
    Delete,
    /// The word before the cursor goes.
    WordBack,
    /// Everything goes.
    Clear,
    Left,
    Right,
    Home,
    End,
    Up,
    Down,
    /// Ctrl+C.
    Stop,
    /// Nothing was, but it has to be drawn anew.
    Redraw,
}

const SHIFT: u16 = 1;
const LOCK: u16 = 2;
const CTRL: u16 = 4;
const ALT: u16 = 8;
/// The key for the third level of a layout.
const LEVEL3: u16 = 128;

/// What stands on which key.
pub(super) struct Keys {
    first: u8,
    per_key: usize,
    keysyms: Vec<u32>,
    /// An accent that waits for its letter.
    accent: Option<char>,
}

impl Keys {
    pub(super) fn read(connection: &RustConnection) -> Result<Self, ReplyError> {
        let (first, last) = (connection.setup().min_keycode, connection.setup().max_keycode);
        let mapping = connection.get_keyboard_mapping(first, last - first + 1)?.reply()?;
        let per_key = usize::from(mapping.keysyms_per_keycode).max(1);
        Ok(Self { first, per_key, keysyms: mapping.keysyms, accent: None })
    }

    /// The meaning of a key with these modifiers; the second group of a layout is at bit 13.
    pub(super) fn press(&mut self, code: u8, state: u16) -> Option<Press> {
        let keysym = self.keysym(code, state)?;
        if state & CTRL != 0 {
            return by_ctrl(keysym);
        }
        if let Some(press) = named(keysym) {
            self.accent = None;
            return Some(press);
        }
        if let Some(accent) = accent_of(keysym) {
            self.accent = Some(accent);
            return None;
        }
        let letter = keysym.key_char().filter(|c| !c.is_control() && state & ALT == 0)?;
        let whole: String = match self.accent.take() {
            Some(accent) => [letter, accent].into_iter().nfc().collect(),
            None => letter.to_string(),
        };
        Some(Press::Text(whole))
    }

    fn keysym(&self, code: u8, state: u16) -> Option<Keysym> {
        let row = usize::from(code.checked_sub(self.first)?) * self.per_key;
        let at = |column: usize| {
            let raw = *self.keysyms.get(row + column).filter(|_| column < self.per_key)?;
            (raw != 0).then(|| Keysym::new(raw))
        };
        let group = if state & (1 << 13) != 0 { 2 } else { 0 };
        let third = if state & LEVEL3 != 0 { 4 } else { group };
        let plain = at(third).or_else(|| at(group)).or_else(|| at(0))?;
        let shifted = at(third + 1).or_else(|| at(group + 1));
        let is_letter = plain.key_char().is_some_and(char::is_alphabetic);
        let wants_shift = (state & SHIFT != 0) != (is_letter && state & LOCK != 0);
        match shifted {
            Some(shifted) if wants_shift => Some(shifted),
            None if wants_shift && is_letter => {
                let upper = plain.key_char()?.to_uppercase().next()?;
                Some(Keysym::from_char(upper))
            }
            _ => Some(plain),
        }
    }
}

fn named(keysym: Keysym) -> Option<Press> {
    Some(match keysym {
        Keysym::Return | Keysym::KP_Enter => Press::Enter,
        Keysym::Escape => Press::Escape,
        Keysym::Tab | Keysym::ISO_Left_Tab => Press::Tab,
        Keysym::BackSpace => Press::Backspace,
        Keysym::Delete | Keysym::KP_Delete => Press::Delete,
        Keysym::Left | Keysym::KP_Left => Press::Left,
        Keysym::Right | Keysym::KP_Right => Press::Right,
        Keysym::Home | Keysym::KP_Home => Press::Home,
        Keysym::End | Keysym::KP_End => Press::End,
        Keysym::Up | Keysym::KP_Up => Press::Up,
        Keysym::Down | Keysym::KP_Down => Press::Down,
        _ => return None,
    })
}

fn by_ctrl(keysym: Keysym) -> Option<Press> {
    Some(match keysym.key_char()?.to_ascii_lowercase() {
        'c' => Press::Stop,
        'u' => Press::Clear,
        'w' => Press::WordBack,
        'a' => Press::Home,
        'e' => Press::End,
        _ => return None,
    })
}

/// The accent of a key that waits for its letter, as a character that joins it.
fn accent_of(keysym: Keysym) -> Option<char> {
    Some(match keysym {
        Keysym::dead_grave => '\u{300}',
        Keysym::dead_acute => '\u{301}',
        Keysym::dead_circumflex => '\u{302}',
        Keysym::dead_tilde => '\u{303}',
        Keysym::dead_diaeresis => '\u{308}',
        Keysym::dead_abovering => '\u{30a}',
        Keysym::dead_caron => '\u{30c}',
        Keysym::dead_cedilla => '\u{327}',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two columns on four keys: `a A`, `2 "`, a dead acute, and `e` with a euro sign on the third level.
    fn keys() -> Keys {
        let row = |all: [u32; 6]| all.to_vec();
        let keysyms = [
            row([0x61, 0x41, 0, 0, 0, 0]),
            row([0x32, 0x22, 0, 0, 0, 0]),
            row([0xfe51, 0xfe50, 0, 0, 0, 0]),
            row([0x65, 0, 0, 0, 0x20ac, 0]),
            row([0xff0d, 0, 0, 0, 0, 0]),
        ];
        Keys { first: 8, per_key: 6, keysyms: keysyms.concat(), accent: None }
    }

    fn text(text: &str) -> Option<Press> {
        Some(Press::Text(text.into()))
    }

    #[test]
    fn levels_and_locks_are_heeded() {
        let mut keys = keys();
        assert_eq!(keys.press(8, 0), text("a"));
        assert_eq!(keys.press(8, SHIFT), text("A"));
        assert_eq!(keys.press(8, LOCK), text("A"));
        assert_eq!(keys.press(8, LOCK | SHIFT), text("a"));
        assert_eq!(keys.press(9, LOCK), text("2"));
        assert_eq!(keys.press(9, SHIFT), text("\""));
        assert_eq!(keys.press(11, SHIFT), text("E"));
        assert_eq!(keys.press(11, LEVEL3), text("€"));
    }

    #[test]
    fn accents_join_their_letters_and_chords_mean_something() {
        let mut keys = keys();
        assert_eq!(keys.press(10, 0), None);
        assert_eq!(keys.press(11, 0), text("é"));
        assert_eq!(keys.press(11, 0), text("e"));
        assert_eq!(keys.press(8, CTRL), Some(Press::Home));
        assert_eq!(keys.press(8, ALT), None);
        assert_eq!(keys.press(12, 0), Some(Press::Enter));
        assert_eq!(keys.press(200, 0), None);
    }
}
