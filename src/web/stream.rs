//! Live streams: server-sent events that go on where a reader left off.

use super::Shared;
use super::access::Right;
use super::extract::Asked;
use super::guard::{Caller, Pass, StreamSlot};
use super::hub::{Batch, event_frame, lines_frame};
use super::problem::{Faults, Problem};
use super::runs::run_named;
use crate::store::{Cursor, LogLine, Moment, News};
use crate::task::RunId;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde::Deserialize;
use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::watch;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// How often a stream on which nothing happens says that it lives.
const HEARTBEAT: Duration = Duration::from_secs(10);
/// How many events and lines are read in one go for a reader that comes back.
const AT_ONCE: usize = 2_000;
/// A reader that has missed more than so many goes reads anew.
const MOST_GOES: usize = 10;

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(stream))
}

/// What to listen to.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct Which {
    /// One run; without it all, with the board.
    run: Option<String>,
    /// 1 for log lines, too.
    #[param(maximum = 1)]
    logs: Option<u8>,
    /// Where to go on, as the last `id` had it; a header `Last-Event-ID` comes first.
    after: Option<String>,
}

/// Listen to what happens.
#[utoipa::path(get, path = "/stream", tag = "live", params(Which,
        ("Last-Event-ID" = Option<String>, Header, description = "The last `id` that was read")),
    responses((status = 200, description = "Events as they come: `event`, `log`, `board`, `heartbeat` and, where the \
        reader was too slow, `sync`", content_type = "text/event-stream", body = String), Faults))]
