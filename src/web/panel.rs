//! The panel, as it was built into this program.

use super::problem::Problem;
use axum::http::{HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use rust_embed::RustEmbed;

/// What the panel may load: only what comes from here.
const POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; \
    script-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; \
    form-action 'self'; frame-ancestors 'none'; object-src 'none'";

#[derive(RustEmbed)]
#[folder = "src/web/panel/dist/"]
struct Files;

/// A file of the panel; any path without a file is a screen of it.
pub async fn panel(uri: Uri) -> Response {
    let path = uri.path().trim_start_matches('/');
    let wanted = if path.is_empty() || !path.contains('.') { "index.html" } else { path };
    let Some(file) = Files::get(wanted) else {
        return if wanted == "index.html" { not_built() } else { nothing(path) };
    };
    let media = file.metadata.mimetype().to_owned();
    // The names of built files change with what is in them.
    let is_fixed = wanted.starts_with("assets/");
    let keep = if is_fixed { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CACHE_CONTROL, keep.to_owned()),
        (header::CONTENT_SECURITY_POLICY, POLICY.to_owned()),
    ];
    (headers, file.data.into_owned()).into_response()
}

fn nothing(path: &str) -> Response {
    let shown: String = path.chars().take(60).collect();
    Problem::not_found(format!("there is nothing at “{shown}”")).into_response()
}

fn not_built() -> Response {
    let text = "The panel is not in this program: it was built without it. `make build` builds both.\n";
    let media = (header::CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    (StatusCode::NOT_FOUND, [media], text).into_response()
}
