//! What runs left behind: pictures and files, and the screen as it is now.

use super::Shared;
use super::access::Right;
use super::extract::{Asked, Named};
use super::guard::Caller;
use super::problem::{Faults, Problem};
use super::runs::run_named;
use super::wire::{Artifact, Artifacts, AsDownload};
use crate::display;
use crate::store::{Store, StoreError};
use crate::task::{Event, EventKind, Report, RunId, Shot};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use image::codecs::jpeg::JpegEncoder;
use std::collections::BTreeSet;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The quality of pictures of the screen as it is now.
const QUALITY: u8 = 70;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new()
        .routes(routes!(artifacts))
        .routes(routes!(remove))
        .routes(routes!(blob))
        .routes(routes!(screen))
}

/// All pictures and files that events name, each once.
fn artifacts_of(events: &[Event], store: &dyn Store) -> Vec<Artifact> {
    let (mut all, mut known, mut step) = (Vec::new(), BTreeSet::new(), 0);
    let mut add = |artifact: Artifact| {
        if known.insert(artifact.blob.clone()) {
            all.push(artifact);
        }
    };
    for event in events {
        let picture = |shot: &Shot, name: String, task: u32| Artifact {
            blob: shot.blob.clone(),
            name,
            media: "image/png".into(),
            bytes: store.blob(&shot.blob).map_or(0, |bytes| bytes.len() as u64),
            at_ms: event.at_ms,
            task: Some(task),
            kind: "picture",
        };
        match &event.kind {
            EventKind::Stepped { task, before, after, .. } => {
                step += 1;
                before.iter().for_each(|shot| add(picture(shot, format!("step {step}, before"), task.0)));
                after.iter().for_each(|shot| add(picture(shot, format!("step {step}, after"), task.0)));
            }
            EventKind::Judged { task, shot: Some(shot), .. } => {
                add(picture(shot, format!("end of task {task}"), task.0))
            }
            EventKind::Artifact { task, name, media, bytes, blob } => add(Artifact {
                blob: blob.clone(),
                name: name.clone(),
                media: media.clone(),
                bytes: *bytes,
                at_ms: event.at_ms,
                task: task.map(|t| t.0),
                kind: "file",
            }),
            _ => {}
        }
    }
    all.retain(|artifact| artifact.bytes > 0 || artifact.kind == "file");
    all
}

/// List what a run left behind.
#[utoipa::path(get, path = "/runs/{run}/artifacts", tag = "artifacts", params(("run" = String, Path)),
    responses((status = 200, description = "Pictures and files", body = Artifacts), Faults))]
async fn artifacts(
    State(web): State<Shared>,
    caller: Caller,
    Named(run): Named<String>,
) -> Result<Json<Artifacts>, Problem> {
    caller.needs(Right::Watch)?;
    let run = run_named(&run)?;
    let done = web.with_store(move |store| {
        let events = store.events(&run)?;
        Ok(Artifacts { artifacts: artifacts_of(&events, store) })
    });
    done.await.map(Json)
}

/// Delete one of the things that a run left behind.
#[utoipa::path(delete, path = "/runs/{run}/artifacts/{blob}", tag = "artifacts",
    params(("run" = String, Path), ("blob" = String, Path)),
    responses((status = 204, description = "It is gone"), Faults))]
async fn remove(
    State(web): State<Shared>,
    caller: Caller,
    Named((run, blob)): Named<(String, String)>,
) -> Result<StatusCode, Problem> {
    caller.needs(Right::Manage)?;
    let run = run_named(&run)?;
    let done = web.with_store(move |store| {
        let is_over = store.row(&run)?.state.is_over();
        let events = store.events(&run)?;
        let is_known = artifacts_of(&events, store).iter().any(|artifact| artifact.blob == blob);
        if is_known && is_over {
            store.drop_blob(&blob)?;
        }
        Ok((is_known, is_over))
    });
    match done.await? {
        (false, _) => Err(Problem::not_found("the run left nothing of that name")),
        (true, false) => Err(Problem::conflict("the run is not over").with_hint("cancel it first")),
        (true, true) => Ok(StatusCode::NO_CONTENT),
    }
}

