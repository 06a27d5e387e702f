//! The line to the compositor: one connection, what was told over it, and waits that all end.
//!
//! Whatever the compositor says lands in [`Told`]; each file of this folder fills and reads its own part of it.

use super::capture::Shot;
use super::outputs::Output;
use super::selection::Held;
use super::toplevels::Toplevels;
use crate::display::DisplayError;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect, socket_with, sockopt};
use std::env;
use std::error::Error;
use std::io;
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use wayland_client::backend::WaylandError;
use wayland_client::protocol::wl_callback::{self, WlCallback};
use wayland_client::protocol::wl_output::WlOutput;
use wayland_client::protocol::wl_registry::{self, WlRegistry};
use wayland_client::protocol::wl_seat::{self, Capability, WlSeat};
use wayland_client::{Connection, Dispatch, EventQueue, Proxy, QueueHandle, WEnum};

pub type Failure = Box<dyn Error + Send + Sync>;

/// How long a compositor may take to answer before it counts as gone.
const ANSWER: Duration = Duration::from_secs(3);

/// Something that the compositor offers.
#[derive(Debug, Clone)]
struct Global {
    name: u32,
    interface: String,
    version: u32,
}

/// All that the compositor has told so far.
#[derive(Default)]
pub struct Told {
    globals: Vec<Global>,
    /// The number of the last question that was answered.
    answered: u32,
    /// Whether the seat has a keyboard and a pointer.
    pub seat: Option<Capability>,
    pub outputs: Vec<Output>,
    pub shots: Vec<Shot>,
    pub toplevels: Toplevels,
    pub held: Held,
}

/// A connection to the compositor.
pub struct Wire {
    name: String,
    connection: Connection,
    queue: EventQueue<Told>,
    registry: WlRegistry,
    pub told: Told,
    asked: u32,
    born: Instant,
    peer: Option<Peer>,
}

/// The process at the other end, by which its other sockets are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Peer {
    pub pid: i32,
    pub uid: u32,
    pub folder: PathBuf,
}

/// A compositor that is there but does not answer.
#[derive(Debug, thiserror::Error)]
#[error("the compositor does not answer")]
struct Silent;

