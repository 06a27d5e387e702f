//! Which key, with which modifiers, types a character; and the same as a keymap that a compositor reads.
//!
//! Keys stand where they do on a US keyboard: applications that go by a key's place, as browsers do, and those that
//! go by what it types then see the same key. Characters that such a keyboard lacks come to the third and fourth
//! level of the letter keys, as AltGr has them on European keyboards, because a key in a place that types nothing
//! elsewhere is dropped by some applications, and some others have a meaning of their own.
//!
//! Chromium (seen in 156) keeps 16 bits of a key's character: emoji come out as something else there, and have to
//! be pasted.

use crate::display::DisplayError;
use crate::task::Modifier;
use std::fmt::Write;

/// The character keys, by their numbers in the kernel's `input-event-codes.h`: the first key of each row, and what
/// the row types without and with Shift.
const ROWS: [(u32, &str, &str); 7] = [
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'", "ASDFGHJKL:\""),
    (41, "`", "~"),
    (43, "\\", "|"),
    (44, "zxcvbnm,./", "ZXCVBNM<>?"),
    (57, " ", " "),
];

/// The other keys: what a chord calls it, its number, and its keysyms' names without and with Shift.
const NAMED: [(&str, u32, &str); 30] = [
    ("Escape", 1, "Escape"),
    ("BackSpace", 14, "BackSpace"),
    ("Tab", 15, "Tab, ISO_Left_Tab"),
    ("Return", 28, "Return"),
    ("F1", 59, "F1"),
    ("F2", 60, "F2"),
    ("F3", 61, "F3"),
    ("F4", 62, "F4"),
    ("F5", 63, "F5"),
    ("F6", 64, "F6"),
    ("F7", 65, "F7"),
    ("F8", 66, "F8"),
    ("F9", 67, "F9"),
    ("F10", 68, "F10"),
    ("F11", 87, "F11"),
    ("F12", 88, "F12"),
    ("Print", 99, "Print"),
    ("Home", 102, "Home"),
    ("Up", 103, "Up"),
    ("PageUp", 104, "Prior"),
    ("Left", 105, "Left"),
    ("Right", 106, "Right"),
    ("End", 107, "End"),
    ("Down", 108, "Down"),
    ("PageDown", 109, "Next"),
    ("Insert", 110, "Insert"),
    ("Delete", 111, "Delete"),
    ("Super", SUPER, "Super_L"),
    ("Menu", 127, "Menu"),
    ("Space", 57, "space"),
];

const CTRL: u32 = 29;
const SHIFT: u32 = 42;
const ALT: u32 = 56;
const ALT_GR: u32 = 100;
const SUPER: u32 = 125;

/// The keys that change what others do: number, keysym, and the real modifier that it sets with the modifier's bit.
const MODIFIERS: [(u32, &str, &str, u32); 5] = [
    (CTRL, "Control_L", "Control", 1 << 2),
    (SHIFT, "Shift_L", "Shift", 1),
    (ALT, "Alt_L", "Mod1", 1 << 3),
    (ALT_GR, "ISO_Level3_Shift", "Mod5", 1 << 7),
    (SUPER, "Super_L", "Mod4", 1 << 6),
];

/// XKB counts the kernel's keys from 8 on, as X did.
const XKB_FIRST: u32 = 8;

/// A key, and the keys that are held while it is pressed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stroke {
    pub key: u32,
    pub held: Vec<u32>,
}

/// The keys of a US keyboard, and the characters that are bound besides.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    /// In the order of the places that they are bound to.
    foreign: Vec<char>,
}

impl Keymap {
    /// How many characters fit besides those of the keyboard: two to a key; the space bar stays as it is.
    pub fn room() -> usize {
        character_keys().filter(|(_, plain, _)| *plain != ' ').count() * 2
    }

