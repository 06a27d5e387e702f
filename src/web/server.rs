//! Listening, and all routes together.

use super::guard::{Secure, at_the_door, at_the_gate};
use super::problem::Problem;
use super::tls::Signed;
use super::{Shared, Web, artifacts, board, devices, logs, panel, runs, settings, socket, stream, system, templates};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Extension, Json, Router};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use futures_util::future::try_join_all;
use hyper_util::rt::TokioTimer;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tower_http::set_header::SetResponseHeaderLayer;
use utoipa::OpenApi;
use utoipa_axum::router::OpenApiRouter;

/// The largest body, in bytes.
const MOST_BODY: usize = 1 << 20;
/// How long an answer may take that is no stream.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a client may take to say what it wants.
const HEAD: Duration = Duration::from_secs(10);
/// How long streams may take to end.
const GRACE: Duration = Duration::from_millis(500);
/// How often is looked whether the service is to end.
const ROUND: Duration = Duration::from_millis(50);

/// Where the API begins.
const BASE: &str = "/api/v1";

/// Why the service cannot be reached.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    #[error("cannot listen on {address}")]
    Listen {
        address: SocketAddr,
        #[source]
        cause: io::Error,
    },
    #[error("cannot serve on {address}")]
    Serve {
        address: SocketAddr,
        #[source]
        cause: io::Error,
    },
    #[error("cannot start the threads that serve")]
    Threads(#[source] io::Error),
}

/// A place that is listened on, and nothing answered yet.
pub struct Service {
    listener: TcpListener,
    pub address: SocketAddr,
    certificate: Option<Signed>,
}

impl Service {
    /// Takes a place; port 0 is any that is free.
    ///
    /// # Errors
    /// [`ServeError::Listen`], for instance where the port is taken.
    pub fn listen(address: SocketAddr) -> Result<Self, ServeError> {
        let failed = |cause| ServeError::Listen { address, cause };
        let listener = TcpListener::bind(address).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        Ok(Self { listener, address, certificate: None })
    }

    /// The same over TLS.
    pub fn with_tls(self, certificate: Signed) -> Self {
        Self { certificate: Some(certificate), ..self }
    }
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Guardian",
        description = "Ask for work on a desktop, watch it, answer its questions, stop it, and see what proves it.\n\n\
            Every route but `/health` and `POST /session` needs a device's token (`Authorization: Bearer …`) or a \
            session's cookie; with a cookie, what changes something needs the header `X-Guardian`. Errors are problems \
            as RFC 9457 has them."
    ),
    components(schemas(super::wire::Level, super::wire::Format)),
    modifiers(&Keys),
    security(("token" = []), ("session" = []))
)]
struct Description;

/// How one comes in.
struct Keys;

impl utoipa::Modify for Keys {
    fn modify(&self, api: &mut utoipa::openapi::OpenApi) {
        use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
        let components = api.components.get_or_insert_with(Default::default);
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        components.add_security_scheme("token", SecurityScheme::Http(token));
        let session = ApiKey::Cookie(ApiKeyValue::new(super::guard::COOKIE));
        components.add_security_scheme("session", SecurityScheme::ApiKey(session));
    }
}

/// All routes, and their description.
pub fn router(web: Shared) -> Router {
    let inside = OpenApiRouter::new()
        .merge(runs::routes())
        .merge(logs::routes())
        .merge(artifacts::routes())
        .merge(board::routes())
        .merge(devices::routes())
        .merge(system::routes())
        .merge(settings::routes())
        .merge(templates::routes())
        .layer(from_fn(in_time))
        .merge(stream::routes())
        .merge(socket::routes())
        .route_layer(from_fn_with_state(Arc::clone(&web), at_the_door));
    let outside = OpenApiRouter::new()
        .merge(devices::entrance())
        .merge(templates::hooks())
        .merge(system::open())
        .layer(from_fn(in_time));
    let (router, api) =
        OpenApiRouter::with_openapi(Description::openapi()).nest(BASE, inside.merge(outside)).split_for_parts();
    let described = get(move || async move { Json(api) });
    let unknown = || async { Problem::not_found("there is no such route; /api/v1/openapi.json has them all") };
    let api = Router::new()
        .route(&format!("{BASE}/openapi.json"), described)
        .route(&format!("{BASE}/{{*rest}}"), axum::routing::any(unknown));
    let header = |name: HeaderName, value: &'static str| {
        SetResponseHeaderLayer::if_not_present(name, HeaderValue::from_static(value))
    };
    router
        .merge(api)
        .route("/guardian-authority.crt", get(authority))
        .fallback(panel::panel)
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "this route knows other methods")
        })
        .layer(DefaultBodyLimit::max(MOST_BODY))
        .layer(from_fn_with_state(Arc::clone(&web), at_the_gate))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
        .layer(header(header::X_FRAME_OPTIONS, "DENY"))
        .layer(header(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(header(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .layer(header(header::CACHE_CONTROL, "no-store"))
        .with_state(web)
}

/// Ends what takes too long.
async fn in_time(request: axum::extract::Request, next: axum::middleware::Next) -> Response {
    match tokio::time::timeout(PATIENCE, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(StatusCode::SERVICE_UNAVAILABLE, "the answer took too long").into_response(),
    }
}

/// Answers at all places until `stop` is set.
///
/// # Errors
/// [`ServeError`] where that cannot be begun.
pub fn serve(web: Web, services: Vec<Service>, stop: &AtomicBool) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(16)
        .thread_name("web")
        .enable_all()
        .build()
        .map_err(ServeError::Threads)?;
    // Another provider that is there already does as well.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let web = Arc::new(web);
    runtime.block_on(async {
        let handle = Handle::new();
        let all = services.into_iter().map(|service| answer(Arc::clone(&web), service, handle.clone()));
        let serving = try_join_all(all);
        let stopping = async {
            while !stop.load(Ordering::Relaxed) {
                tokio::time::sleep(ROUND).await;
            }
            handle.graceful_shutdown(Some(GRACE));
        };
        tokio::pin!(serving);
        tokio::select! {
            done = &mut serving => done.map(drop),
            () = stopping => serving.await.map(drop),
        }
    })?;
    runtime.shutdown_timeout(GRACE);
    Ok(())
}

async fn answer(web: Shared, service: Service, handle: Handle<SocketAddr>) -> Result<(), ServeError> {
    let Service { listener, address, certificate } = service;
    let failed = |cause| ServeError::Serve { address, cause };
    let app = router(web).layer(Extension(Secure(certificate.is_some())));
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    match certificate {
        None => {
            let mut server = axum_server::from_tcp(listener).map_err(failed)?.handle(handle);
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
            server.serve(app).await.map_err(failed)
        }
        Some(Signed { chain, key }) => {
            let config = RustlsConfig::from_pem(chain.into_bytes(), key.into_bytes()).await.map_err(failed)?;
            let mut server = axum_server::from_tcp_rustls(listener, config).map_err(failed)?.handle(handle);
            server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
            server.serve(app).await.map_err(failed)
        }
    }
}

/// The authority's certificate, for a phone to install.
async fn authority(State(web): State<Shared>) -> Response {
    let Some(companion) = &web.companion else {
        return Problem::not_found("this service has no certificate").into_response();
    };
    let named = (header::CONTENT_DISPOSITION, "attachment; filename=\"guardian-authority.crt\"");
    ([(header::CONTENT_TYPE, "application/x-x509-ca-cert"), named], companion.certificate.clone()).into_response()
}
