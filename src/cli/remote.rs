//! The service, spoken to over its own API: for what only it knows.

use super::pieces::{CliError, Pieces};
use crate::guardian::Presence;
use crate::tools::http::{self, Call};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::time::Duration;

/// How long it may take to answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The service of this store.
pub struct Remote {
    url: String,
    token: String,
}

impl Remote {
    /// Finds the service.
    ///
    /// # Errors
    /// [`CliError::NoService`] where none runs.
    pub fn find(pieces: &Pieces) -> Result<Self, CliError> {
        let dir = pieces.config.store_dir().ok_or(CliError::NoHome)?;
        let store = (pieces.open_store)(&pieces.config)?;
        let presence = Presence::find(&*super::run::lock(&store))?.ok_or(CliError::NoService)?;
        let path = dir.join("owner.token");
        let token = fs::read_to_string(&path).map_err(|cause| CliError::ReadFile { path, cause })?;
        Ok(Self { url: presence.url, token: token.trim().to_owned() })
    }

    /// Where its panel is, with what lets this person in.
    pub fn panel(&self) -> String {
        format!("{}/#token={}", self.url, self.token)
    }

    /// Asks it for something; an empty answer is `Null`.
    ///
    /// # Errors
    /// [`CliError::Service`] with what it says against it.
    pub fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Value, CliError> {
        let url = format!("{}/api/v1{path}", self.url);
        let text = body.map(Value::to_string);
        let mut headers = BTreeMap::from([("authorization".to_owned(), format!("Bearer {}", self.token))]);
        headers.extend(text.iter().map(|_| ("content-type".to_owned(), "application/json".to_owned())));
        let call = Call { method, url: &url, headers: &headers, body: text.as_deref(), timeout: PATIENCE };
        let answer = http::call(&call).map_err(|e| CliError::Unreached(Box::new(e)))?;
        let value: Value = serde_json::from_str(&answer.body).unwrap_or(Value::Null);
        if (200..300).contains(&answer.status) {
            return Ok(value);
        }
        let text = |key: &str| value[key].as_str().map(str::to_owned);
        Err(CliError::Service { says: text("detail").unwrap_or(answer.body), hint: text("hint") })
    }
}
