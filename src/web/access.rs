//! Who may do what: devices with tokens, and sessions of browsers.

use crate::store::{Store, StoreError};
use argon2::password_hash::PasswordVerifier;
use argon2::{Argon2, PasswordHash};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use utoipa::ToSchema;

const DEVICES: &str = "device";
const SESSIONS: &str = "session";

/// The name of the device that this machine's own person has.
pub const OWNER: &str = "owner";

const MINUTE_MS: u64 = 60_000;
/// How long a session lasts without a request.
const IDLE_MS: u64 = 7 * 24 * 60 * MINUTE_MS;
/// How long a session lasts at most.
const LONGEST_MS: u64 = 60 * 24 * 60 * MINUTE_MS;
/// How often it is noted that a device was seen.
const SEEN_MS: u64 = MINUTE_MS;
/// How long a pairing code is good for.
pub const PAIRING_MS: u64 = 5 * MINUTE_MS;
/// How many pairing codes may wait at once.
const MOST_PAIRINGS: usize = 8;

/// What a device may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Right {
    /// See runs, their pictures and the screen.
    Watch,
    /// Ask for work.
    Ask,
    /// Answer questions.
    Approve,
    /// Cancel, pause and resume.
    Stop,
    /// Everything else: devices, templates, schedules, deleting.
    Manage,
}

impl Right {
    pub const ALL: [Self; 5] = [Self::Watch, Self::Ask, Self::Approve, Self::Stop, Self::Manage];
    /// What a phone has that is paired without a word.
    pub const OF_PHONE: [Self; 4] = [Self::Watch, Self::Ask, Self::Approve, Self::Stop];
}

/// A device that may come in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    pub id: String,
    pub name: String,
    pub may: Vec<Right>,
    /// The sha256 of its token.
    token: String,
    pub paired_ms: u64,
    pub seen_ms: Option<u64>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Session {
    device: String,
    began_ms: u64,
    expires_ms: u64,
}

/// A code that is shown and waits for the device that sends it.
#[derive(Debug, Clone)]
struct Pairing {
    name: String,
    may: Vec<Right>,
    expires_ms: u64,
}

/// Who may come in.
pub struct Access {
    /// An argon2 hash; none where there is no password.
    password: Option<String>,
    pairings: Mutex<HashMap<String, Pairing>>,
    /// Sessions by the hash of their cookie, as they stand in the store.
    sessions: Mutex<HashMap<String, Session>>,
    /// Counts what may shut somebody out who is in.
    changes: watch::Sender<u64>,
}

/// A random text of 43 letters, digits, `-` and `_`.
///
/// # Errors
/// The system's, where it has no randomness.
pub fn secret() -> Result<String, getrandom::Error> {
    use base64::Engine;
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes)?;
    Ok(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes))
}

/// What is kept of a secret: random ones need no slow hash.
fn digest(secret: &str) -> String {
    format!("{:x}", Sha256::digest(secret.as_bytes()))
}

impl Access {
    /// `password` is an argon2 hash, or empty.
    pub fn new(password: &str) -> Self {
        let password = Some(password.to_owned()).filter(|p| !p.is_empty());
        let changes = watch::Sender::new(0);
        Self { password, pairings: Mutex::default(), sessions: Mutex::default(), changes }
    }

    /// Tells when somebody who is in may be in no more: who listens for long has to look again.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Has all who listen look again whether they may.
    pub fn look_again(&self) {
        self.changes.send_modify(|count| *count += 1);
    }

    pub const fn has_password(&self) -> bool {
        self.password.is_some()
    }

