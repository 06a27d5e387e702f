//! Reads GUI elements from the AT-SPI accessibility bus: what the applications themselves say
//! stands on the screen, where it stands and in which state it is.
//!
//! This module only looks. It must not press, type, focus or otherwise change an application, it
//! must not guess at what an application does not say (finding elements in pixels is done
//! elsewhere), and it must not wait: every question has a time limit, and whoever has not answered
//! by the deadline is left out.
//!
//! Questions to one application and to different applications are in flight together, all polled
//! by the calling thread; zbus reads the socket on a thread of its own.

mod boxes;
mod bus;
mod detail;
mod draft;
mod numbers;
mod of_display;
mod poll;
mod roles;
#[cfg(test)]
mod tests;
mod tree;
mod walk;

use crate::screen::{RectPx, Role, State};
use bus::{Line, PROPERTIES};
pub(super) use of_display::{Address, OfDisplay};
use poll::block_on;
pub(super) use poll::block_until;
use std::time::{Duration, Instant};
use zbus::{Connection, DynamicType, Message, Variant, connection};

const BUS_LAUNCHER: &str = "org.a11y.Bus";
const BUS_LAUNCHER_PATH: &str = "/org/a11y/bus";

/// Why the accessibility bus could not be used. Single applications that fail are not errors.
#[derive(Debug, thiserror::Error)]
pub enum AccessibilityError {
    /// The bus at `address` refused the connection, or `address` is none.
    #[error("cannot connect to the bus at {address}")]
    Connect { address: String, source: zbus::Error },
    /// Nothing came from the bus at `address` in time.
    #[error("the bus at {address} does not answer within {patience:?}")]
    Silent { address: String, patience: Duration },
    /// The session bus at `address` knows no accessibility bus: at-spi2-core is missing or did not start.
    #[error("the session bus at {address} does not name an accessibility bus")]
    NoBus { address: String, source: zbus::Error },
    /// Neither the display nor its session says where its accessibility bus is.
    #[error("display {display} names no accessibility bus")]
    Nowhere { display: String },
    /// The accessibility bus at `address` could not be switched on for its session.
    #[error("cannot switch on accessibility on the session bus at {address}")]
    Enable { address: String, source: zbus::Error },
    /// The registry did not list its applications; when the bus is gone, connect anew.
    #[error("cannot list the applications on the accessibility bus")]
    Registry { source: zbus::Error },
    /// The registry did not list its applications before the deadline.
    #[error("the accessibility bus does not list its applications before the deadline")]
    Late,
}

/// One element that an application says is on the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Witnessed {
    pub role: Role,
    /// Name of the element, else the text that labels it, stands in it or describes it; never empty.
    pub label: Option<String>,
    /// Content of a text field (at most 1000 characters, none for passwords), choice of a drop-down,
    /// number of a slider or spinner.
    pub value: Option<String>,
    /// A part is `None` where the application does not say, or where it makes no sense for the role.
    pub state: State,
    /// In physical pixels of the screen, without what scrolling cuts off. Not clipped to the screen,
    /// and other windows may lie above. Wrong for GTK 3 with a `GDK_SCALE` other than 1, which tells
    /// its own, bigger pixels: multiply by that scale.
    pub area: RectPx,
    /// The window that holds it, in the same pixels; of a window its own box. `None` where the
    /// application does not say where that is.
    pub within: Option<RectPx>,
    /// Process of the application; several applications can share it.
    pub pid: Option<u32>,
}

/// What the applications have said until the deadline.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Witness {
    /// In the order of the applications on the bus, and parents before children within each.
    pub elements: Vec<Witnessed>,
    /// False when an application did not answer in time, has more objects than are looked at, or
    /// (GTK 4) does not know where on the screen its elements are.
    pub complete: bool,
}

/// A connection to the accessibility bus of one session. It can be used again and again; once the
/// bus is gone, [`Accessibility::elements`] fails and a new connection is needed.
#[derive(Debug)]
pub struct Accessibility {
    connection: Connection,
}

