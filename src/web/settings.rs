//! Settings and secrets.

use super::Shared;
use super::access::Right;
use super::extract::{Body, Named};
use super::guard::Caller;
use super::problem::{Faults, Problem};
use crate::config::{ChangeError, change};
use crate::guardian::{NamedSecret, SecretError, Secrets};
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(settings))
        .routes(routes!(change_setting, reset_setting))
        .routes(routes!(secrets))
        .routes(routes!(set_secret, remove_secret))
}

/// The settings with their defaults.
#[utoipa::path(get, path = "/settings", tag = "system",
    responses((status = 200, description = "All of them", body = Object), Faults))]
async fn settings(State(web): State<Shared>, caller: Caller) -> Result<Json<serde_json::Value>, Problem> {
    caller.needs(Right::Manage)?;
    web.tell(&web.settings).await.map(Json)
}

/// A new value of a setting.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewValue {
    /// A text, a number, a truth value or a list of texts, as the setting is; a password as it is typed.
    #[schema(value_type = Object)]
    value: serde_json::Value,
}

/// A setting that was changed.
#[derive(Debug, Serialize, ToSchema)]
struct Changed {
    key: String,
    #[schema(value_type = Object)]
    value: serde_json::Value,
    /// Whether it takes effect when the service begins the next time.
    restart: bool,
}

/// Change a setting, in the person's settings file.
#[utoipa::path(put, path = "/settings/{section}/{key}", tag = "system", request_body = NewValue,
    params(("section" = String, Path), ("key" = String, Path)),
    responses((status = 200, description = "It is changed", body = Changed), Faults))]
async fn change_setting(
    State(web): State<Shared>,
    caller: Caller,
    Named((section, key)): Named<(String, String)>,
    Body(NewValue { value }): Body<NewValue>,
) -> Result<Json<Changed>, Problem> {
    caller.needs(Right::Manage)?;
    let named = format!("{section}.{key}");
    let shown = if named == "serve.password" { "set".into() } else { value.clone() };
    write_setting(&web, section, key, Some(value)).await?;
    Ok(Json(Changed { key: named, value: shown, restart: true }))
}

/// Take a setting back to its default.
#[utoipa::path(delete, path = "/settings/{section}/{key}", tag = "system",
    params(("section" = String, Path), ("key" = String, Path)),
    responses((status = 204, description = "It has its default"), Faults))]
async fn reset_setting(
    State(web): State<Shared>,
    caller: Caller,
    Named((section, key)): Named<(String, String)>,
) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    write_setting(&web, section, key, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn write_setting(
    web: &Shared,
    section: String,
    key: String,
    value: Option<serde_json::Value>,
) -> Result<(), Problem> {
    let file = web.settings_file.clone().ok_or_else(|| Problem::conflict("this service has no home for settings"))?;
    let done = tokio::task::spawn_blocking(move || change(&file, &section, &key, value.as_ref())).await;
    done.map_err(|_| Problem::internal("the settings"))?.map_err(|error| match &error {
        ChangeError::Unknown(_) => Problem::not_found(error.to_string()),
        ChangeError::Environment { .. } => Problem::conflict(error.to_string()),
        ChangeError::Kind { .. } | ChangeError::Sense(_) => Problem::unfit(error.to_string()),
        ChangeError::Form { .. } => Problem::conflict(error.to_string()).with_hint("mend the file by hand first"),
        ChangeError::Write { .. } => Problem::new(StatusCode::SERVICE_UNAVAILABLE, error.to_string()),
    })
}

/// Secrets by their names.
#[derive(Debug, Serialize, ToSchema)]
struct NamedSecrets {
    #[schema(value_type = Vec<Object>)]
    secrets: Vec<NamedSecret>,
}

/// The value of a secret.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SecretValue {
    #[schema(min_length = 4, max_length = 4096)]
    value: String,
}

/// The names of the secrets that requests and templates may use.
#[utoipa::path(get, path = "/secrets", tag = "system",
    responses((status = 200, description = "Their names, never their values", body = NamedSecrets), Faults))]
async fn secrets(State(web): State<Shared>, caller: Caller) -> Result<Json<NamedSecrets>, Problem> {
    caller.needs(Right::Manage)?;
    let secrets = web.with_store(|store| Secrets::list(store)).await?;
    Ok(Json(NamedSecrets { secrets }))
}

/// Keep a secret.
#[utoipa::path(put, path = "/secrets/{name}", tag = "system", request_body = SecretValue,
    params(("name" = String, Path)), responses((status = 204, description = "It is kept"), Faults))]
async fn set_secret(
    State(web): State<Shared>,
    caller: Caller,
    Named(name): Named<String>,
    Body(SecretValue { value }): Body<SecretValue>,
) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    web.with_store(move |store| Ok(Secrets::set(store, &name, &value))).await?.map_err(secret_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forget a secret.
#[utoipa::path(delete, path = "/secrets/{name}", tag = "system", params(("name" = String, Path)),
    responses((status = 204, description = "It is forgotten"), Faults))]
async fn remove_secret(
    State(web): State<Shared>,
    caller: Caller,
    Named(name): Named<String>,
) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    web.with_store(move |store| Ok(Secrets::remove(store, &name))).await?.map_err(secret_problem)?;
    Ok(StatusCode::NO_CONTENT)
}

fn secret_problem(error: SecretError) -> Problem {
    match error {
        SecretError::Store(error) => Problem::from(error),
        SecretError::Unknown(_) => Problem::not_found(error.to_string()),
        SecretError::Name(_) | SecretError::Size | SecretError::Ordinary => Problem::unfit(error.to_string()),
    }
}