    fn sessions(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn pairings(&self) -> MutexGuard<'_, HashMap<String, Pairing>> {
        self.pairings.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Gives the device `id` a new token, in place of the one that it had.
    ///
    /// # Errors
    /// Those of the store.
    pub fn admit(
        &self,
        store: &mut dyn Store,
        id: &str,
        name: &str,
        may: &[Right],
        now_ms: u64,
    ) -> Result<String, StoreError> {
        let token = secret().map_err(|e| StoreError::Write { what: "a token", cause: e.to_string().into() })?;
        let device = Device {
            id: id.to_owned(),
            name: name.to_owned(),
            may: may.to_vec(),
            token: digest(&token),
            paired_ms: now_ms,
            seen_ms: None,
        };
        keep(store, &device)?;
        Ok(token)
    }

    /// The device whose token this is.
    ///
    /// # Errors
    /// Those of the store.
    pub fn by_token(&self, store: &mut dyn Store, token: &str, now_ms: u64) -> Result<Option<Device>, StoreError> {
        let digest = digest(token);
        // What is compared are hashes: how long that takes tells nothing of the token.
        let device = devices(store)?.into_iter().find(|device| device.token == digest);
        device.map(|device| seen(store, device, now_ms)).transpose()
    }

    /// The device that the session of this cookie belongs to; a request makes it last longer.
    ///
    /// # Errors
    /// Those of the store.
    pub fn by_cookie(&self, store: &mut dyn Store, cookie: &str, now_ms: u64) -> Result<Option<Device>, StoreError> {
        let digest = digest(cookie);
        let Some(session) = self.session(store, &digest)?.filter(|s| s.expires_ms > now_ms) else { return Ok(None) };
        let expires_ms = (now_ms + IDLE_MS).min(session.began_ms + LONGEST_MS);
        if expires_ms > session.expires_ms + MINUTE_MS {
            self.keep_session(store, &digest, Session { expires_ms, ..session.clone() })?;
        }
        let device = devices(store)?.into_iter().find(|device| device.id == session.device);
        device.map(|device| seen(store, device, now_ms)).transpose()
    }

    fn session(&self, store: &mut dyn Store, digest: &str) -> Result<Option<Session>, StoreError> {
        if let Some(known) = self.sessions().get(digest) {
            return Ok(Some(known.clone()));
        }
        let kept = store.documents(SESSIONS)?.into_iter().find(|(name, _)| name == digest);
        let session: Option<Session> = kept.and_then(|(_, body)| serde_json::from_str(&body).ok());
        if let Some(session) = &session {
            self.sessions().insert(digest.to_owned(), session.clone());
        }
        Ok(session)
    }

    fn keep_session(&self, store: &mut dyn Store, digest: &str, session: Session) -> Result<(), StoreError> {
        store.put(SESSIONS, digest, &serde_json::to_string(&session).unwrap_or_default())?;
        self.sessions().insert(digest.to_owned(), session);
        Ok(())
    }

    /// Begins a session of a device and gives its cookie; those that have ended go.
    ///
    /// # Errors
    /// Those of the store.
    pub fn begin_session(&self, store: &mut dyn Store, device: &str, now_ms: u64) -> Result<String, StoreError> {
        for (name, body) in store.documents(SESSIONS)? {
            if serde_json::from_str::<Session>(&body).map_or(true, |s| s.expires_ms <= now_ms) {
                store.discard(SESSIONS, &name)?;
                self.sessions().remove(&name);
            }
        }
        let cookie = secret().map_err(|e| StoreError::Write { what: "a session", cause: e.to_string().into() })?;
        let session = Session { device: device.to_owned(), began_ms: now_ms, expires_ms: now_ms + IDLE_MS };
        self.keep_session(store, &digest(&cookie), session)?;
        Ok(cookie)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// Those of the store.
    pub fn end_session(&self, store: &mut dyn Store, cookie: &str) -> Result<(), StoreError> {
        let digest = digest(cookie);
        self.sessions().remove(&digest);
        store.discard(SESSIONS, &digest)?;
        self.look_again();
        Ok(())
    }

    /// Whether this is the password.
    pub fn is_password(&self, said: &str) -> bool {
        let Some(hash) = self.password.as_deref().and_then(|hash| PasswordHash::new(hash).ok()) else { return false };
        Argon2::default().verify_password(said.as_bytes(), &hash).is_ok()
    }

    /// Makes a code with which a device can come in once; `None` where too many wait.
    pub fn offer(&self, name: &str, may: &[Right], now_ms: u64) -> Option<(String, u64)> {
        let mut pairings = self.pairings();
        pairings.retain(|_, pairing| pairing.expires_ms > now_ms);
        let code = secret().ok().filter(|_| pairings.len() < MOST_PAIRINGS)?;
        let expires_ms = now_ms + PAIRING_MS;
        pairings.insert(code.clone(), Pairing { name: name.to_owned(), may: may.to_vec(), expires_ms });
        Some((code, expires_ms))
    }

    /// Lets the device in that sends a code; the code is used up. Gives the device's number and token.
    ///
    /// # Errors
    /// Those of the store.
    pub fn pair(
        &self,
        store: &mut dyn Store,
        code: &str,
        name: Option<&str>,
        now_ms: u64,
    ) -> Result<Option<(String, String)>, StoreError> {
        let pairing = self.pairings().remove(code).filter(|pairing| pairing.expires_ms > now_ms);
        let Some(pairing) = pairing else { return Ok(None) };
        let id = ulid::Ulid::generate().to_string().to_lowercase();
        let name = name.unwrap_or(&pairing.name);
        let token = self.admit(store, &id, name, &pairing.may, now_ms)?;
        Ok(Some((id, token)))
    }

    /// Lets a device in no more; gives whether it was known.
    ///
    /// # Errors
    /// Those of the store.
    pub fn revoke(&self, store: &mut dyn Store, id: &str) -> Result<bool, StoreError> {
        for (name, body) in store.documents(SESSIONS)? {
            if serde_json::from_str::<Session>(&body).is_ok_and(|s| s.device == id) {
                store.discard(SESSIONS, &name)?;
                self.sessions().remove(&name);
            }
        }
        let was_known = store.discard(DEVICES, id)?;
        self.look_again();
        Ok(was_known)
    }
}

/// All devices, by their number.
///
/// # Errors
/// Those of the store.
pub fn devices(store: &dyn Store) -> Result<Vec<Device>, StoreError> {
    let documents = store.documents(DEVICES)?;
    Ok(documents.into_iter().filter_map(|(_, body)| serde_json::from_str(&body).ok()).collect())
}

/// Keeps what is known of a device.
///
/// # Errors
/// Those of the store.
pub fn keep(store: &mut dyn Store, device: &Device) -> Result<(), StoreError> {
    store.put(DEVICES, &device.id, &serde_json::to_string(device).unwrap_or_default())
}

fn seen(store: &mut dyn Store, device: Device, now_ms: u64) -> Result<Device, StoreError> {
    if device.seen_ms.is_some_and(|seen| now_ms.saturating_sub(seen) < SEEN_MS) {
        return Ok(device);
    }
    let device = Device { seen_ms: Some(now_ms), ..device };
    keep(store, &device)?;
    Ok(device)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::InMemory;

    fn admitted(access: &Access, store: &mut InMemory) -> String {
        access.admit(store, "d", "phone", &Right::OF_PHONE, 1).unwrap()
    }

    #[test]
    fn a_token_lets_in_until_the_device_is_revoked() {
        let (access, mut store) = (Access::new(""), InMemory::default());
        let token = admitted(&access, &mut store);
        assert_eq!(access.by_token(&mut store, &token, 2).unwrap().map(|d| d.id), Some("d".into()));
        assert_eq!(access.by_token(&mut store, "guess", 2).unwrap(), None);
        assert!(access.revoke(&mut store, "d").unwrap());
        assert_eq!(access.by_token(&mut store, &token, 3).unwrap(), None);
    }

    #[test]
    fn a_session_ends_by_itself_when_it_is_told_and_with_its_device() {
        let (access, mut store) = (Access::new(""), InMemory::default());
        admitted(&access, &mut store);
        let cookie = access.begin_session(&mut store, "d", 0).unwrap();
        let is_in = |store: &mut InMemory, access: &Access, at| access.by_cookie(store, &cookie, at).unwrap().is_some();
        assert!(is_in(&mut store, &access, IDLE_MS - 1));
        // Each request makes it last longer, and after a restart it is still known.
        assert!(is_in(&mut store, &Access::new(""), 2 * IDLE_MS - 2));
        assert!(!is_in(&mut store, &Access::new(""), 4 * IDLE_MS));
        let cookie = access.begin_session(&mut store, "d", 0).unwrap();
        access.end_session(&mut store, &cookie).unwrap();
        assert!(access.by_cookie(&mut store, &cookie, 1).unwrap().is_none());
        let cookie = access.begin_session(&mut store, "d", 0).unwrap();
        access.revoke(&mut store, "d").unwrap();
        assert!(access.by_cookie(&mut store, &cookie, 1).unwrap().is_none());
    }

    #[test]
    fn a_session_does_not_last_for_ever() {
        let (access, mut store) = (Access::new(""), InMemory::default());
        admitted(&access, &mut store);
        let cookie = access.begin_session(&mut store, "d", 0).unwrap();
        let mut at = 0;
        while access.by_cookie(&mut store, &cookie, at).unwrap().is_some() {
            at += IDLE_MS / 2;
        }
        assert!((LONGEST_MS..=LONGEST_MS + IDLE_MS).contains(&at), "{at}");
    }

    #[test]
    fn a_code_is_good_once_and_for_a_while() {
        let (access, mut store) = (Access::new(""), InMemory::default());
        let (code, until) = access.offer("phone", &Right::OF_PHONE, 0).unwrap();
        assert!(access.pair(&mut store, &code, None, 1).unwrap().is_some());
        assert!(access.pair(&mut store, &code, None, 1).unwrap().is_none());
        let (code, _) = access.offer("phone", &Right::OF_PHONE, 0).unwrap();
        assert!(access.pair(&mut store, &code, None, until).unwrap().is_none());
        let offered = (0..20).filter(|_| access.offer("phone", &Right::OF_PHONE, 0).is_some()).count();
        assert_eq!(offered, MOST_PAIRINGS);
    }
}
