//! Sessions, devices and pairing.

use super::Shared;
use super::access::{self, OWNER, Right};
use super::extract::{Body, Named};
use super::guard::{COOKIE, Caller, HEADER, Secure, cookie};
use super::problem::{Faults, Problem};
use super::wire::{Credentials, DeviceChange, DeviceView, Devices, NewPairing, Pairing, SessionView};
use crate::store::Moment;
use axum::Extension;
use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use qrcode::QrCode;
use qrcode::render::svg;
use std::net::SocketAddr;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How long a browser keeps a session's cookie, in seconds; the service ends sessions by itself.
const KEEP_S: u64 = 60 * 24 * 3600;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(session))
        .routes(routes!(devices))
        .routes(routes!(change, revoke))
        .routes(routes!(offer))
}

/// The routes by which one comes in.
pub fn entrance() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(enter, leave))
}

type Headers = [(HeaderName, String); 1];

fn set_cookie(is_secure: bool, value: &str, keep_s: u64) -> Headers {
    // Over TLS a browser must never send it without.
    let secure = if is_secure { "; Secure" } else { "" };
    let cookie = format!("{COOKIE}={value}; Path=/; Max-Age={keep_s}; HttpOnly; SameSite=Strict{secure}");
    [(header::SET_COOKIE, cookie)]
}

/// Begin a session: with a device's token, with the password, or with a pairing code, which makes a new device.
#[utoipa::path(post, path = "/session", tag = "devices", request_body = Credentials, security(()),
    responses((status = 204, description = "The session's cookie is set"), Faults))]
async fn enter(
    State(web): State<Shared>,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(Secure(is_secure)): Extension<Secure>,
    headers: HeaderMap,
    Body(said): Body<Credentials>,
) -> Result<(StatusCode, Headers), Problem> {
    if !headers.contains_key(HEADER) {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            "a request that changes something needs the header X-Guardian",
        ));
    }
    if !web.rates.allows_try(from.ip()) {
        return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many tries from this address; wait a minute"));
    }
    let (shared, now_ms) = (std::sync::Arc::clone(&web), Moment::now().at_ms);
    let done = web.with_store(move |store| {
        let device = match said {
            Credentials { token: Some(token), .. } => {
                shared.access.by_token(store, &token, now_ms)?.map(|device| device.id)
            }
            Credentials { code: Some(code), name, .. } => {
                shared.access.pair(store, &code, name.as_deref(), now_ms)?.map(|(device, _)| device)
            }
            Credentials { password: Some(password), .. } => {
                shared.access.is_password(&password).then(|| OWNER.to_owned())
            }
            _ => None,
        };
        device.map(|device| shared.access.begin_session(store, &device, now_ms)).transpose()
    });
    let refused = || Problem::new(StatusCode::UNAUTHORIZED, "this token, password or code lets nobody in");
    let cookie = done.await?.ok_or_else(refused)?;
    Ok((StatusCode::NO_CONTENT, set_cookie(is_secure, &cookie, KEEP_S)))
}

/// End the session.
#[utoipa::path(delete, path = "/session", tag = "devices", security(()),
    responses((status = 204, description = "It has ended"), Faults))]
async fn leave(
    State(web): State<Shared>,
    Extension(Secure(is_secure)): Extension<Secure>,
    headers: HeaderMap,
) -> Result<(StatusCode, Headers), Problem> {
    if let Some(cookie) = cookie(&headers) {
        let shared = std::sync::Arc::clone(&web);
        web.with_store(move |store| shared.access.end_session(store, &cookie)).await?;
    }
    Ok((StatusCode::NO_CONTENT, set_cookie(is_secure, "", 0)))
}

/// Who is in.
#[utoipa::path(get, path = "/session", tag = "devices",
    responses((status = 200, description = "The device", body = SessionView), Faults))]
async fn session(State(web): State<Shared>, Caller(device): Caller) -> Json<SessionView> {
    let this = device.id.clone();
    Json(SessionView {
        device: DeviceView::new(device, &this),
        version: env!("CARGO_PKG_VERSION"),
        panel_password: web.access.has_password(),
        has_display: web.defaults.display.is_some(),
    })
}

