/// A process that drives runs: its number and when it started, because numbers come again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub pid: u32,
    /// In clock ticks since the machine started.
    pub started: u64,
    /// The machine's current start, so that a restart ends all claims.
    pub boot: String,
}

impl std::fmt::Display for Holder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "process {}", self.pid)
    }
}

impl Holder {
    /// This process.
    pub fn this() -> Self {
        let pid = std::process::id();
        Self { pid, started: start_of(pid).unwrap_or_default(), boot: boot() }
    }

    /// Whether the process still runs.
    pub fn is_alive(&self) -> bool {
        self.is_of_this_boot() && start_of(self.pid) == Some(self.started)
    }

    /// Whether it belongs to the machine's current start: only then its times can be compared.
    pub fn is_of_this_boot(&self) -> bool {
        self.boot == boot()
    }

    pub(super) fn to_row(&self) -> String {
        format!("{} {} {}", self.pid, self.started, self.boot)
    }

    pub(super) fn from_row(row: &str) -> Option<Self> {
        let mut parts = row.splitn(3, ' ');
        let pid = parts.next()?.parse().ok()?;
        let started = parts.next()?.parse().ok()?;
        Some(Self { pid, started, boot: parts.next()?.to_owned() })
    }
}

fn boot() -> String {
    std::fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

fn start_of(pid: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let mut fields = text.rsplit_once(')')?.1.split_whitespace();
    if fields.next()? == "Z" {
        return None;
    }
    fields.nth(18)?.parse().ok()
}