async fn stream(
    State(web): State<Shared>,
    caller: Caller,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(pass): Extension<Pass>,
    headers: HeaderMap,
    Asked(which): Asked<Which>,
) -> Result<Response, Problem> {
    caller.needs(Right::Watch)?;
    let slot = slot(&web, from.ip())?;
    let last = headers.get("last-event-id").and_then(|id| id.to_str().ok());
    let listener = listen(&web, pass, &which, last).await?;
    let frames = stream::unfold((listener, slot), |(mut listener, slot)| async move {
        let frame = listener.next().await?;
        Some((Ok::<_, Infallible>(frame), (listener, slot)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-store"),
        (header::HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    Ok((headers, Body::from_stream(frames)).into_response())
}

/// A place for one more who listens from `address`.
pub fn slot(web: &Shared, address: IpAddr) -> Result<StreamSlot, Problem> {
    let too_many = || Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many live streams from this address");
    web.rates.stream(address).ok_or_else(too_many)
}

/// Begins to listen, after the `id` that was read last where there is one.
pub async fn listen(web: &Shared, pass: Pass, which: &Which, last: Option<&str>) -> Result<Listener, Problem> {
    let run = which.run.as_deref().map(run_named).transpose()?;
    if let Some(run) = run.clone() {
        web.with_store(move |store| store.row(&run)).await?;
    }
    let unfit = || Problem::unfit("this is no `id` of this stream");
    let after = last.or(which.after.as_deref()).map(|id| cursor(id).ok_or_else(unfit)).transpose()?;
    // Who listens first and reads then misses nothing.
    let (receiver, at) = web.hub.listen();
    let wants = Wants { run, has_lines: which.logs == Some(1) };
    let mut pending = VecDeque::from([Bytes::from_static(b"retry: 1000\n\n")]);
    if let Some(after) = after {
        pending.extend(missed(web, after, at, &wants).await?);
    }
    let changes = web.access.changes();
    Ok(Listener { receiver, changes, pass, web: Arc::clone(web), wants, pending, at })
}

fn cursor(id: &str) -> Option<Cursor> {
    let (event, line) = id.split_once('.')?;
    Some(Cursor { event: event.parse().ok()?, line: line.parse().ok()? })
}

/// What a reader wants to hear of.
struct Wants {
    run: Option<RunId>,
    has_lines: bool,
}

impl Wants {
    fn is_of(&self, run: &RunId) -> bool {
        self.run.as_ref().is_none_or(|wanted| wanted == run)
    }

    /// The parts of a batch that are wanted.
    fn of(&self, batch: &Batch) -> Vec<Bytes> {
        let mut frames = Vec::new();
        match &self.run {
            Some(run) => frames.extend(batch.events.get(run).cloned()),
            None => frames.push(batch.all_events.clone()),
        }
        if self.has_lines {
            frames.extend(batch.lines.iter().filter(|(run, _)| self.is_of(run)).map(|(_, frame)| frame.clone()));
        }
        if self.run.is_none() {
            frames.extend(batch.board.clone());
        }
        frames.retain(|frame| !frame.is_empty());
        frames
    }
}

/// What came after `after` and is not passed on any more at `at`.
async fn missed(web: &Shared, after: Cursor, at: Cursor, wants: &Wants) -> Result<Vec<Bytes>, Problem> {
    let (mut frames, mut from) = (Vec::new(), after);
    for _ in 0..MOST_GOES {
        if from.event >= at.event && from.line >= at.line {
            return Ok(frames);
        }
        let news = web.with_store(move |store| store.since(from, AT_ONCE)).await?;
        let is_last = news.events.len() < AT_ONCE && news.lines.len() < AT_ONCE;
        let end = Cursor {
            event: news.events.last().map_or(from.event, |(n, _)| *n),
            line: news.lines.last().map_or(from.line, |(n, _)| *n),
        };
        frames.extend(frames_of(&news, from, at, wants));
        from = end;
        if is_last {
            return Ok(frames);
        }
    }
    Ok(vec![sync(at)])
}

fn frames_of(news: &News, from: Cursor, at: Cursor, wants: &Wants) -> Vec<Bytes> {
    let events = news.events.iter().filter(|(n, event)| *n <= at.event && wants.is_of(&event.run));
    let mut frames: Vec<Bytes> =
        events.map(|(n, event)| event_frame(Cursor { event: *n, line: from.line }, event).into()).collect();
    let is_wanted = |(n, line): &&(u64, LogLine)| wants.has_lines && *n <= at.line && wants.is_of(&line.run);
    let lines: Vec<(u64, &LogLine)> = news.lines.iter().filter(is_wanted).map(|(n, line)| (*n, line)).collect();
    if !lines.is_empty() {
        let last = news.events.last().map_or(from.event, |(n, _)| *n).min(at.event);
        frames.push(lines_frame(last, &lines).into());
    }
    frames
}

/// Tells a reader that it has missed something, and where the stream goes on.
fn sync(at: Cursor) -> Bytes {
    format!("id: {}.{}\nevent: sync\ndata: {{\"from\":{}}}\n\n", at.event, at.line, at.event).into()
}

/// One reader.
pub struct Listener {
    receiver: Receiver<Arc<Batch>>,
    changes: watch::Receiver<u64>,
    pass: Pass,
    web: Shared,
    wants: Wants,
    pending: VecDeque<Bytes>,
    at: Cursor,
}

/// What a reader hears.
enum Heard {
    Batch(Result<Arc<Batch>, RecvError>),
    /// Somebody may have been shut out.
    Change,
}

impl Listener {
    /// Whether the reader may still listen: sessions end, and devices are revoked.
    async fn may_listen(&self) -> bool {
        self.pass
            .holder(&self.web)
            .await
            .is_ok_and(|held| held.is_some_and(|device| device.may.contains(&Right::Watch)))
    }

    /// What to send next; `None` at the end of the service, or where the reader is shut out.
    pub async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(frame) = self.pending.pop_front() {
                return Some(frame);
            }
            let next = tokio::time::timeout(HEARTBEAT, async {
                tokio::select! {
                    batch = self.receiver.recv() => Heard::Batch(batch),
                    _ = self.changes.changed() => Heard::Change,
                }
            });
            match next.await {
                Ok(Heard::Change) if self.may_listen().await => {}
                Ok(Heard::Change) => return None,
                Err(_) if !self.may_listen().await => return None,
                Err(_) => {
                    let at_ms = Moment::now().at_ms;
                    return Some(format!("event: heartbeat\ndata: {{\"at_ms\":{at_ms}}}\n\n").into());
                }
                Ok(Heard::Batch(Ok(batch))) => {
                    self.at = batch.to;
                    self.pending.extend(self.wants.of(&batch));
                }
                Ok(Heard::Batch(Err(RecvError::Lagged(_)))) => return Some(sync(self.at)),
                Ok(Heard::Batch(Err(RecvError::Closed))) => return None,
            }
        }
    }
}
