//! Questions over the bus: to all applications at once, and to single objects.

use super::draft::{candidates, merge_rows};
use super::poll::{both, in_flight, until};
use super::tree::Place;
use super::{AccessibilityError, Witness, Witnessed, timed_out};
use std::cell::Cell;
use std::time::Instant;
use zbus::wire::DynamicDeserialize;
use zbus::{Connection, DynamicType, Message, OwnedObjectPath, OwnedVariant};

const REGISTRY: &str = "org.a11y.atspi.Registry";
const ROOT: &str = "/org/a11y/atspi/accessible/root";
pub(super) const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
pub(super) const COMPONENT: &str = "org.a11y.atspi.Component";
pub(super) const PROPERTIES: &str = "org.freedesktop.DBus.Properties";
/// Questions to one application that are in flight at the same time.
pub(super) const IN_FLIGHT: usize = 64;

/// Why a question has no answer.
pub(super) enum NoAnswer {
    /// The deadline has passed, or the application has let a question wait for too long.
    Late,
    /// The application refused it, or the answer makes no sense.
    Useless(zbus::Error),
}

/// The questions to all applications until one deadline.
pub(super) struct Line<'a> {
    pub(super) connection: &'a Connection,
    pub(super) deadline: Instant,
    /// The only process to look at, if not all.
    pub(super) only: Option<u32>,
}

impl<'a> Line<'a> {
    pub(super) fn new(connection: &'a Connection, deadline: Instant) -> Self {
        Self { connection, deadline, only: None }
    }

    pub(super) async fn elements(&self) -> Result<Witness, AccessibilityError> {
        let root = OwnedObjectPath::try_from(ROOT).map_err(|source| AccessibilityError::Registry { source })?;
        let registry = App::new(self, (REGISTRY.into(), root));
        let apps: Vec<Place> = match registry.ask(&registry.root, ACCESSIBLE, "GetChildren", &()).await {
            Ok(apps) => apps,
            Err(NoAnswer::Late) => return Err(AccessibilityError::Late),
            Err(NoAnswer::Useless(source)) => return Err(AccessibilityError::Registry { source }),
        };
        let width = apps.len().max(1);
        let parts = in_flight(width, apps.into_iter().map(|app| self.elements_in(app))).await;
        Ok(join(parts))
    }

    async fn elements_in(&self, root: Place) -> Witness {
        let app = App::new(self, root);
        let (pid, placeless) = both(app.pid(), app.is_placeless()).await;
        if self.only.is_some() && self.only != pid {
            return Witness { elements: Vec::new(), complete: true };
        }
        let elements = if placeless { Vec::new() } else { app.elements(pid).await };
        Witness { elements, complete: !placeless && !app.missed.get() }
    }
}

fn join(parts: Vec<Witness>) -> Witness {
    let complete = parts.iter().all(|part| part.complete);
    let elements = parts.into_iter().flat_map(|part| part.elements).collect();
    Witness { elements, complete }
}

/// The questions to one application.
pub(super) struct App<'a> {
    pub(super) line: &'a Line<'a>,
    pub(super) root: Place,
    /// Set once a question was left waiting: the application hangs, and asking on would only add to the wait.
    late: Cell<bool>,
    /// Set once something that belongs to the answer is left out.
    pub(super) missed: Cell<bool>,
}

impl<'a> App<'a> {
    fn new(line: &'a Line<'a>, root: Place) -> Self {
        Self { line, root, late: Cell::new(false), missed: Cell::new(false) }
    }

    async fn elements(&self, pid: Option<u32>) -> Vec<Witnessed> {
        let mut tree = self.cached().await;
        let Some(root) = self.rooted(&mut tree).await else {
            return Vec::new();
        };
        self.complete(&mut tree, root).await;
        let showing = tree.showing(root);
        let boxes = self.boxes(&tree, &showing).await;
        let candidates = candidates(&tree, &showing, &boxes);
        let drafts = in_flight(IN_FLIGHT, candidates.into_iter().map(|draft| self.detail(&tree, draft))).await;
        let drafts = drafts.into_iter().flatten().collect();
        merge_rows(&tree, drafts).into_iter().map(|draft| draft.witnessed(pid)).collect()
    }

    pub(super) async fn message<B: serde::Serialize + DynamicType>(
        &self,
        place: &Place,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<Message, NoAnswer> {
        if self.late.get() || Instant::now() >= self.line.deadline {
            return Err(self.give_up());
        }
        let (name, path) = (place.0.as_str(), &place.1);
        let call = self.line.connection.call_method(Some(name), path, Some(interface), method, body);
        match until(self.line.deadline, call).await {
            Some(Ok(message)) => Ok(message),
            Some(Err(error)) if !timed_out(&error) => Err(NoAnswer::Useless(error)),
            _ => Err(self.give_up()),
        }
    }

    fn give_up(&self) -> NoAnswer {
        self.late.set(true);
        self.missed.set(true);
        NoAnswer::Late
    }

    pub(super) async fn ask<T, B>(&self, place: &Place, interface: &str, method: &str, body: &B) -> Result<T, NoAnswer>
    where
        T: for<'d> DynamicDeserialize<'d>,
        B: serde::Serialize + DynamicType,
    {
        let message = self.message(place, interface, method, body).await?;
        message.body().deserialize().map_err(NoAnswer::Useless)
    }

    pub(super) async fn property<T: TryFrom<OwnedVariant>>(
        &self,
        place: &Place,
        interface: &str,
        name: &str,
    ) -> Option<T> {
        let value: OwnedVariant = self.ask(place, PROPERTIES, "Get", &(interface, name)).await.ok()?;
        T::try_from(value).ok()
    }

    async fn pid(&self) -> Option<u32> {
        let path = OwnedObjectPath::try_from("/org/freedesktop/DBus").ok()?;
        let bus = ("org.freedesktop.DBus".to_owned(), path);
        let name = self.root.0.as_str();
        self.ask(&bus, "org.freedesktop.DBus", "GetConnectionUnixProcessID", &(name,)).await.ok()
    }

    /// GTK 4 does not know where its windows are and tells places within them as if they were on the
    /// screen; nor does it say what is showing.
    async fn is_placeless(&self) -> bool {
        let interface = "org.a11y.atspi.Application";
        let name = self.property::<String>(&self.root, interface, "ToolkitName");
        let version = self.property::<String>(&self.root, interface, "Version");
        let (name, version) = both(name, version).await;
        name.is_some_and(|name| name.eq_ignore_ascii_case("gtk"))
            && version.is_some_and(|version| version.starts_with('4'))
    }
}
