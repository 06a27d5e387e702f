//! `guardian serve`: the service's pieces put together. Only `main` knows both what people type and what browsers send.

use guardian::cli::{CliError, Pieces, ServeArgs, serve as parts};
use guardian::guardian::{Daemon, now_ms};
use guardian::store::{Sqlite, Store};
use guardian::web::{
    Access, Authority, Companion, Defaults, Hub, OWNER, PlanError, Rates, Right, ServeError, Service, TlsError, Web,
};
use std::collections::BTreeSet;
use std::error::Error;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

/// Why there is no service.
#[derive(Debug, thiserror::Error)]
pub enum BeginError {
    #[error(transparent)]
    Cli(#[from] CliError),
    #[error(transparent)]
    Serve(#[from] ServeError),
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("{0} is another address than this machine's own, where nothing is served without TLS")]
    Open(SocketAddr),
}

impl BeginError {
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Cli(error) => error.hint(),
            Self::Serve(ServeError::Listen { cause, .. }) if cause.kind() == std::io::ErrorKind::AddrInUse => Some(
                "another program has that port; take another one with --listen 127.0.0.1:0 or in the settings".into(),
            ),
            Self::Tls(_) => Some("the certificates lie in `tls` beside the store; may you write there?".into()),
            Self::Open(_) => Some("`companion` under [serve] in the settings is the way in for other machines".into()),
            Self::Serve(_) => Some("`listen` under [serve] in the settings says where".into()),
        }
    }
}

/// Serves until it is told to stop.
pub fn serve(args: &ServeArgs, pieces: &Arc<Pieces>) -> Result<(), BeginError> {
    let hold = parts::Hold::take(pieces)?;
    let address = parts::address(args, &pieces.config);
    if !address.ip().is_loopback() {
        return Err(BeginError::Open(address));
    }
    let service = Service::listen(address)?;
    let store = (pieces.open_store)(&pieces.config)?;
    let url = format!("http://{}", service.address);
    let mut services = vec![service];
    let mut names = hosts(services[0].address, &pieces.config.serve.names);
    let companion = match parts::companion_address(&pieces.config) {
        Some(address) => {
            let (service, companion, more) = companion(address, pieces)?;
            services.push(service);
            names.extend(more);
            Some(companion)
        }
        None => None,
    };
    let access = Access::new(&pieces.config.serve.password);
    let token = owner_token(&access, &store, &hold)?;
    let daemon = Arc::new(Daemon::new(Arc::clone(&store), parts::rules(args, pieces)));
    let hub = Arc::new(Hub::new(names, pieces.lane_limits()));
    let web = Web { companion, ..web(pieces, &store, &daemon, &hub, access, url.clone())? };
    let reader = Sqlite::open(&pieces.config.store_dir().ok_or(CliError::NoHome)?).map_err(CliError::from)?;
    parts::tell_presence(&mut *lock(&store), Some(&url))?;
    parts::ready(args, &url, &token)?;
    let ended = AtomicBool::new(false);
    let served = thread::scope(|scope| {
        scope.spawn(|| daemon.run(&pieces.stop));
        scope.spawn(|| hub.run(Box::new(reader), &daemon, &ended));
        let served = guardian::web::serve(web, services, &pieces.stop);
        // Whatever ended it: without its door the house is closed, and nobody need look for it.
        pieces.stop.store(true, Ordering::Relaxed);
        let _ = parts::tell_presence(&mut *lock(&store), None);
        ended.store(true, Ordering::Relaxed);
        served
    });
    parts::tell_presence(&mut *lock(&store), None)?;
    Ok(served?)
}

fn lock<'a>(store: &'a Mutex<dyn Store + 'static>) -> std::sync::MutexGuard<'a, dyn Store + 'static> {
    store.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The token that lets this machine's own person in: the one that was kept, while it is good.
fn owner_token(access: &Access, store: &Mutex<dyn Store>, hold: &parts::Hold) -> Result<String, BeginError> {
    if let Some(kept) = hold.token() {
        let known = access.by_token(&mut *lock(store), &kept, now_ms()).map_err(CliError::from)?;
        if known.is_some_and(|device| device.id == OWNER) {
            return Ok(kept);
        }
    }
    let new = access.admit(&mut *lock(store), OWNER, "this machine", &Right::ALL, now_ms());
    let token = new.map_err(CliError::from)?;
    hold.keep_token(&token)?;
    Ok(token)
}

/// The names under which the service may be called.
fn hosts(address: SocketAddr, names: &[String]) -> BTreeSet<String> {
    let mut hosts: BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
    hosts.insert(address.ip().to_string());
    if address.ip().is_loopback() {
        hosts.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
    }
    hosts
}

/// The way in for other machines: over TLS, by a certificate that this machine's own authority signs.
fn companion(address: SocketAddr, pieces: &Pieces) -> Result<(Service, Companion, BTreeSet<String>), BeginError> {
    let service = Service::listen(address)?;
    let named = &pieces.config.serve.names;
    let own = parts::own_address(service.address);
    let mut hosts: BTreeSet<String> = named.iter().map(|name| name.to_lowercase()).collect();
    hosts.insert(own.clone());
    let all: Vec<String> = hosts.iter().cloned().collect();
    let authority = Authority::open(&pieces.config.store_dir().ok_or(CliError::NoHome)?.join("tls"), &all)?;
    let signed = authority.sign(&all, parts::year())?;
    let host = named.first().unwrap_or(&own);
    let host = if host.contains(':') { format!("[{host}]") } else { host.clone() };
    let companion = Companion {
        url: format!("https://{host}:{}", service.address.port()),
        certificate: authority.pem().to_owned(),
        fingerprint: authority.fingerprint()?,
    };
    Ok((service.with_tls(signed), companion, hosts))
}

fn web(
    pieces: &Arc<Pieces>,
    store: &Arc<Mutex<dyn Store>>,
    daemon: &Arc<Daemon>,
    hub: &Arc<Hub>,
    access: Access,
    url: String,
) -> Result<Web, BeginError> {
    let preview = parts::Preview::new(pieces)?;
    let (for_doctor, for_models) = (Arc::clone(pieces), Arc::clone(pieces));
    let config = &pieces.config;
    Ok(Web {
        store: Arc::clone(store),
        daemon: Arc::clone(daemon),
        plan: Arc::new(move |text| {
            let text = guardian::task::Request::check_text(text)?;
            preview.plan(text).map_err(PlanError::from)
        }),
        doctor: Arc::new(move || parts::doctor_json(&for_doctor)),
        models: Arc::new(move || parts::models_json(&for_models)),
        settings: Arc::new(parts::settings_json),
        settings_file: guardian::config::Config::user_file(),
        defaults: Defaults {
            display: pieces.display_name(None).ok(),
            private: (config.display.private_width, config.display.private_height),
            cwd: parts::home(),
            timeout_ms: config.run.timeout_ms,
            policy: config.policy,
        },
        access,
        rates: Rates::new(config.serve.requests_per_second, config.serve.streams_per_address),
        hub: Arc::clone(hub),
        url,
        companion: None,
    })
}

/// Prints an error with its causes once, and what to do about it.
pub fn chain(error: &BeginError) -> String {
    let mut said = format!("error: {error}");
    let mut cause = error.source();
    while let Some(error) = cause {
        said += &format!(": {error}");
        cause = error.source();
    }
    error.hint().map_or(said.clone(), |hint| format!("{said}\nhint: {hint}"))
}