impl Wire {
    /// Connects to the compositor that is called `name`: a file in `$XDG_RUNTIME_DIR`, or an absolute path.
    ///
    /// # Errors
    /// [`DisplayError::Connect`] where there is none, [`DisplayError::Gone`] where it does not answer.
    pub fn connect(name: &str) -> Result<Self, DisplayError> {
        let failed = |cause: Failure| DisplayError::Connect { name: name.to_owned(), cause };
        let path = socket_path(name).map_err(failed)?;
        let stream = open(&path).map_err(|e| failed(e.into()))?;
        let peer = peer_of(&stream, &path);
        let connection = Connection::from_socket(stream).map_err(|e| failed(e.into()))?;
        let queue = connection.new_event_queue();
        let registry = connection.display().get_registry(&queue.handle(), ());
        let (told, born) = (Told::default(), Instant::now());
        let mut wire = Self { name: name.to_owned(), connection, queue, registry, told, asked: 0, born, peer };
        wire.sync().map_err(|e| match e {
            DisplayError::Gone { cause, .. } => failed(cause),
            other => other,
        })?;
        Ok(wire)
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub const fn peer(&self) -> Option<&Peer> {
        self.peer.as_ref()
    }

    pub fn handle(&self) -> QueueHandle<Told> {
        self.queue.handle()
    }

    /// Milliseconds since the connection, as events are stamped.
    pub fn stamp(&self) -> u32 {
        self.born.elapsed().as_millis() as u32
    }

    pub fn gone(&self, cause: impl Into<Failure>) -> DisplayError {
        DisplayError::Gone { name: self.name.clone(), cause: cause.into() }
    }

    /// Whether the compositor offers `interface`.
    pub fn offers(&self, interface: &str) -> bool {
        self.told.globals.iter().any(|g| g.interface == interface)
    }

    /// Takes up what the compositor offers under the name of `I`, in a version up to `newest`.
    pub fn bind<I>(&self, newest: u32) -> Option<I>
    where
        I: Proxy + 'static,
        Told: Dispatch<I, ()>,
    {
        let global = self.told.globals.iter().find(|g| g.interface == I::interface().name)?;
        Some(self.registry.bind(global.name, global.version.min(newest), &self.queue.handle(), ()))
    }

    /// Sends what is waiting to be sent, and waits until the compositor has dealt with all of it.
    ///
    /// # Errors
    /// [`DisplayError::Gone`], also where it does not answer.
    pub fn sync(&mut self) -> Result<(), DisplayError> {
        self.asked = self.asked.wrapping_add(1);
        let asked = self.asked;
        self.connection.display().sync(&self.queue.handle(), asked);
        if self.wait(Instant::now() + ANSWER, |told| told.answered == asked)? {
            return Ok(());
        }
        Err(self.gone(Silent))
    }

    /// Waits until `is_done`; gives whether that came before `deadline`.
    ///
    /// # Errors
    /// [`DisplayError::Gone`].
    pub fn wait(&mut self, deadline: Instant, is_done: impl Fn(&Told) -> bool) -> Result<bool, DisplayError> {
        loop {
            self.queue.dispatch_pending(&mut self.told).map_err(|e| self.gone(e))?;
            if is_done(&self.told) {
                return Ok(true);
            }
            if Instant::now() >= deadline {
                return Ok(false);
            }
            self.flush()?;
            self.read(deadline).map_err(|e| self.gone(e))?;
        }
    }

    /// Sends what is waiting to be sent.
    ///
    /// # Errors
    /// [`DisplayError::Gone`], also where the compositor takes nothing any more.
    pub fn flush(&self) -> Result<(), DisplayError> {
        let deadline = Instant::now() + ANSWER;
        loop {
            match self.connection.flush() {
                Ok(()) => return Ok(()),
                Err(WaylandError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Err(self.gone(error)),
            }
            if !await_fd(self.connection.as_fd(), PollFlags::OUT, deadline).map_err(|e| self.gone(e))? {
                return Err(self.gone(Silent));
            }
        }
    }

    fn read(&self, deadline: Instant) -> Result<(), Failure> {
        // Without a guard there are events to dispatch already.
        let Some(guard) = self.queue.prepare_read() else { return Ok(()) };
        if !await_fd(guard.connection_fd(), PollFlags::IN, deadline)? {
            return Ok(());
        }
        match guard.read() {
            Err(WaylandError::Io(e)) if e.kind() == io::ErrorKind::WouldBlock => Ok(()),
            read => Ok(read.map(drop)?),
        }
    }
}

/// Waits until `fd` is ready for `what`; gives whether it was before `deadline`.
pub fn await_fd(fd: BorrowedFd<'_>, what: PollFlags, deadline: Instant) -> Result<bool, Errno> {
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        let timeout = Timespec::try_from(left).ok();
        match poll(&mut [PollFd::from_borrowed_fd(fd, what)], timeout.as_ref()) {
            Err(Errno::INTR) => {}
            ready => return Ok(ready? > 0),
        }
    }
}

/// Where the socket of the compositor called `name` is.
fn socket_path(name: &str) -> Result<PathBuf, Failure> {
    if Path::new(name).is_absolute() {
        return Ok(name.into());
    }
    let folder = env::var_os("XDG_RUNTIME_DIR").ok_or("XDG_RUNTIME_DIR is not set")?;
    Ok(Path::new(&folder).join(name))
}

/// Connects without waiting: one that hangs lets its queue of callers fill up, and callers wait for ever.
pub fn open(path: &Path) -> io::Result<UnixStream> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None)?;
    connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(UnixStream::from(socket))
}

/// Who listens at the socket `path` that `stream` is connected to.
pub fn peer_of(stream: &UnixStream, path: &Path) -> Option<Peer> {
    let credentials = sockopt::socket_peercred(stream).ok()?;
    let folder = path.parent()?.to_owned();
    Some(Peer { pid: credentials.pid.as_raw_nonzero().get(), uid: credentials.uid.as_raw(), folder })
}

impl Dispatch<WlRegistry, ()> for Told {
    fn event(
        told: &mut Self,
        registry: &WlRegistry,
        event: wl_registry::Event,
        (): &(),
        _: &Connection,
        queue: &QueueHandle<Self>,
    ) {
        match event {
            wl_registry::Event::Global { name, interface, version } => {
                if interface == WlOutput::interface().name {
                    let proxy = registry.bind(name, version.min(4), queue, name);
                    told.outputs.push(Output::new(name, proxy));
                }
                told.globals.push(Global { name, interface, version });
            }
            wl_registry::Event::GlobalRemove { name } => {
                told.globals.retain(|g| g.name != name);
                told.outputs.retain(|o| o.id != name);
            }
            _ => {}
        }
    }
}

impl Dispatch<WlCallback, u32> for Told {
    fn event(
        told: &mut Self,
        _: &WlCallback,
        event: wl_callback::Event,
        question: &u32,
        _: &Connection,
        _: &QueueHandle<Self>,
    ) {
        if matches!(event, wl_callback::Event::Done { .. }) {
            told.answered = *question;
        }
    }
}

impl Dispatch<WlSeat, ()> for Told {
    fn event(told: &mut Self, _: &WlSeat, event: wl_seat::Event, (): &(), _: &Connection, _: &QueueHandle<Self>) {
        if let wl_seat::Event::Capabilities { capabilities: WEnum::Value(capabilities) } = event {
            told.seat = Some(capabilities);
        }
    }
}
