//! Keys that are heard wherever the keyboard is, by the GlobalShortcuts portal: the desktop asks the person, who may
//! choose other keys.
//!
//! Source: the portal's own description, version 1, and the format of triggers that the shortcuts specification has.

use super::{Options, PortalError, Talk, Told};
use crate::display::accessibility::block_until;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, Instant};
use zbus::export::futures_core::Stream;
use zbus::message::Type;
use zbus::{MatchRule, MessageStream, OwnedObjectPath, Variant};

pub(super) const NAME: &str = "GlobalShortcuts";
const INTERFACE: &str = "org.freedesktop.portal.GlobalShortcuts";
const ID: &str = "prompt";

/// Keys that are heard as long as this lives.
pub struct PortalShortcut {
    session: OwnedObjectPath,
    presses: MessageStream,
    // With it the session ends.
    _talk: Talk,
}

impl PortalShortcut {
    /// Asks for `keys` (`ctrl+alt+space`), which do what `about` says; the person has `patience` to answer.
    ///
    /// # Errors
    /// [`PortalError::NoBus`], [`PortalError::Lacking`], [`PortalError::Silent`]; [`PortalError::Refused`] where the
    /// person does not allow it.
    pub fn bind(keys: &str, about: &str, patience: Duration) -> Result<Self, PortalError> {
        let mut talk = Talk::begin(NAME)?;
        let session = talk.session(INTERFACE)?;
        let rule = MatchRule::builder().msg_type(Type::Signal).interface(INTERFACE).member("Activated");
        let rule = rule.build().map_err(|e| talk.lacking(e))?;
        // Before the keys are bound: they may be pressed at once.
        let listening = MessageStream::for_match_rule(rule, &talk.connection, None);
        let presses = block_until(Instant::now() + patience, listening)
            .ok_or_else(|| PortalError::Silent { name: NAME.into() })?
            .map_err(|e| talk.lacking(e))?;
        let wanted = Options::from([
            ("description", Variant::from(about.to_owned())),
            ("preferred_trigger", Variant::from(trigger(keys))),
        ]);
        let of_session = session.clone();
        talk.request(INTERFACE, "BindShortcuts", &mut Options::new(), patience, |options| {
            (of_session, vec![(ID, wanted)], "", options)
        })?;
        Ok(Self { session, presses, _talk: talk })
    }

    /// Waits until they are pressed, at most for `wait`; whether they were.
    pub fn next(&mut self, wait: Duration) -> bool {
        let until = Instant::now() + wait;
        loop {
            let next = poll_fn(|context| Pin::new(&mut self.presses).poll_next(context));
            let Some(Some(Ok(signal))) = block_until(until, next) else { return false };
            let said = signal.body().deserialize::<(OwnedObjectPath, String, u64, Told)>();
            if said.is_ok_and(|(session, id, ..)| session == self.session && id == ID) {
                return true;
            }
        }
    }
}

/// `ctrl+alt+space` as desktops write it, `CTRL+ALT+space`.
fn trigger(keys: &str) -> String {
    let parts: Vec<String> = keys.split('+').map(|part| part.trim().to_lowercase()).collect();
    let named = |part: &String| match part.as_str() {
        "super" | "meta" | "cmd" | "command" | "win" => "LOGO".to_owned(),
        "control" => "CTRL".to_owned(),
        "option" => "ALT".to_owned(),
        "ctrl" | "alt" | "shift" => part.to_uppercase(),
        _ => part.clone(),
    };
    parts.iter().map(named).collect::<Vec<_>>().join("+")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_desktops_write_them() {
        assert_eq!(trigger("ctrl+alt+space"), "CTRL+ALT+space");
        assert_eq!(trigger("Super + Shift+ G"), "LOGO+SHIFT+g");
    }
}
