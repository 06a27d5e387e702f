//! Calls of HTTP servers.

use std::collections::BTreeMap;
use std::time::Duration;
use ureq::http::{Method, Request};

/// The largest answer that is read, in bytes.
const MOST_BODY: u64 = 4 << 20;

/// A call.
#[derive(Debug)]
pub struct Call<'a> {
    pub method: &'a str,
    pub url: &'a str,
    pub headers: &'a BTreeMap<String, String>,
    pub body: Option<&'a str>,
    pub timeout: Duration,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

/// Why there was no answer.
#[derive(Debug, thiserror::Error)]
pub enum HttpError {
    #[error("“{0}” is no method of HTTP")]
    Method(String),
    #[error("cannot call {url}")]
    Url {
        url: String,
        #[source]
        cause: ureq::http::Error,
    },
    #[error("{url} gave no answer")]
    Call {
        url: String,
        #[source]
        cause: Box<ureq::Error>,
    },
}

/// Calls a server; a status that says no is an answer, too.
///
/// # Errors
/// [`HttpError`].
pub fn call(call: &Call<'_>) -> Result<Answer, HttpError> {
    let method = Method::from_bytes(call.method.to_uppercase().as_bytes());
    let method = method.map_err(|_| HttpError::Method(call.method.to_owned()))?;
    let mut request = Request::builder().method(method).uri(call.url);
    for (name, value) in call.headers {
        request = request.header(name, value);
    }
    let request = request.body(call.body.unwrap_or_default().to_owned());
    let request = request.map_err(|cause| HttpError::Url { url: call.url.to_owned(), cause })?;
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(call.timeout))
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .build()
        .into();
    let failed = |cause| HttpError::Call { url: call.url.to_owned(), cause: Box::new(cause) };
    let mut response = agent.run(request).map_err(failed)?;
    let text = |value: &ureq::http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect();
    let status = response.status().as_u16();
    let body = response.body_mut().with_config().limit(MOST_BODY).lossy_utf8(true).read_to_string();
    Ok(Answer { status, headers, body: body.map_err(failed)? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::thread;

    #[test]
    fn a_refusal_is_an_answer() {
        let server = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/x", server.local_addr().unwrap());
        let asked = thread::spawn(move || {
            let (mut stream, _) = server.accept().unwrap();
            let mut bytes = [0; 4096];
            let count = stream.read(&mut bytes).unwrap();
            stream.write_all(b"HTTP/1.1 404 No\r\nX-Why: gone\r\nContent-Length: 2\r\n\r\nno").unwrap();
            String::from_utf8_lossy(&bytes[..count]).into_owned()
        });
        let headers = BTreeMap::from([("x-who".to_owned(), "Ada".to_owned())]);
        let timeout = Duration::from_secs(20);
        let answer = call(&Call { method: "post", url: &url, headers: &headers, body: Some("{}"), timeout }).unwrap();
        assert_eq!((answer.status, answer.body.as_str(), answer.headers["x-why"].as_str()), (404, "no", "gone"));
        let asked = asked.join().unwrap().to_lowercase();
        assert!(asked.starts_with("post /x") && asked.contains("x-who: ada"), "{asked}");
    }

    #[test]
    fn a_server_that_is_not_there_is_an_error() {
        let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let url = format!("http://{free}/");
        let headers = BTreeMap::new();
        let timeout = Duration::from_secs(20);
        let error = call(&Call { method: "GET", url: &url, headers: &headers, body: None, timeout }).unwrap_err();
        assert!(error.to_string().contains(&url));
    }
}
