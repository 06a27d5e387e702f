//! Who is let in: the right host, the right origin, not too often, with a token or a session.

use super::Shared;
use super::access::{Device, Right};
use super::problem::Problem;
use crate::store::Moment;
use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

/// The cookie of a session.
pub const COOKIE: &str = "guardian_session";
/// A header that no page of another origin can send without asking first.
pub const HEADER: &str = "x-guardian";

/// How many addresses are counted; of more, those that have been quiet are forgotten.
const MOST_ADDRESSES: usize = 4_096;
/// How often a minute one address may try to come in.
const TRIES_PER_MINUTE: f64 = 10.0;

/// How much one address may do.
pub struct Rates {
    per_second: f64,
    most_streams: usize,
    requests: Mutex<HashMap<IpAddr, Bucket>>,
    tries: Mutex<HashMap<IpAddr, Bucket>>,
    streams: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

struct Bucket {
    left: f64,
    at: Instant,
}

impl Bucket {
    /// Takes one out of a bucket that holds `most` and is filled with `per_second`; whether there was one.
    fn take(&mut self, most: f64, per_second: f64, now: Instant) -> bool {
        self.left = (self.left + now.duration_since(self.at).as_secs_f64() * per_second).min(most);
        self.at = now;
        let is_there = self.left >= 1.0;
        self.left -= if is_there { 1.0 } else { 0.0 };
        is_there
    }
}

/// One live stream of an address, until it is dropped.
pub struct StreamSlot {
    address: IpAddr,
    streams: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

impl Drop for StreamSlot {
    fn drop(&mut self) {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = streams.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                streams.remove(&self.address);
            }
        }
    }
}

impl Rates {
    /// `per_second` requests, in bursts of twice as many, and `most_streams` live streams.
    pub fn new(per_second: u32, most_streams: usize) -> Self {
        let (requests, tries) = (Mutex::default(), Mutex::default());
        Self { per_second: per_second.into(), most_streams, requests, tries, streams: Arc::default() }
    }

    /// Whether `address` may send one more request.
    pub fn allows_request(&self, address: IpAddr) -> bool {
        take(&self.requests, address, self.per_second * 2.0, self.per_second)
    }

    /// Whether `address` may try a token, a password or a code.
    pub fn allows_try(&self, address: IpAddr) -> bool {
        take(&self.tries, address, TRIES_PER_MINUTE, TRIES_PER_MINUTE / 60.0)
    }

    /// A live stream for `address`, where it may have one more.
    pub fn stream(&self, address: IpAddr) -> Option<StreamSlot> {
        let mut streams = self.streams.lock().unwrap_or_else(PoisonError::into_inner);
        let count = streams.entry(address).or_default();
        if *count >= self.most_streams {
            return None;
        }
        *count += 1;
        Some(StreamSlot { address, streams: Arc::clone(&self.streams) })
    }
}

fn take(buckets: &Mutex<HashMap<IpAddr, Bucket>>, address: IpAddr, most: f64, per_second: f64) -> bool {
    let mut buckets = buckets.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    if buckets.len() >= MOST_ADDRESSES {
        // A bucket that has had the time to fill says the same as none.
        buckets.retain(|_, bucket| now.duration_since(bucket.at).as_secs_f64() * per_second < most);
    }
    buckets.entry(address).or_insert(Bucket { left: most, at: now }).take(most, per_second, now)
}

/// What a request came in with.
#[derive(Debug, Clone)]
pub struct Pass {
    token: Option<String>,
    cookie: Option<String>,
}

impl Pass {
    /// The device that it lets in, now.
    pub async fn holder(&self, web: &Shared) -> Result<Option<Device>, Problem> {
        let (shared, pass, now_ms) = (Arc::clone(web), self.clone(), Moment::now().at_ms);
        let found = web.with_store(move |store| match (pass.token, pass.cookie) {
            (Some(token), _) => shared.access.by_token(store, &token, now_ms),
            (None, Some(cookie)) => shared.access.by_cookie(store, &cookie, now_ms),
            (None, None) => Ok(None),
        });
        found.await
    }
}

/// Whether a request came over TLS.
#[derive(Debug, Clone, Copy)]
pub struct Secure(pub bool);

/// Who sent a request.
#[derive(Debug, Clone)]
pub struct Caller(pub Device);

impl Caller {
    /// Checks that the device may do this.
    pub fn needs(&self, right: Right) -> Result<(), Problem> {
        if self.0.may.contains(&right) {
            return Ok(());
        }
        let right = serde_json::to_value(right).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        Err(Problem::new(StatusCode::FORBIDDEN, format!("the device “{}” may not “{right}”", self.0.name))
            .with_hint("a device that may “manage” can change that"))
    }

    /// What is recorded of who did something.
    pub fn by(&self) -> String {
        self.0.name.clone()
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(unknown)
    }
}

fn unknown() -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "no token and no session that is known came with the request")
        .with_hint("`guardian serve` prints an address that lets this machine in; `guardian pair` lets others in")
}

fn forbidden(why: impl Into<String>) -> Problem {
    Problem::new(StatusCode::FORBIDDEN, why)
}

