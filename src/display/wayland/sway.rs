//! Windows, by sway's own socket (the i3 protocol): what they are called and where they stand.
//!
//! Source: sway-ipc(7).

use super::outputs::{Layout, LogicalRect};
use super::wire::{Failure, Peer, open, peer_of};
use crate::screen::Window;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::env;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long sway may take for each part of an answer.
const ANSWER: Duration = Duration::from_secs(2);
const MAGIC: &[u8; 6] = b"i3-ipc";
const RUN_COMMAND: u32 = 0;
const GET_TREE: u32 = 4;
/// An answer is never longer: 64 MiB.
const MOST: usize = 64 << 20;

/// The socket of the sway that runs a display.
#[derive(Debug, Clone)]
pub struct Sway {
    socket: PathBuf,
}

/// A window as sway tells of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stands {
    pub window: Window,
    /// The box of the window's contents.
    pub area: LogicalRect,
    pub is_floating: bool,
    pub is_full: bool,
    pub is_visible: bool,
    /// Whether it is kept aside: sway's way of hiding a window.
    pub is_aside: bool,
}

/// A node of sway's tree: an output, a workspace, a container or a window.
#[derive(Debug, Deserialize)]
struct Node {
    id: u32,
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    app_id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    rect: Sides,
    window_rect: Sides,
    #[serde(default)]
    focused: bool,
    #[serde(default)]
    visible: bool,
    #[serde(default)]
    fullscreen_mode: u8,
    #[serde(default)]
    pid: Option<u32>,
    #[serde(default)]
    window_properties: Option<OfX>,
    #[serde(default)]
    nodes: Vec<Self>,
    #[serde(default)]
    floating_nodes: Vec<Self>,
}

/// What an X window says of itself.
#[derive(Debug, Deserialize)]
struct OfX {
    #[serde(default)]
    class: Option<String>,
    #[serde(default)]
    window_type: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
struct Sides {
    x: i32,
    y: i32,
    width: i32,
    height: i32,
}

#[derive(Debug, Deserialize)]
struct Done {
    success: bool,
    #[serde(default)]
    error: Option<String>,
}

impl Sway {
    /// The socket of the sway that is `peer`, where it is one: the session's, or the one beside the display's.
    pub fn of(peer: &Peer) -> Option<Self> {
        let beside = peer.folder.join(format!("sway-ipc.{}.{}.sock", peer.uid, peer.pid));
        let of_session = env::var_os("SWAYSOCK").map(PathBuf::from);
        of_session.into_iter().chain([beside]).find(|path| is_of(path, peer)).map(|socket| Self { socket })
    }

    /// All windows, the lowest first; those that are kept aside too.
    ///
    /// # Errors
    /// What keeps sway from answering.
    pub fn windows(&self, layout: &Layout) -> Result<Vec<Stands>, Failure> {
        let root: Node = self.ask(GET_TREE, "")?;
        let mut all = Vec::new();
        root.collect(&Above::default(), layout, &mut all);
        // Tiled windows lie below floating ones, and what fills its output lies above all.
        all.sort_by_key(|s| (s.is_full, s.is_floating));
        Ok(all)
    }

    /// Has sway do `command` with `window`.
    ///
    /// # Errors
    /// What keeps sway from answering, or what it says against it.
    pub fn command(&self, window: u32, command: &str) -> Result<(), Failure> {
        let done: Vec<Done> = self.ask(RUN_COMMAND, &format!("[con_id={window}] {command}"))?;
        match done.into_iter().find(|d| !d.success) {
            Some(failed) => Err(failed.error.unwrap_or_else(|| "sway refuses".into()).into()),
            None => Ok(()),
        }
    }

    fn ask<T: DeserializeOwned>(&self, kind: u32, payload: &str) -> Result<T, Failure> {
        let mut stream = open(&self.socket)?;
        stream.set_nonblocking(false)?;
        stream.set_read_timeout(Some(ANSWER))?;
        stream.set_write_timeout(Some(ANSWER))?;
        let mut question = MAGIC.to_vec();
        question.extend_from_slice(&u32::try_from(payload.len())?.to_ne_bytes());
        question.extend_from_slice(&kind.to_ne_bytes());
        question.extend_from_slice(payload.as_bytes());
        stream.write_all(&question)?;
        let mut head = [0; 14];
        stream.read_exact(&mut head)?;
        let length = u32::from_ne_bytes([head[6], head[7], head[8], head[9]]) as usize;
        if !head.starts_with(MAGIC) || length > MOST {
            return Err("sway's answer cannot be read".into());
        }
        let mut answer = vec![0; length];
        stream.read_exact(&mut answer)?;
        Ok(serde_json::from_slice(&answer)?)
    }
}

/// Whether `peer` listens at `socket`.
fn is_of(socket: &Path, peer: &Peer) -> bool {
    open(socket).ok().and_then(|stream| peer_of(&stream, socket)).is_some_and(|p| p.pid == peer.pid)
}

/// What a node is part of.
#[derive(Debug, Clone, Copy, Default)]
struct Above {
    is_aside: bool,
    is_floating: bool,
    is_full: bool,
}

impl Node {
    fn collect(&self, above: &Above, layout: &Layout, all: &mut Vec<Stands>) {
        let above = Above {
            is_aside: above.is_aside || self.name.as_deref() == Some("__i3_scratch"),
            is_floating: above.is_floating || self.kind == "floating_con",
            is_full: above.is_full || (self.fullscreen_mode > 0 && self.kind != "workspace"),
        };
        let is_window = self.nodes.is_empty() && self.pid.is_some() && self.kind.ends_with("con");
        if is_window {
            all.push(self.stands(&above, layout));
        }
        self.nodes.iter().chain(&self.floating_nodes).for_each(|node| node.collect(&above, layout, all));
    }

    fn stands(&self, above: &Above, layout: &Layout) -> Stands {
        let (rect, inner) = (self.rect, self.window_rect);
        let area = LogicalRect { x: rect.x + inner.x, y: rect.y + inner.y, w: inner.width, h: inner.height };
        let of_x = self.window_properties.as_ref();
        let app = self.app_id.as_ref().or(of_x.and_then(|p| p.class.as_ref()));
        let window = Window {
            id: self.id,
            title: self.name.clone().unwrap_or_default(),
            app: app.map(|a| a.to_lowercase()).unwrap_or_default(),
            area: layout.px_from_logical(area),
            focused: self.focused,
            dialog: of_x.and_then(|p| p.window_type.as_deref()) == Some("dialog"),
            modal: false,
            // Menus are parts of their windows here; nobody lists them.
            popup: false,
            pid: self.pid,
        };
        let Above { is_aside, is_floating, is_full } = *above;
        Stands { window, area, is_floating, is_full, is_visible: self.visible, is_aside }
    }
}
