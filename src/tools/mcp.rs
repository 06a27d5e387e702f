//! Tools of MCP servers that are started for one call, over their standard input and output.
//!
//! Source: the Model Context Protocol, revision 2025-06-18: lifecycle, tools, and the stdio transport, in which each
//! message is one line of JSON-RPC.

use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// The revision that is spoken.
const REVISION: &str = "2025-06-18";
/// The longest message that is read, in bytes.
const MOST_LINE: u64 = 8 << 20;
/// How often is looked whether to stop.
const ROUND: Duration = Duration::from_millis(50);

/// A call of a tool.
#[derive(Debug)]
pub struct ToolCall<'a> {
    /// The server's program and its arguments.
    pub command: &'a [String],
    pub cwd: &'a Path,
    pub env: &'a BTreeMap<String, String>,
    pub tool: &'a str,
    pub arguments: &'a Value,
    pub deadline: Instant,
}

/// What a tool answered.
#[derive(Debug, Clone, PartialEq)]
pub struct ToolAnswer {
    /// All texts of the answer, one after the other.
    pub text: String,
    /// What the answer holds as data, where it does.
    pub data: Value,
    /// The tool says that it failed; the text says why.
    pub is_error: bool,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum McpError {
    #[error("the server has no program")]
    Empty,
    #[error("cannot start the server {program}")]
    Start {
        program: String,
        #[source]
        cause: io::Error,
    },
    #[error("the server ended in the middle of {doing}")]
    Ended { doing: &'static str },
    #[error("the server took too long with {doing}")]
    Late { doing: &'static str },
    #[error("it was told to stop")]
    Stopped,
    #[error("the server refused {doing}: {says}")]
    Refused { doing: &'static str, says: String },
    #[error("there is no tool “{tool}”; the server has {}", .known.join(", "))]
    NoTool { tool: String, known: Vec<String> },
}

/// A server that runs until this is dropped.
struct Server<'a> {
    process: Child,
    to: ChildStdin,
    from: Receiver<Value>,
    deadline: Instant,
    is_stopped: &'a dyn Fn() -> bool,
    last: u64,
}

/// Starts a server, calls one of its tools, and ends it.
///
/// # Errors
/// [`McpError`]; a tool that says that it failed has answered.
pub fn call(call: &ToolCall<'_>, is_stopped: &dyn Fn() -> bool) -> Result<ToolAnswer, McpError> {
    let mut server = Server::start(call, is_stopped)?;
    let about = json!({ "name": "guardian", "version": env!("CARGO_PKG_VERSION") });
    let hello = json!({ "protocolVersion": REVISION, "capabilities": {}, "clientInfo": about });
    server.ask("initialize", hello, "the greeting")?;
    server.say(&json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }), "the greeting")?;
    let known = server.tools()?;
    if !known.iter().any(|name| name == call.tool) {
        return Err(McpError::NoTool { tool: call.tool.to_owned(), known });
    }
    let arguments = if call.arguments.is_null() { &json!({}) } else { call.arguments };
    let answer = server.ask("tools/call", json!({ "name": call.tool, "arguments": arguments }), "the call")?;
    let texts = answer["content"].as_array().into_iter().flatten().filter_map(|part| part["text"].as_str());
    Ok(ToolAnswer {
        text: texts.collect::<Vec<_>>().join("\n"),
        data: answer["structuredContent"].clone(),
        is_error: answer["isError"] == true,
    })
}

impl<'a> Server<'a> {
    fn start(call: &ToolCall<'_>, is_stopped: &'a dyn Fn() -> bool) -> Result<Self, McpError> {
        let (program, arguments) = call.command.split_first().ok_or(McpError::Empty)?;
        let mut command = Command::new(program);
        command.args(arguments).current_dir(call.cwd).envs(call.env).process_group(0);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let failed = |cause| McpError::Start { program: program.clone(), cause };
        let mut process = command.spawn().map_err(failed)?;
        let no_pipe = || failed(io::ErrorKind::BrokenPipe.into());
        let (to, out) = (process.stdin.take().ok_or_else(no_pipe)?, process.stdout.take().ok_or_else(no_pipe)?);
        let (sender, from) = sync_channel(64);
        thread::spawn(move || {
            let mut out = BufReader::new(out);
            let mut line = Vec::new();
            while let Ok(1..) = out.by_ref().take(MOST_LINE).read_until(b'\n', &mut line) {
                // What is no message, such as a greeting for people, is passed over.
                let Ok(message) = serde_json::from_slice(&line) else {
                    line.clear();
                    continue;
                };
                if sender.send(message).is_err() {
                    return;
                }
                line.clear();
            }
        });
        Ok(Self { process, to, from, deadline: call.deadline, is_stopped, last: 0 })
    }

    /// The names of all its tools.
    fn tools(&mut self) -> Result<Vec<String>, McpError> {
        let (mut names, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let from = if cursor.is_null() { json!({}) } else { json!({ "cursor": cursor }) };
            let page = self.ask("tools/list", from, "the list of tools")?;
            let tools = page["tools"].as_array().into_iter().flatten();
            names.extend(tools.filter_map(|tool| tool["name"].as_str().map(str::to_owned)));
            cursor = page["nextCursor"].clone();
            if !cursor.is_string() {
                return Ok(names);
            }
        }
    }

