//! Two ways over one connection: what happens goes out, answers, signals and requests come in.

use super::Shared;
use super::access::Right;
use super::guard::{Caller, Pass, StreamSlot};
use super::problem::{Faults, Problem};
use super::runs;
use super::stream::{Listener, Which, listen, slot};
use super::wire::{Answer, NewRun, RunSummary};
use crate::task::Signal;
use axum::Extension;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::ws::{CloseFrame, Message, WebSocket, WebSocketUpgrade, close_code};
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// The largest message that may come in, in bytes.
const MOST_BYTES: usize = 64 << 10;
/// How long a client may leave unread what was sent to it.
const PATIENCE: Duration = Duration::from_secs(30);

pub fn routes() -> OpenApiRouter<Shared> {
    OpenApiRouter::new().routes(routes!(socket))
}

/// What a client says, beside a number `n` of its own choice that the reply names.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do", deny_unknown_fields)]
enum Command {
    Ask { order: NewRun },
    Answer { run: String, question: u64, answer: String },
    Cancel { run: String },
    Pause { run: String },
    Resume { run: String },
}

/// What became of a command.
#[derive(Debug, Serialize)]
#[serde(rename_all = "snake_case", tag = "type")]
enum Reply {
    Done { n: u64, summary: Box<RunSummary> },
    Problem { n: Option<u64>, problem: Problem },
}

/// Listen to what happens, and answer, ask and signal over the same connection.
#[utoipa::path(get, path = "/socket", tag = "live", params(Which),
    responses((status = 101, description = "A WebSocket. Out come `{type, id, data}` as the stream has them: `event`, \
        `log`, `board`, `heartbeat`, `sync`; for each command that comes in, `{type: done, n, summary}` or \
        `{type: problem, n, problem}`. In go `{n, do: answer, run, question, answer}`, `{n, do: cancel, run}`, `pause`, \
        `resume`, and `{n, do: ask, order}` with what `POST /runs` takes"), Faults))]