/// List the devices that may come in.
#[utoipa::path(get, path = "/devices", tag = "devices",
    responses((status = 200, description = "All devices", body = Devices), Faults))]
async fn devices(State(web): State<Shared>, caller: Caller) -> Result<Json<Devices>, Problem> {
    caller.needs(Right::Manage)?;
    let all = web.with_store(|store| access::devices(store)).await?;
    Ok(Json(Devices { devices: all.into_iter().map(|device| DeviceView::new(device, &caller.0.id)).collect() }))
}

/// Rename a device, or let it do other things.
#[utoipa::path(patch, path = "/devices/{device}", tag = "devices", params(("device" = String, Path)),
    request_body = DeviceChange, responses((status = 200, description = "As it is now", body = DeviceView), Faults))]
async fn change(
    State(web): State<Shared>,
    caller: Caller,
    Named(id): Named<String>,
    Body(change): Body<DeviceChange>,
) -> Result<Json<DeviceView>, Problem> {
    caller.needs(Right::Manage)?;
    if let Some(name) = &change.name {
        check_name(name)?;
    }
    if id == OWNER && change.may.is_some() {
        return Err(Problem::conflict("this machine's own person may do everything"));
    }
    let done = web.with_store(move |store| {
        let Some(mut device) = access::devices(store)?.into_iter().find(|device| device.id == id) else {
            return Ok(None);
        };
        device.name = change.name.unwrap_or(device.name);
        device.may = change.may.unwrap_or(device.may);
        access::keep(store, &device)?;
        Ok(Some(device))
    });
    let device = done.await?.ok_or_else(|| Problem::not_found("there is no such device"))?;
    web.access.look_again();
    Ok(Json(DeviceView::new(device, &caller.0.id)))
}

fn check_name(name: &str) -> Result<(), Problem> {
    let is_name = (1..=60).contains(&name.trim().chars().count()) && !name.chars().any(char::is_control);
    if is_name { Ok(()) } else { Err(Problem::unfit("a device's name has 1 to 60 characters")) }
}

/// Let a device in no more.
#[utoipa::path(delete, path = "/devices/{device}", tag = "devices", params(("device" = String, Path)),
    responses((status = 204, description = "It is out, and its sessions have ended"), Faults))]
async fn revoke(State(web): State<Shared>, caller: Caller, Named(id): Named<String>) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    if id == OWNER {
        return Err(Problem::conflict("this machine's own person cannot be shut out"));
    }
    let shared = std::sync::Arc::clone(&web);
    let is_known = web.with_store(move |store| shared.access.revoke(store, &id)).await?;
    if is_known { Ok(StatusCode::NO_CONTENT) } else { Err(Problem::not_found("there is no such device")) }
}

/// Show a code with which a device can come in, once and soon.
#[utoipa::path(post, path = "/pairings", tag = "devices", request_body = NewPairing,
    responses((status = 201, description = "The code", body = Pairing), Faults))]
async fn offer(
    State(web): State<Shared>,
    caller: Caller,
    Body(new): Body<NewPairing>,
) -> Result<(StatusCode, Json<Pairing>), Problem> {
    caller.needs(Right::Manage)?;
    check_name(&new.name)?;
    let may = new.may.unwrap_or_else(|| Right::OF_PHONE.to_vec());
    let offered = web.access.offer(&new.name, &may, Moment::now().at_ms);
    let full =
        || Problem::conflict("too many codes wait to be used").with_hint("they end by themselves after five minutes");
    let (code, expires_ms) = offered.ok_or_else(full)?;
    let base = web.companion.as_ref().map_or(&web.url, |companion| &companion.url);
    let fingerprint = web.companion.as_ref().map(|companion| companion.fingerprint.clone());
    let url = format!("{base}/#code={code}");
    let svg = qr(&url).ok_or_else(|| Problem::internal("the QR code"))?;
    Ok((StatusCode::CREATED, Json(Pairing { code, url, svg, fingerprint, expires_ms })))
}

/// A QR code as an SVG picture.
pub fn qr(text: &str) -> Option<String> {
    let code = QrCode::new(text.as_bytes()).ok()?;
    Some(code.render::<svg::Color<'_>>().min_dimensions(240, 240).quiet_zone(true).build())
}