/// Get a picture or a file.
#[utoipa::path(get, path = "/blobs/{blob}", tag = "artifacts", params(("blob" = String, Path), AsDownload),
    responses((status = 200, description = "Its bytes", content((Vec<u8> = "image/png"), (String = "text/plain"),
        (Vec<u8> = "application/octet-stream"))), Faults))]
async fn blob(
    State(web): State<Shared>,
    caller: Caller,
    Named(name): Named<String>,
    Asked(how): Asked<AsDownload>,
) -> Result<Response, Problem> {
    caller.needs(Right::Watch)?;
    let wanted = name.clone();
    let bytes = web.with_store(move |store| match store.blob(&wanted) {
        Err(StoreError::Read { .. }) => Ok(None),
        read => read.map(Some),
    });
    let bytes = bytes.await?.ok_or_else(|| Problem::not_found("there is nothing of that name"))?;
    let media = media_of(&bytes);
    let shown = if how.download == Some(1) || media == "application/octet-stream" { "attachment" } else { "inline" };
    let ending = match media {
        "image/png" => ".png",
        "image/jpeg" => ".jpg",
        "text/plain; charset=utf-8" => ".txt",
        _ => "",
    };
    let headers = [
        (header::CONTENT_TYPE, media.to_owned()),
        (header::CONTENT_DISPOSITION, format!("{shown}; filename=\"{}{ending}\"", &name[..12])),
        // Whatever a run left behind must not run in the panel.
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// What bytes are shown as: pictures and plain text, nothing that a browser would run.
fn media_of(bytes: &[u8]) -> &'static str {
    match image::guess_format(bytes) {
        Ok(image::ImageFormat::Png) => "image/png",
        Ok(image::ImageFormat::Jpeg) => "image/jpeg",
        _ if std::str::from_utf8(bytes).is_ok() => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

/// See the display that a run works on, as it is now.
#[utoipa::path(get, path = "/runs/{run}/screen", tag = "live",
    params(("run" = String, Path), ("at" = Option<String>, Query, description = "Ignored; keeps caches away")),
    responses((status = 200, description = "A picture", body = Vec<u8>, content_type = "image/jpeg"), Faults))]
async fn screen(State(web): State<Shared>, caller: Caller, Named(run): Named<String>) -> Result<Response, Problem> {
    caller.needs(Right::Watch)?;
    let run = run_named(&run)?;
    let name = web.with_store(move |store| display_of(store, &run)).await?;
    let name = name.ok_or_else(|| Problem::not_found("the run has no display now"))?;
    let picture = tokio::task::spawn_blocking(move || picture_of(&name)).await;
    let picture = picture.ok().flatten().ok_or_else(|| Problem::not_found("the display of the run is gone"))?;
    let headers = [(header::CONTENT_TYPE, "image/jpeg"), (header::CACHE_CONTROL, "no-store")];
    Ok((headers, picture).into_response())
}

/// The display of a run that is driven.
fn display_of(store: &mut (dyn Store + 'static), run: &RunId) -> Result<Option<String>, StoreError> {
    let is_held = store.row(run)?.is_held;
    let report = Report::fold(&store.events(run)?);
    Ok(report.and_then(|r| r.display).filter(|_| is_held))
}

fn picture_of(name: &str) -> Option<Vec<u8>> {
    let frame = display::connect(name).ok()?.capture().ok()?;
    let rgb: Vec<u8> = frame.rgba().chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]]).collect();
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, QUALITY)
        .encode(&rgb, frame.width(), frame.height(), image::ExtendedColorType::Rgb8)
        .ok()?;
    Some(jpeg)
}