    fn say(&mut self, message: &Value, doing: &'static str) -> Result<(), McpError> {
        let line = format!("{message}\n");
        self.to.write_all(line.as_bytes()).and_then(|()| self.to.flush()).map_err(|_| McpError::Ended { doing })
    }

    /// Asks for something and waits for the answer; what the server asks meanwhile is not offered.
    fn ask(&mut self, method: &str, parameters: Value, doing: &'static str) -> Result<Value, McpError> {
        self.last += 1;
        let id = self.last;
        self.say(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters }), doing)?;
        loop {
            let message = self.hear(doing)?;
            if message["id"] == id && message.get("method").is_none() {
                return match message.get("error") {
                    Some(error) => {
                        let says = error["message"].as_str().unwrap_or("no reason given").to_owned();
                        Err(McpError::Refused { doing, says })
                    }
                    None => Ok(message["result"].clone()),
                };
            }
            if let (Some(method), Some(asked)) = (message.get("method"), message.get("id")) {
                let answer = if method == "ping" {
                    json!({ "jsonrpc": "2.0", "id": asked, "result": {} })
                } else {
                    let error = json!({ "code": -32601, "message": "this client offers nothing" });
                    json!({ "jsonrpc": "2.0", "id": asked, "error": error })
                };
                self.say(&answer, doing)?;
            }
        }
    }

    fn hear(&self, doing: &'static str) -> Result<Value, McpError> {
        loop {
            if (self.is_stopped)() {
                return Err(McpError::Stopped);
            }
            if Instant::now() >= self.deadline {
                return Err(McpError::Late { doing });
            }
            match self.from.recv_timeout(ROUND) {
                Ok(message) => return Ok(message),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Err(McpError::Ended { doing }),
            }
        }
    }
}

impl Drop for Server<'_> {
    fn drop(&mut self) {
        // What is gone needs no end.
        let _ = kill_process_group(Pid::from_child(&self.process), Signal::KILL);
        let _ = self.process.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A server with one tool, `add`, that asks and chatters in between.
    const SERVER: &str = r#"
import json, sys
def say(m): print(json.dumps({"jsonrpc": "2.0", **m}), flush=True)
print("ready for people to read", flush=True)
for line in sys.stdin:
    m = json.loads(line)
    method, params = m.get("method"), m.get("params", {})
    if method == "initialize":
        say({"id": "q", "method": "roots/list"})
        say({"id": m["id"], "result": {"protocolVersion": params["protocolVersion"], "capabilities": {"tools": {}}}})
    elif method == "tools/list":
        page = params.get("cursor")
        say({"id": m["id"], "result": {"tools": [{"name": "add"}]} if page else {"tools": [{"name": "other"}], "nextCursor": "2"}})
    elif method == "tools/call":
        a = params["arguments"]
        if "a" not in a: say({"id": m["id"], "error": {"code": -1, "message": "a is missing"}})
        elif a["a"] == "sleep": pass
        elif a["a"] == "die": sys.exit(1)
        else: say({"id": m["id"], "result": {"content": [{"type": "text", "text": str(a["a"] + a["b"])}], "structuredContent": {"sum": a["a"] + a["b"]}, "isError": a["a"] < 0}})
"#;

    fn called(tool: &str, arguments: Value, within_ms: u64) -> Result<ToolAnswer, McpError> {
        let command = ["python3", "-c", SERVER].map(str::to_owned);
        let deadline = Instant::now() + Duration::from_millis(within_ms);
        let (cwd, env) = (Path::new("/"), &BTreeMap::new());
        call(&ToolCall { command: &command, cwd, env, tool, arguments: &arguments, deadline }, &|| false)
    }

    #[test]
    fn a_tool_answers_with_text_and_data() {
        let answer = called("add", json!({ "a": 2, "b": 3 }), 30_000).unwrap();
        assert_eq!(answer, ToolAnswer { text: "5".into(), data: json!({ "sum": 5 }), is_error: false });
        assert!(called("add", json!({ "a": -2, "b": 3 }), 30_000).unwrap().is_error);
    }

    #[test]
    fn what_goes_wrong_is_named() {
        let refused = called("add", Value::Null, 30_000).unwrap_err();
        assert_eq!(refused.to_string(), "the server refused the call: a is missing");
        let none = called("divide", json!({}), 30_000).unwrap_err().to_string();
        assert!(none.contains("divide") && none.contains("other, add"), "{none}");
        assert!(matches!(called("add", json!({ "a": "die" }), 30_000), Err(McpError::Ended { .. })));
        assert!(matches!(called("add", json!({ "a": "sleep" }), 3_000), Err(McpError::Late { .. })));
        let command = ["/no/such/server".to_owned()];
        let (cwd, env, deadline) = (Path::new("/"), &BTreeMap::new(), Instant::now());
        let gone = ToolCall { command: &command, cwd, env, tool: "x", arguments: &Value::Null, deadline };
        assert!(matches!(call(&gone, &|| false), Err(McpError::Start { .. })));
    }
}