    /// A keymap for as many of `characters`, from the first, as fit, and how many these are.
    pub fn of(characters: &[char]) -> (Self, usize) {
        let mut map = Self::default();
        for (at, &c) in characters.iter().enumerate() {
            if map.types(c) {
                continue;
            }
            if map.foreign.len() == Self::room() {
                return (map, at);
            }
            map.foreign.push(c);
        }
        (map, characters.len())
    }

    /// Whether `c` can be typed.
    pub fn types(&self, c: char) -> bool {
        self.stroke(c).is_some()
    }

    /// How `c` is typed.
    pub fn stroke(&self, c: char) -> Option<Stroke> {
        let named = match c {
            '\n' => Some("Return"),
            '\t' => Some("Tab"),
            _ => None,
        };
        if let Some(name) = named {
            return named_key(name).map(|key| Stroke { key, held: Vec::new() });
        }
        if let Some((key, plain, _)) = character_keys().find(|(_, plain, shifted)| [*plain, *shifted].contains(&c)) {
            let held = if c == plain { Vec::new() } else { vec![SHIFT] };
            return Some(Stroke { key, held });
        }
        let at = self.foreign.iter().position(|f| *f == c)?;
        let (key, ..) = character_keys().nth(at / 2)?;
        let held = if at % 2 == 0 { vec![ALT_GR] } else { vec![ALT_GR, SHIFT] };
        Some(Stroke { key, held })
    }

    /// How the key that chords call `name` is pressed.
    pub fn named_stroke(&self, name: &str) -> Option<Stroke> {
        if let Some(key) = named_key(name) {
            return Some(Stroke { key, held: Vec::new() });
        }
        character_of(name).and_then(|c| self.stroke(c))
    }

    /// The keymap in the XKB text format, version 1.
    pub fn text(&self) -> String {
        let mut codes = String::new();
        let mut symbols = String::new();
        let mut add = |key: u32, definition: &str| {
            let _ = writeln!(codes, "<K{key}> = {};", key + XKB_FIRST);
            let _ = writeln!(symbols, "key <K{key}> {{ {definition} }};");
        };
        for (at, (key, plain, shifted)) in character_keys().enumerate() {
            let own = |offset: usize| self.foreign.get(at * 2 + offset).map_or("NoSymbol".into(), |c| keysym(*c));
            let (third, fourth) = if plain == ' ' { ("NoSymbol".into(), "NoSymbol".into()) } else { (own(0), own(1)) };
            let levels = format!("{}, {}, {third}, {fourth}", keysym(plain), keysym(shifted));
            add(key, &format!("type = \"FOUR_LEVEL\", symbols[Group1] = [ {levels} ]"));
        }
        for (_, key, name) in NAMED.iter().filter(|(_, key, _)| ![57, SUPER].contains(key)) {
            add(*key, &format!("[ {name} ]"));
        }
        for (key, name, ..) in MODIFIERS {
            add(key, &format!("[ {name} ]"));
        }
        for (key, _, modifier, _) in MODIFIERS {
            let _ = writeln!(symbols, "modifier_map {modifier} {{ <K{key}> }};");
        }
        format!(
            "xkb_keymap {{\n\
             xkb_keycodes \"guardian\" {{\nminimum = 8;\nmaximum = 255;\n{codes}}};\n\
             xkb_types \"guardian\" {{ include \"complete\" }};\n\
             xkb_compatibility \"guardian\" {{ include \"complete\" }};\n\
             xkb_symbols \"guardian\" {{\n{symbols}}};\n}};\n"
        )
    }
}

/// The key of a modifier.
pub const fn modifier_key(modifier: Modifier) -> u32 {
    match modifier {
        Modifier::Ctrl => CTRL,
        Modifier::Alt => ALT,
        Modifier::Shift => SHIFT,
        Modifier::Super => SUPER,
    }
}

/// The bits of the modifiers that these keys set.
pub fn bits(keys: &[u32]) -> u32 {
    MODIFIERS.iter().filter(|(key, ..)| keys.contains(key)).fold(0, |all, (.., bit)| all | bit)
}