/// What stands before every route: the host's name, and how often an address asks.
pub async fn at_the_gate(
    State(web): State<Shared>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let host = host_of(&request).unwrap_or_default();
    if !web.hub.hosts.contains(&host) {
        // A page that has its own name point here must not speak with this service.
        return Err(forbidden(format!("this service is not called “{host}”"))
            .with_hint("`names` under [serve] in the settings adds names"));
    }
    if !web.rates.allows_request(from.ip()) {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests from this address"));
    }
    is_own_origin(request.method(), request.headers(), &host)?;
    Ok(next.run(request).await)
}

/// What stands before every route but those that let in: who it is.
pub async fn at_the_door(State(web): State<Shared>, mut request: Request, next: Next) -> Result<Response, Problem> {
    let headers = request.headers();
    let pass = Pass { token: bearer(headers), cookie: cookie(headers) };
    let by_token = pass.token.is_some();
    let device = pass.holder(&web).await?.ok_or_else(unknown)?;
    // Browsers send a cookie along with whatever any page has them ask for; this header they do not.
    if !by_token && !request.method().is_safe() && !request.headers().contains_key(HEADER) {
        return Err(forbidden("a request that changes something needs the header X-Guardian"));
    }
    request.extensions_mut().insert(Caller(device));
    request.extensions_mut().insert(pass);
    Ok(next.run(request).await)
}

/// The host that a request is for, without its port.
fn host_of(request: &Request) -> Option<String> {
    let said = request.headers().get(header::HOST).and_then(|h| h.to_str().ok());
    let host = said.or_else(|| request.uri().host())?;
    Some(without_port(host).to_lowercase())
}

fn without_port(host: &str) -> &str {
    if let Some(rest) = host.strip_prefix('[') {
        return rest.split_once(']').map_or(host, |(inside, _)| inside);
    }
    match host.rsplit_once(':') {
        Some((name, port)) if !name.contains(':') && port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Checks that no page of another origin is behind a request.
fn is_own_origin(method: &Method, headers: &HeaderMap, host: &str) -> Result<(), Problem> {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(origin) = text("origin") {
        let of = origin.split_once("://").map(|(_, rest)| without_port(rest).to_lowercase());
        if of.as_deref() != Some(host) {
            return Err(forbidden(format!("the origin “{origin}” is not this service's own")));
        }
    }
    let site = text("sec-fetch-site");
    let is_foreign = site.is_some_and(|site| !["same-origin", "none"].contains(&site));
    // To follow a link to the panel is no harm; to call the API from elsewhere may be.
    let is_visit = method == Method::GET && text("sec-fetch-mode") == Some("navigate");
    if is_foreign && !is_visit {
        return Err(forbidden("another site's page is behind this request"));
    }
    Ok(())
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let said = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    said.strip_prefix("Bearer ").map(|token| token.trim().to_owned())
}

/// The session's cookie, where one came.
pub fn cookie(headers: &HeaderMap) -> Option<String> {
    let all = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(name, _)| *name == COOKIE).map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn hosts_are_known_without_their_ports() {
        for (host, name) in [
            ("localhost:7474", "localhost"),
            ("127.0.0.1", "127.0.0.1"),
            ("[::1]:7474", "::1"),
            ("[::1]", "::1"),
            ("a:b", "a:b"),
        ] {
            assert_eq!(without_port(host), name);
        }
    }

    fn origin(pairs: &[(&'static str, &'static str)], method: Method) -> bool {
        let headers = pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect();
        is_own_origin(&method, &headers, "localhost").is_ok()
    }

    #[test]
    fn pages_of_others_are_kept_out() {
        assert!(origin(&[], Method::POST));
        assert!(origin(&[("origin", "http://localhost:7474")], Method::POST));
        assert!(!origin(&[("origin", "http://localhost.evil.example")], Method::POST));
        assert!(!origin(&[("origin", "null")], Method::GET));
        assert!(!origin(&[("sec-fetch-site", "cross-site")], Method::GET));
        assert!(!origin(&[("sec-fetch-site", "same-site")], Method::POST));
        assert!(origin(&[("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate")], Method::GET));
    }

    #[test]
    fn a_bucket_fills_up_again() {
        let start = Instant::now();
        let mut bucket = Bucket { left: 2.0, at: start };
        assert!(bucket.take(2.0, 1.0, start) && bucket.take(2.0, 1.0, start) && !bucket.take(2.0, 1.0, start));
        assert!(bucket.take(2.0, 1.0, start + Duration::from_secs(1)));
        assert!(!bucket.take(2.0, 1.0, start + Duration::from_secs(1)));
    }

    #[test]
    fn streams_are_counted_as_long_as_they_live() {
        let rates = Rates::new(1, 2);
        let address = IpAddr::from([127, 0, 0, 1]);
        let first = rates.stream(address).unwrap();
        let _second = rates.stream(address).unwrap();
        assert!(rates.stream(address).is_none());
        drop(first);
        assert!(rates.stream(address).is_some());
    }
}
