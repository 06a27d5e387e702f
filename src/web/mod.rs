//! What a browser or a program sends: HTTP API, live streams and the panel.
//!
//! Nothing here decides how a request is done: orders go into the store, workers take them out, and what happened is
//! read from there. In order: [`server`] listens, [`guard`] lets in, one file per group of routes answers, [`wire`] has
//! the words that are sent, [`hub`] passes on what is new to all who listen.

mod access;
mod artifacts;
mod board;
mod devices;
mod extract;
mod guard;
mod hub;
mod logs;
mod panel;
mod problem;
mod runs;
mod server;
mod settings;
mod socket;
mod stream;
mod system;
mod templates;
mod tls;
mod wire;

pub use access::{Access, OWNER, Right};
pub use guard::Rates;
pub use hub::Hub;
pub use server::{ServeError, Service, serve};
pub use tls::{Authority, Signed, TlsError};

use crate::guardian::Daemon;
use crate::planner::Plan;
use crate::store::{Store, StoreError};
use crate::task::{DesktopChoice, GraphError, Policy, RequestError};
use problem::Problem;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

/// A plan for a sentence, or why there is none.
pub type Planner = Arc<dyn Fn(&str) -> Result<Plan, PlanError> + Send + Sync>;

/// Tells something of this machine as JSON.
pub type Teller = Arc<dyn Fn() -> serde_json::Value + Send + Sync>;

/// Why a sentence has no plan.
#[derive(Debug, thiserror::Error)]
pub enum PlanError {
    #[error(transparent)]
    Request(#[from] RequestError),
    #[error(transparent)]
    Graph(#[from] GraphError),
}

/// What requests get that say nothing else.
#[derive(Debug, Clone)]
pub struct Defaults {
    /// The display that people use; none where the service has none.
    pub display: Option<String>,
    /// Width and height of private desktops, in physical pixels.
    pub private: (u32, u32),
    pub cwd: PathBuf,
    pub timeout_ms: u64,
    pub policy: Policy,
}

impl Defaults {
    /// Where to work when nothing is said.
    fn desktop(&self) -> DesktopChoice {
        let (width, height) = self.private;
        self.display.clone().map_or(DesktopChoice::Private { width, height }, DesktopChoice::Given)
    }
}

/// What answers are made of.
pub struct Web {
    pub store: Arc<Mutex<dyn Store>>,
    pub daemon: Arc<Daemon>,
    pub plan: Planner,
    pub doctor: Teller,
    pub models: Teller,
    pub settings: Teller,
    /// The file in which settings are changed; none where there is no home.
    pub settings_file: Option<PathBuf>,
    pub defaults: Defaults,
    pub access: Access,
    pub rates: Rates,
    pub hub: Arc<Hub>,
    /// Where the service is, as this machine finds it.
    pub url: String,
    /// Where others find it, where they do.
    pub companion: Option<Companion>,
}

/// The way in for other machines.
pub struct Companion {
    pub url: String,
    /// The authority's certificate as PEM, for a phone to install.
    pub certificate: String,
    /// The sha256 by which that is known.
    pub fingerprint: String,
}

/// What every handler is given.
pub type Shared = Arc<Web>;

impl Web {
    /// Asks the store in a thread in which waiting for the disk holds nobody up.
    async fn with_store<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&mut (dyn Store + 'static)) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, Problem> {
        let web = Arc::clone(self);
        let done =
            tokio::task::spawn_blocking(move || work(&mut *web.store.lock().unwrap_or_else(PoisonError::into_inner)));
        done.await.map_err(|_| Problem::internal("the store"))?.map_err(Problem::from)
    }

    /// Asks for something that takes its time, in a thread of its own.
    async fn tell(&self, teller: &Teller) -> Result<serde_json::Value, Problem> {
        let teller = Arc::clone(teller);
        tokio::task::spawn_blocking(move || teller()).await.map_err(|_| Problem::internal("this machine"))
    }
}
