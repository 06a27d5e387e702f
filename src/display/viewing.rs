//! Showing a started desktop to a person: a VNC server on it, and a page for a browser, both on this machine only.

use super::keeper::{Order, Word};
use super::{DesktopError, Started, processes};
use serde::{Deserialize, Serialize};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

/// Where Debian keeps the page that shows a desktop.
const PAGE: &str = "/usr/share/novnc";
/// How long the servers may take to answer.
const COME_UP: Duration = Duration::from_secs(15);
const PACE: Duration = Duration::from_millis(20);
/// VNC looks at so many characters of a password.
const PASSWORD: usize = 8;
/// How many files a VNC server may have open: its library asks after each number it might use whenever a viewer
/// comes, which takes longer than viewers wait where a million are allowed, as in many containers.
const OPEN_FILES: &str = "--nofile=1024:";
/// Letters and digits that are not taken for one another; their number divides 256 well enough for no one to notice.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// How a desktop is to be shown.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// The port to be opened by the person; `None` for a free one.
    pub port: Option<u16>,
    /// As a page for a browser, too.
    pub browser: bool,
    /// Whether the person's mouse and keyboard reach it.
    pub control: bool,
}

/// Where a desktop is shown.
#[derive(Debug, Clone, Serialize, Deserialize, PartialEq, Eq)]
pub struct View {
    pub vnc_port: u16,
    pub web_port: Option<u16>,
    pub control: bool,
    /// The file with the password, which only its owner can read.
    pub password_file: PathBuf,
}

/// A desktop that cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    #[error("{what} is not installed")]
    Lacking { what: &'static str, package: &'static str },
    #[error("port {port} is taken")]
    Port { port: u16 },
    #[error("cannot listen on port {port}")]
    Listen {
        port: u16,
        #[source]
        cause: io::Error,
    },
    #[error("cannot keep the password in {path}")]
    Password {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("{program} does not answer on port {port}")]
    Silent { program: &'static str, port: u16 },
    #[error(transparent)]
    Desktop(#[from] DesktopError),
}

impl ViewError {
    /// What to do about it, where that can be said.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Lacking { package, .. } => Some(format!("apt-get install {package}")),
            Self::Port { .. } => Some("give another one with --port, or none for a free one".into()),
            Self::Listen { .. } => Some("give a port above 1023 with --port, or none for a free one".into()),
            Self::Silent { .. } => Some("`guardian desktops unwatch` and try again, or stop the desktop".into()),
            Self::Desktop(error) => error.hint(),
            Self::Password { .. } => None,
        }
    }
}

impl Started {
    /// Shows it to a person from now on, in place of how it was shown, and gives where, and the password.
    ///
    /// # Errors
    /// [`ViewError`] names the package or the port; nothing is shown then.
    pub fn show(&self, ask: Ask) -> Result<(View, String), ViewError> {
        check_installed(ask.browser)?;
        self.unshow()?;
        let first = ask.port.map_or_else(free_port, check_port)?;
        let second = if ask.browser { Some(free_port()?) } else { None };
        let (vnc_port, web_port) = second.map_or((first, None), |second| (second, Some(first)));
        let (password_file, password) = self.new_password()?;
        let view = View { vnc_port, web_port, control: ask.control, password_file };
        let shown = self.begin(&view);
        if shown.is_err() {
            // What has not come up by now must not come up later.
            let _ = self.unshow();
        }
        shown.map(|()| (view, password))
    }

    /// Lets hands go on after the person, who looks on from now on; their viewer has to connect again.
    ///
    /// # Errors
    /// [`ViewError::Desktop`] where the desktop has just ended.
    pub fn hand_back(&self) -> Result<(), ViewError> {
        if let Some(view) = self.view().filter(|view| view.control) {
            self.begin(&View { control: false, ..view })?;
        }
        Ok(self.release()?)
    }

    fn begin(&self, view: &View) -> Result<(), ViewError> {
        let programs = [Some(vnc_server(view)), view.web_port.map(|port| web_server(port, view.vnc_port))];
        self.show_by(programs.into_iter().flatten().collect())?;
        await_word("x11vnc", view.vnc_port, "", "RFB ")?;
        if let Some(port) = view.web_port {
            await_word("websockify", port, "GET /vnc.html HTTP/1.0\r\n\r\n", "HTTP/1")?;
        }
        // Without the note `desktops list` only does not tell of it.
        let _ = serde_json::to_vec(view).map(|text| fs::write(self.place().view(), text));
        Ok(())
    }