async fn socket(
    State(web): State<Shared>,
    caller: Caller,
    ConnectInfo(from): ConnectInfo<SocketAddr>,
    Extension(pass): Extension<Pass>,
    which: super::extract::Asked<Which>,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Problem> {
    caller.needs(Right::Watch)?;
    let upgrade = upgrade.map_err(|fault| {
        Problem::new(StatusCode::BAD_REQUEST, fault.body_text())
            .with_hint("this route is for WebSockets; `/stream` tells the same over plain HTTP")
    })?;
    let slot = slot(&web, from.ip())?;
    let listener = listen(&web, pass.clone(), &which.0, None).await?;
    let talk = Talk { web, pass, from: from.ip(), _slot: slot };
    let upgrade = upgrade.max_message_size(MOST_BYTES).max_frame_size(MOST_BYTES);
    Ok(upgrade.on_upgrade(move |socket| talk.go_on(socket, listener)))
}

/// One connection.
struct Talk {
    web: Shared,
    pass: Pass,
    from: IpAddr,
    _slot: StreamSlot,
}

/// Why a connection ends.
enum End {
    /// The other side has gone, or reads nothing.
    Gone,
    /// The service ends, or lets this one in no more.
    ShutOut,
}

impl Talk {
    async fn go_on(self, mut socket: WebSocket, mut listener: Listener) {
        let end = loop {
            let done = tokio::select! {
                frame = listener.next() => match frame {
                    Some(frame) => tell(&mut socket, &frame).await,
                    None => Err(End::ShutOut),
                },
                said = socket.recv() => self.hear(&mut socket, said).await,
            };
            if let Err(end) = done {
                break end;
            }
        };
        if matches!(end, End::ShutOut) {
            let frame = CloseFrame { code: close_code::POLICY, reason: "signed out, or the service ends".into() };
            let _ = send(&mut socket, Message::Close(Some(frame))).await;
        }
    }

    async fn hear(&self, socket: &mut WebSocket, said: Option<Result<Message, axum::Error>>) -> Result<(), End> {
        // Whatever came may have cut short a look at whether this one is still let in.
        let holder = self.pass.holder(&self.web).await.ok().flatten().ok_or(End::ShutOut)?;
        let text = match said {
            Some(Ok(Message::Text(text))) => text,
            Some(Ok(Message::Binary(_))) => {
                return reply(socket, &refused(None, Problem::unfit("messages are text, in JSON"))).await;
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => return Ok(()),
            Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(End::Gone),
        };
        let done = match read(&text) {
            Err((n, problem)) => refused(n, problem),
            Ok((n, command)) => match self.obey(Caller(holder), command).await {
                Ok(summary) => Reply::Done { n, summary: Box::new(summary) },
                Err(problem) => refused(Some(n), problem),
            },
        };
        reply(socket, &done).await
    }

    async fn obey(&self, caller: Caller, command: Command) -> Result<RunSummary, Problem> {
        if !self.web.rates.allows_request(self.from) {
            return Err(Problem::new(StatusCode::TOO_MANY_REQUESTS, "too many requests from this address"));
        }
        let (web, caller) = (&self.web, &caller);
        match command {
            Command::Ask { order } => runs::begin(web, caller, order, None).await.map(|(_, summary)| summary),
            Command::Answer { run, question, answer } => {
                runs::give_answer(web, caller, &run, Answer { question, answer }).await
            }
            Command::Cancel { run } => runs::signal(web, caller, &run, Signal::Cancel).await,
            Command::Pause { run } => runs::signal(web, caller, &run, Signal::Pause).await,
            Command::Resume { run } => runs::signal(web, caller, &run, Signal::Resume).await,
        }
    }
}

/// The number and the command of a message; else its number, as far as it has one, and what is wrong.
fn read(text: &str) -> Result<(u64, Command), (Option<u64>, Problem)> {
    let mut said: serde_json::Map<String, Value> = serde_json::from_str(text)
        .map_err(|e| (None, Problem::new(StatusCode::BAD_REQUEST, format!("this is no object in JSON: {e}"))))?;
    let n = said.remove("n").and_then(|n| n.as_u64());
    let n = n.ok_or_else(|| (None, Problem::unfit("a command has a number `n`, 0 or more, that the reply names")))?;
    let command = serde_json::from_value(Value::Object(said));
    command.map(|command| (n, command)).map_err(|e| (Some(n), Problem::unfit(e.to_string())))
}

const fn refused(n: Option<u64>, problem: Problem) -> Reply {
    Reply::Problem { n, problem }
}

async fn reply(socket: &mut WebSocket, reply: &Reply) -> Result<(), End> {
    let text = serde_json::to_string(reply).unwrap_or_default();
    send(socket, Message::Text(text.into())).await
}

/// Sends what a stream would.
async fn tell(socket: &mut WebSocket, frames: &[u8]) -> Result<(), End> {
    let text = String::from_utf8_lossy(frames);
    for message in text.split("\n\n").filter_map(message) {
        send(socket, Message::Text(message.into())).await?;
    }
    Ok(())
}

/// One event of a stream as a message; `None` where it says nothing.
fn message(frame: &str) -> Option<String> {
    let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let (kind, data) = (field("event")?, field("data")?);
    // The data is JSON already; numbers and names need no escapes.
    let id = field("id").map(|id| format!("\"id\":\"{id}\",")).unwrap_or_default();
    Some(format!("{{\"type\":\"{kind}\",{id}\"data\":{data}}}"))
}

async fn send(socket: &mut WebSocket, message: Message) -> Result<(), End> {
    match tokio::time::timeout(PATIENCE, socket.send(message)).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) | Err(_) => Err(End::Gone),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_stream_sends_is_a_message() {
        assert_eq!(message("retry: 1000"), None);
        let sent = message("id: 4.7\nevent: log\ndata: {\"lines\":[]}").unwrap();
        let sent: Value = serde_json::from_str(&sent).unwrap();
        assert_eq!(sent, serde_json::json!({ "type": "log", "id": "4.7", "data": { "lines": [] } }));
        let beat = message("event: heartbeat\ndata: {\"at_ms\":3}").unwrap();
        assert_eq!(beat, "{\"type\":\"heartbeat\",\"data\":{\"at_ms\":3}}");
    }

    #[test]
    fn commands_are_read_and_faults_name_their_number() {
        let (n, command) = read(r#"{"n":3,"do":"answer","run":"r","question":1,"answer":"yes"}"#).unwrap();
        assert_eq!(n, 3);
        assert!(matches!(command, Command::Answer { run, question: 1, .. } if run == "r"));
        let (_, command) = read(r#"{"n":4,"do":"ask","order":{"text":"wait 1 second"}}"#).unwrap();
        assert!(matches!(command, Command::Ask { order } if order.text == "wait 1 second"));
        for (text, n) in [
            ("{", None),
            ("[]", None),
            (r#"{"do":"cancel","run":"r"}"#, None),
            (r#"{"n":5,"do":"explode","run":"r"}"#, Some(5)),
            (r#"{"n":6,"do":"cancel"}"#, Some(6)),
            (r#"{"n":7,"do":"ask","order":{"text":"a","policy":"allow"}}"#, Some(7)),
        ] {
            assert_eq!(read(text).unwrap_err().0, n, "{text}");
        }
    }
}
