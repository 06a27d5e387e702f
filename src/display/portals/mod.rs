//! Portals of a desktop session: the way to screen and input where the compositor offers no protocol for them.
//!
//! Nothing is asked of a person except by [`PortalHands::ask`], which gives hands without eyes (looking takes PipeWire),
//! and by [`PortalShortcut::bind`].

mod hands;
mod shortcuts;

pub use hands::PortalHands;
pub use shortcuts::PortalShortcut;

use super::accessibility::block_until;
use crate::screen::PointPx;
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, Instant};
use zbus::export::futures_core::Stream;
use zbus::message::Type;
use zbus::{Connection, DynamicType, MatchRule, MessageStream, OwnedObjectPath, OwnedVariant, Variant, connection};

const SERVICE: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";
const REQUEST: &str = "org.freedesktop.portal.Request";
const PROPERTIES: &str = "org.freedesktop.DBus.Properties";

/// How long a portal may take with what it asks nobody about.
const ANSWER: Duration = Duration::from_secs(5);

type Options<'a> = HashMap<&'a str, Variant<'a>>;
type Told = HashMap<String, OwnedVariant>;

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
    #[error("{what} not allowed")]
    Refused { what: &'static str },
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

/// What is said with one portal.
struct Talk {
    connection: Connection,
    name: &'static str,
    requests: u32,
}

impl Talk {
    /// With the portal called `name`.
    fn begin(name: &'static str) -> Result<Self, PortalError> {
        Ok(Self { connection: connect(ANSWER, name)?, name, requests: 0 })
    }

    fn lacking(&self, cause: impl Into<zbus::Error>) -> PortalError {
        PortalError::Lacking { name: self.name.to_owned(), cause: cause.into() }
    }

    /// Begins a session of `interface`.
    fn session(&mut self, interface: &str) -> Result<OwnedObjectPath, PortalError> {
        let mut options = Options::from([("session_handle_token", Variant::from("guardian"))]);
        let told = self.request(interface, "CreateSession", &mut options, ANSWER, |options| (options,))?;
        let session = told.get("session_handle").cloned().and_then(|v| String::try_from(v).ok()).unwrap_or_default();
        OwnedObjectPath::try_from(session).map_err(|e| self.lacking(e))
    }

    /// Asks for something that the portal answers later, at its own time.
    fn request<'o, B>(
        &mut self,
        interface: &str,
        method: &str,
        options: &'o mut Options<'_>,
        patience: Duration,
        body: impl FnOnce(&'o Options<'_>) -> B,
    ) -> Result<Told, PortalError>
    where
        B: serde::Serialize + DynamicType,
    {
        self.requests += 1;
        let token = format!("guardian{}", self.requests);
        options.insert("handle_token", Variant::from(token.clone()));
        let name = self.connection.unique_name().map(|name| name.as_str()[1..].replace('.', "_")).unwrap_or_default();
        let path = format!("{PATH}/request/{name}/{token}");
        let body = body(options);
        let exchange = async {
            let rule = MatchRule::builder().msg_type(Type::Signal).interface(REQUEST).member("Response");
            // Before the question: the answer may come at once.
            let mut answers = MessageStream::for_match_rule(rule.path(path).build()?, &self.connection, None).await?;
            self.connection.call_method(Some(SERVICE), PATH, Some(interface), method, &body).await?;
            let Some(answer) = poll_fn(|context| Pin::new(&mut answers).poll_next(context)).await else {
                return Err(zbus::Error::InvalidReply);
            };
            answer?.body().deserialize::<(u32, Told)>()
        };
        match block_until(Instant::now() + patience, exchange) {
            Some(Ok((0, told))) => Ok(told),
            Some(Ok(_)) => Err(self.refused()),
            Some(Err(cause)) => Err(self.lacking(cause)),
            None => Err(PortalError::Silent { name: self.name.to_owned() }),
        }
    }

    fn refused(&self) -> PortalError {
        let what = if self.name == shortcuts::NAME { "the keys were" } else { "keyboard and mouse were" };
        PortalError::Refused { what }
    }
}

/// The session bus, to ask for the portal called `name`.
fn connect(patience: Duration, name: &str) -> Result<Connection, PortalError> {
    let bus = std::env::var("DBUS_SESSION_BUS_ADDRESS").ok().filter(|a| !a.is_empty()).ok_or(PortalError::NoBus)?;
    let silent = || PortalError::Silent { name: name.to_owned() };
    let lacking = |cause| PortalError::Lacking { name: name.to_owned(), cause };
    let builder = connection::Builder::address(bus.as_str()).method_timeout(patience);
    block_until(Instant::now() + patience, builder.build()).ok_or_else(silent)?.map_err(lacking)
}
