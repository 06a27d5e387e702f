//! Portals of a desktop session: the way to screen and input where the compositor offers no protocol for them.
//!
//! Nothing is asked of a person except by [`PortalHands::ask`]. They are hands without eyes: looking takes PipeWire.

mod hands;

pub use hands::PortalHands;

use super::accessibility::block_until;
use crate::screen::PointPx;
use std::time::{Duration, Instant};
use zbus::{Connection, OwnedVariant, connection};

const SERVICE: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// Why a portal cannot be asked, or does not do it.
#[derive(Debug, thiserror::Error)]
pub enum PortalError {
    #[error("no session bus is known: DBUS_SESSION_BUS_ADDRESS is not set")]
    NoBus,
    #[error("the portal {name} does not answer")]
    Silent { name: String },
    #[error("there is no portal {name} on the session bus")]
    Lacking {
        name: String,
        #[source]
        cause: zbus::Error,
    },
    #[error("keyboard and mouse were not allowed")]
    Refused,
    #[error("the portal has no way to {action}")]
    Unable { action: String },
    #[error("{at} falls outside the monitor of {width}x{height}")]
    OffScreen { at: PointPx, width: i32, height: i32 },
    #[error("the keyboard cannot type {what}")]
    Key { what: String },
}

/// The version of the session's portal called `name` (`RemoteDesktop`); takes at most `patience`, twice.
///
/// # Errors
/// [`PortalError`] says what is not there.
pub fn portal_version(name: &str, patience: Duration) -> Result<u32, PortalError> {
    let silent = || PortalError::Silent { name: name.to_owned() };
    let lacking = |cause| PortalError::Lacking { name: name.to_owned(), cause };
    let connection = connect(patience, name)?;
    let property = (format!("org.freedesktop.portal.{name}"), "version");
    let call = connection.call_method(Some(SERVICE), PATH, Some(PROPERTIES), "Get", &property);
    let answer = block_until(Instant::now() + patience, call).ok_or_else(silent)?.map_err(lacking)?;
    let value: OwnedVariant = answer.body().deserialize().map_err(lacking)?;
    u32::try_from(value).map_err(|_| silent())
}

/// The session bus, to ask for the portal called `name`.
fn connect(patience: Duration, name: &str) -> Result<Connection, PortalError> {
    let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").ok().filter(|a| !a.is_empty()).ok_or(PortalError::NoBus)?;
    let silent = || PortalError::Silent { name: name.to_owned() };
    let lacking = |cause| PortalError::Lacking { name: name.to_owned(), cause };
    let builder = connection::Builder::address(bus.as_str()).method_timeout(patience);
    block_until(Instant::now() + patience, builder.build()).ok_or_else(silent)?.map_err(lacking)
}