/// The character that a chord means by `name`, where it means one.
pub fn character_of(name: &str) -> Option<char> {
    match name {
        "Plus" => Some('+'),
        "Minus" => Some('-'),
        _ => {
            let mut characters = name.chars();
            let c = characters.next()?;
            characters.next().is_none().then_some(c)
        }
    }
}

/// The characters to type for `text`.
///
/// # Errors
/// [`DisplayError::Key`] for a control character, which no key types.
pub fn characters(text: &str) -> Result<Vec<char>, DisplayError> {
    let one = |c: char| match c {
        '\n' | '\t' => Ok(c),
        c if c.is_control() => Err(DisplayError::Key { what: format!("U+{:04X}", u32::from(c)) }),
        c => Ok(c),
    };
    text.chars().filter(|c| *c != '\r').map(one).collect()
}

/// Number, plain and shifted character of each character key.
fn character_keys() -> impl Iterator<Item = (u32, char, char)> {
    ROWS.iter().flat_map(|(first, plain, shifted)| {
        (*first..).zip(plain.chars().zip(shifted.chars())).map(|(key, (plain, shifted))| (key, plain, shifted))
    })
}

fn named_key(name: &str) -> Option<u32> {
    NAMED.iter().find(|(known, ..)| *known == name).map(|(_, key, _)| *key)
}

fn keysym(c: char) -> String {
    format!("U{:04X}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Chord;
    use std::collections::BTreeSet;

    #[test]
    fn every_named_key_has_a_place() {
        for name in Chord::NAMED {
            assert!(Keymap::default().named_stroke(name).is_some(), "{name}");
        }
        assert_eq!(Keymap::default().named_stroke("Blah"), None);
        assert_eq!(Keymap::default().named_stroke("Plus"), Some(Stroke { key: 13, held: vec![SHIFT] }));
    }

    #[test]
    fn ascii_is_typed_with_its_own_keys() {
        let map = Keymap::default();
        for c in ' '..='~' {
            assert!(map.types(c), "{c}");
        }
        assert_eq!(map.stroke('a'), Some(Stroke { key: 30, held: vec![] }));
        assert_eq!(map.stroke('?'), Some(Stroke { key: 53, held: vec![SHIFT] }));
        assert_eq!(map.stroke('\n'), Some(Stroke { key: 28, held: vec![] }));
    }

    #[test]
    fn no_two_characters_share_a_stroke() {
        let foreign: Vec<char> = ('а'..='я').chain('一'..).take(Keymap::room()).collect();
        let (map, fitting) = Keymap::of(&foreign);
        assert_eq!(fitting, foreign.len());
        let strokes: BTreeSet<String> =
            foreign.iter().chain(&['a', 'A', ' ']).map(|c| format!("{:?}", map.stroke(*c))).collect();
        assert_eq!(strokes.len(), foreign.len() + 3);
    }

    #[test]
    fn what_does_not_fit_is_left_for_another_keymap() {
        let many: Vec<char> = ('一'..).take(300).collect();
        let (map, fitting) = Keymap::of(&many);
        assert_eq!(fitting, Keymap::room());
        assert!(map.types(many[fitting - 1]) && !map.types(many[fitting]));
        let (rest, fitting) = Keymap::of(&many[fitting..]);
        assert_eq!((rest.foreign.len(), fitting), (Keymap::room(), Keymap::room()));
    }

    #[test]
    fn each_key_is_defined_once() {
        let text = Keymap::of(&['漢', 'é']).0.text();
        let keys: Vec<&str> =
            text.lines().filter(|l| l.starts_with("key <")).filter_map(|l| l.split(['<', '>']).nth(1)).collect();
        let once: BTreeSet<&&str> = keys.iter().collect();
        assert_eq!(keys.len(), once.len());
        assert!(text.contains("key <K2> { type = \"FOUR_LEVEL\", symbols[Group1] = [ U0031, U0021, U6F22, U00E9 ] };"));
    }
}