    /// Shows it no longer.
    ///
    /// # Errors
    /// [`DesktopError::Keeper`] where the desktop has just ended.
    pub fn unshow(&self) -> Result<(), DesktopError> {
        self.show_by(vec![])?;
        self.place().forget_view();
        let _ = fs::remove_file(self.password_file());
        Ok(())
    }

    /// Where it is shown now.
    pub fn view(&self) -> Option<View> {
        serde_json::from_slice(&fs::read(self.place().view()).ok()?).ok()
    }

    fn show_by(&self, programs: Vec<Vec<String>>) -> Result<(), DesktopError> {
        match self.order(&Order::Show { programs })? {
            Word::Failed { why } => Err(DesktopError::Start { why }),
            _ => Ok(()),
        }
    }

    fn password_file(&self) -> PathBuf {
        self.folder().join("password")
    }

    fn new_password(&self) -> Result<(PathBuf, String), ViewError> {
        let path = self.password_file();
        let keep = || {
            let mut noise = [0u8; PASSWORD];
            File::open("/dev/urandom")?.read_exact(&mut noise)?;
            let password: String = noise.iter().map(|b| char::from(LETTERS[usize::from(*b) % LETTERS.len()])).collect();
            // The folder is ours alone, so nobody can have put another file here.
            OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&path)?
                .write_all(password.as_bytes())?;
            Ok(password)
        };
        match keep() {
            Ok(password) => Ok((path, password)),
            Err(cause) => Err(ViewError::Password { path, cause }),
        }
    }
}

fn check_installed(browser: bool) -> Result<(), ViewError> {
    let lacks = |what, package| Err(ViewError::Lacking { what, package });
    if processes::on_path("x11vnc").is_none() {
        return lacks("x11vnc", "x11vnc");
    }
    if browser && processes::on_path("websockify").is_none() {
        return lacks("websockify", "websockify");
    }
    if browser && !Path::new(PAGE).join("vnc.html").is_file() {
        return lacks("noVNC", "novnc");
    }
    Ok(())
}

fn vnc_server(view: &View) -> Vec<String> {
    let mut argv = words(&[
        "prlimit", OPEN_FILES, "x11vnc", "-norc", "-quiet", "-forever", "-shared", "-repeat", "-no6", "-noipv6",
    ]);
    argv.extend(words(&["-localhost", "-listen", "127.0.0.1", "-rfbport", &view.vnc_port.to_string()]));
    argv.extend(words(&["-passwdfile", &view.password_file.display().to_string()]));
    if !view.control {
        argv.push("-viewonly".into());
    }
    argv
}

fn web_server(port: u16, vnc_port: u16) -> Vec<String> {
    words(&["websockify", "--web", PAGE, &format!("127.0.0.1:{port}"), &format!("127.0.0.1:{vnc_port}")])
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|w| (*w).to_owned()).collect()
}

fn free_port() -> Result<u16, ViewError> {
    let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|l| l.local_addr());
    free.map(|address| address.port()).map_err(|cause| ViewError::Listen { port: 0, cause })
}

/// `port`, if it can be listened on.
fn check_port(port: u16) -> Result<u16, ViewError> {
    match TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
        Ok(_) => Ok(port),
        Err(e) if e.kind() == io::ErrorKind::AddrInUse => Err(ViewError::Port { port }),
        Err(cause) => Err(ViewError::Listen { port, cause }),
    }
}

/// Waits until the server on `port`, asked `question`, begins its answer with `wanted`.
fn await_word(program: &'static str, port: u16, question: &str, wanted: &str) -> Result<(), ViewError> {
    let begun = Instant::now();
    while begun.elapsed() < COME_UP {
        if first_word(port, question, wanted.len()).is_ok_and(|said| said == wanted.as_bytes()) {
            return Ok(());
        }
        thread::sleep(PACE);
    }
    Err(ViewError::Silent { program, port })
}

fn first_word(port: u16, question: &str, length: usize) -> io::Result<Vec<u8>> {
    let mut line = TcpStream::connect_timeout(&SocketAddr::from((Ipv4Addr::LOCALHOST, port)), COME_UP)?;
    line.set_read_timeout(Some(Duration::from_secs(3)))?;
    line.write_all(question.as_bytes())?;
    let mut said = vec![0; length];
    line.read_exact(&mut said)?;
    Ok(said)
}