impl Accessibility {
    /// Connects to the accessibility bus at `address` (a D-Bus address such as `unix:path=/run/a11y`).
    ///
    /// `patience` bounds the connecting and, later on, the answer to every single question; an
    /// application that exceeds it is taken for hung and left out.
    ///
    /// # Errors
    ///
    /// [`AccessibilityError::Connect`] or [`AccessibilityError::Silent`].
    pub fn connect(address: &str, patience: Duration) -> Result<Self, AccessibilityError> {
        let builder = connection::Builder::address(address).method_timeout(patience);
        match block_until(Instant::now() + patience, builder.build()) {
            Some(Ok(connection)) => Ok(Self { connection }),
            Some(Err(source)) if timed_out(&source) => Err(silent(address, patience)),
            Some(Err(source)) => Err(AccessibilityError::Connect { address: address.into(), source }),
            None => Err(silent(address, patience)),
        }
    }

    /// Asks the session bus at `session_bus` for its accessibility bus, which starts it if need be,
    /// and connects to that. `patience` is that of [`Accessibility::connect`], for each bus.
    ///
    /// # Errors
    ///
    /// [`AccessibilityError::NoBus`], and those of [`Accessibility::connect`] for either bus.
    pub fn of_session(session_bus: &str, patience: Duration) -> Result<Self, AccessibilityError> {
        let answer = ask_launcher(session_bus, patience, BUS_LAUNCHER, "GetAddress", &())?;
        let address = answer.and_then(|message| message.body().deserialize::<String>());
        match address {
            Ok(address) => Self::connect(&address, patience),
            Err(source) if timed_out(&source) => Err(silent(session_bus, patience)),
            Err(source) => Err(AccessibilityError::NoBus { address: session_bus.into(), source }),
        }
    }

    /// Tells the session at `session_bus` that accessibility is wanted (`IsEnabled` of
    /// `org.a11y.Status`), for applications that stay silent otherwise; running ones may take notice
    /// only after a restart. Takes at most `patience` for connecting and again for asking.
    ///
    /// # Errors
    ///
    /// [`AccessibilityError::Enable`], [`AccessibilityError::Connect`] or [`AccessibilityError::Silent`].
    pub fn enable(session_bus: &str, patience: Duration) -> Result<(), AccessibilityError> {
        let wanted = ("org.a11y.Status", "IsEnabled", Variant::from(true));
        match ask_launcher(session_bus, patience, PROPERTIES, "Set", &wanted)? {
            Ok(_) => Ok(()),
            Err(source) if timed_out(&source) => Err(silent(session_bus, patience)),
            Err(source) => Err(AccessibilityError::Enable { address: session_bus.into(), source }),
        }
    }

    /// All showing and visible elements of all applications on the bus. Returns at `deadline` at the
    /// latest; what has not been answered by then is left out and [`Witness::complete`] is false.
    ///
    /// # Errors
    ///
    /// [`AccessibilityError::Registry`] or [`AccessibilityError::Late`], when not even the
    /// applications can be listed.
    pub fn elements(&self, deadline: Instant) -> Result<Witness, AccessibilityError> {
        let line = Line::new(&self.connection, deadline);
        block_on(deadline, line.elements())
    }

    /// Like [`Accessibility::elements`], for the applications of the process `pid` alone.
    ///
    /// # Errors
    ///
    /// Those of [`Accessibility::elements`].
    pub fn elements_of(&self, pid: u32, deadline: Instant) -> Result<Witness, AccessibilityError> {
        let line = Line { only: Some(pid), ..Line::new(&self.connection, deadline) };
        block_on(deadline, line.elements())
    }
}

fn silent(address: &str, patience: Duration) -> AccessibilityError {
    AccessibilityError::Silent { address: address.into(), patience }
}

fn timed_out(error: &zbus::Error) -> bool {
    matches!(error, zbus::Error::InputOutput(error) if error.kind() == std::io::ErrorKind::TimedOut)
}

/// Asks the service of a session bus that knows the accessibility bus.
fn ask_launcher<B: serde::Serialize + DynamicType>(
    session_bus: &str,
    patience: Duration,
    interface: &str,
    method: &str,
    body: &B,
) -> Result<zbus::Result<Message>, AccessibilityError> {
    let session = Accessibility::connect(session_bus, patience)?.connection;
    let call = session.call_method(Some(BUS_LAUNCHER), BUS_LAUNCHER_PATH, Some(interface), method, body);
    block_until(Instant::now() + patience, call).ok_or_else(|| silent(session_bus, patience))
}
