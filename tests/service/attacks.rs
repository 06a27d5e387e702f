//! What the service must not fall for, each refused.

use super::house::{Answer, House};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

struct Attack {
    name: &'static str,
    method: &'static str,
    path: &'static str,
    headers: String,
    body: String,
    status: u16,
}

fn attacks(house: &House) -> Vec<Attack> {
    let token = format!("Authorization: Bearer {}\r\n", house.token);
    let json_type = "Content-Type: application/json\r\n";
    let ask = r#"{"text":"wait 1 second"}"#;
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let mut all = Vec::new();
    let mut add = |name, method, path, headers: String, body: &str, status| {
        all.push(Attack { name, method, path, headers, body: body.to_owned(), status });
    };
    let run = "/api/v1/runs";
    add("no token", "GET", run, String::new(), "", 401);
    add("no token to write", "POST", run, json_type.into(), ask, 401);
    add("an empty token", "GET", run, "Authorization: Bearer \r\n".into(), "", 401);
    add("a guessed token", "GET", run, "Authorization: Bearer aaaa\r\n".into(), "", 401);
    add("the token as a password", "GET", run, format!("Authorization: Basic {}\r\n", house.token), "", 401);
    add("the token in the address", "GET", "/api/v1/runs?token=TOKEN", String::new(), "", 401);
    add("a guessed session", "GET", run, "Cookie: guardian_session=aaaa\r\n".into(), "", 401);
    add("a session with a line in it", "GET", run, "Cookie: guardian_session=%0d%0aX: y\r\n".into(), "", 401);
    add("another host", "GET", "/api/v1/health", "Host: evil.example\r\n".into(), "", 403);
    add("another host for the panel", "GET", "/", "Host: evil.example\r\n".into(), "", 403);
    add("this host's name within another", "GET", run, format!("{token}Host: 127.0.0.1.evil.example\r\n"), "", 403);
    add("another origin", "POST", run, format!("{token}{json_type}Origin: https://evil.example\r\n"), ask, 403);
    add("no origin of note", "POST", run, format!("{token}{json_type}Origin: null\r\n"), ask, 403);
    add("another site", "GET", run, format!("{token}Sec-Fetch-Site: cross-site\r\n"), "", 403);
    add(
        "another origin to listen",
        "GET",
        "/api/v1/stream",
        format!("{token}Origin: http://evil.example\r\n"),
        "",
        403,
    );
    add("a session without the header", "DELETE", "/api/v1/memory/lines", session(house), "", 403);
    add("a form of another page", "POST", run, format!("{token}Content-Type: text/plain\r\n"), ask, 415);
    add("a form", "POST", run, format!("{token}Content-Type: application/x-www-form-urlencoded\r\n"), "text=x", 415);
    add("broken JSON", "POST", run, format!("{token}{json_type}"), "{\"text\":", 400);
    add("JSON that never ends", "POST", run, format!("{token}{json_type}"), &deep, 422);
    add("other types", "POST", run, format!("{token}{json_type}"), "{\"text\":7}", 422);
    add("unknown keys", "POST", run, format!("{token}{json_type}"), r#"{"text":"wait 1 s","policy":"allow"}"#, 422);
    add("an empty request", "POST", run, format!("{token}{json_type}"), r#"{"text":"  "}"#, 422);
    add(
        "a request with control characters",
        "POST",
        run,
        format!("{token}{json_type}"),
        "{\"text\":\"a\\u0007b\"}",
        422,
    );
    let long = json!({ "text": "a".repeat(5_000) }).to_string();
    add("an enormous request", "POST", run, format!("{token}{json_type}"), &long, 422);
    let huge = json!({ "text": "a".repeat(2_000_000) }).to_string();
    add("an enormous body", "POST", run, format!("{token}{json_type}"), &huge, 413);
    let size = r#"{"text":"wait 1 s","desktop":{"private":{"width":99999,"height":99999}}}"#;
    add("an enormous desktop", "POST", run, format!("{token}{json_type}"), size, 422);
    add("a lane with a path", "POST", run, format!("{token}{json_type}"), r#"{"text":"x","lane":"../a"}"#, 422);
    add(
        "attempts without end",
        "POST",
        run,
        format!("{token}{json_type}"),
        r#"{"text":"x","attempts":4000000000}"#,
        422,
    );
    add("a run that is a path", "GET", "/api/v1/runs/..%2f..%2fetc%2fpasswd", token.clone(), "", 404);
    add("a run that is SQL", "GET", "/api/v1/runs/'%20OR%201=1%20--", token.clone(), "", 404);
    add("a blob that is a path", "GET", "/api/v1/blobs/..%2fguardian.db", token.clone(), "", 404);
    add("a blob that is a whole path", "GET", "/api/v1/blobs/%2fetc%2fpasswd", token.clone(), "", 404);
    add("the store as a file of the panel", "GET", "/../store/guardian.db", token.clone(), "", 404);
    add("the store as an encoded file", "GET", "/assets/..%2f..%2fguardian.db", token.clone(), "", 404);
    add("a search that is a pattern of all", "GET", "/api/v1/runs?limit=4000000000", token.clone(), "", 422);
    add("a state that is none", "GET", "/api/v1/runs?state=all", token.clone(), "", 422);
    add("a route that is none", "GET", "/api/v1/shell", token.clone(), "", 404);
    add("a method that is none", "TRACE", run, token.clone(), "", 405);
    add("a template of the program", "DELETE", "/api/v1/templates/deploy", token.clone(), "", 409);
    let other =
        json!({ "source": "name = \"b\"\ntitle = \"B\"\n[[steps]]\nid = \"x\"\nkind = \"shell\"\nrun = \"true\"" });
    add(
        "a template under another name",
        "PUT",
        "/api/v1/templates/a",
        format!("{token}{json_type}"),
        &other.to_string(),
        422,
    );
    add("a call that is not signed", "POST", "/api/v1/hooks/none", json_type.into(), "{}", 401);
    add("this machine's own person shut out", "DELETE", "/api/v1/devices/owner", token.clone(), "", 409);
    add(
        "a device with other rights",
        "POST",
        "/api/v1/pairings",
        format!("{token}{json_type}"),
        r#"{"name":"x","may":["root"]}"#,
        422,
    );
    add(
        "a code that is none",
        "POST",
        "/api/v1/session",
        format!("{json_type}X-Guardian: 1\r\n"),
        r#"{"code":"x"}"#,
        401,
    );
    add("an empty session", "POST", "/api/v1/session", format!("{json_type}X-Guardian: 1\r\n"), "{}", 401);
    add("a session from another page", "POST", "/api/v1/session", json_type.into(), r#"{"token":"x"}"#, 403);
    all
}

/// The header of a session of this machine's own person.
fn session(house: &House) -> String {
    let headers = "X-Guardian: 1\r\n";
    let entered = house.ask_as(headers, "POST", "/api/v1/session", Some(&json!({ "token": house.token })));
    assert_eq!(entered.status, 204, "{}", entered.body);
    let cookie = entered.head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        (name.eq_ignore_ascii_case("set-cookie")).then(|| value.split(';').next().unwrap_or_default().to_owned())
    });
    format!("Cookie: {}\r\n", cookie.unwrap())
}

fn send(house: &House, attack: &Attack) -> Answer {
    let host = if attack.headers.contains("Host:") { String::new() } else { format!("Host: {}\r\n", house.address) };
    let path = attack.path.replace("TOKEN", &house.token);
    let head = format!(
        "{} {path} HTTP/1.1\r\n{host}{}Connection: close\r\nContent-Length: {}\r\n\r\n",
        attack.method,
        attack.headers,
        attack.body.len()
    );
    house.raw(format!("{head}{}", attack.body).as_bytes())
}

#[test]
fn every_attack_is_refused_and_the_service_lives() {
    let house = House::new();
    let all = attacks(&house);
    assert!(all.len() >= 30);
    let mut wrong = Vec::new();
    for attack in &all {
        let answer = send(&house, attack);
        if answer.status != attack.status {
            wrong.push(format!("{}: {} in place of {}: {}", attack.name, answer.status, attack.status, answer.body));
        }
        let kinds: Vec<String> = answer
            .head
            .lines()
            .filter(|l| l.to_lowercase().starts_with("content-type:"))
            .map(str::to_lowercase)
            .collect();
        let is_problem = kinds == ["content-type: application/problem+json"];
        let told: Value = serde_json::from_str(&answer.body).unwrap_or_default();
        if answer.status >= 400 && (!is_problem || told["status"] != answer.status) {
            wrong.push(format!("{}: no problem was told: {} {}", attack.name, answer.head, answer.body));
        }
        if answer.body.contains(&house.token) || answer.body.contains("SQLITE") {
            wrong.push(format!("{}: it told too much: {}", attack.name, answer.body));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(house.get("/runs")["runs"], json!([]), "nothing was begun");
    assert_eq!(house.get("/health")["status"], "ok");
}

#[test]
fn who_tries_too_often_waits() {
    let house = House::with(&[("GUARDIAN_SERVE__REQUESTS_PER_SECOND", "20")]);
    let tries: Vec<u16> = (0..14)
        .map(|n| {
            let guess = json!({ "password": format!("guess {n}") });
            house.ask_as("X-Guardian: 1\r\n", "POST", "/api/v1/session", Some(&guess)).status
        })
        .collect();
    assert!(tries[..8].iter().all(|s| *s == 401) && tries.last() == Some(&429), "{tries:?}");
    let many: Vec<u16> = (0..80).map(|_| house.ask("GET", "/api/v1/health", None).status).collect();
    assert!(many.contains(&429) && many.contains(&200), "{many:?}");
}

#[test]
fn who_says_nothing_reads_nothing_or_opens_too_much_harms_nobody() {
    let house = House::with(&[("GUARDIAN_SERVE__STREAMS_PER_ADDRESS", "4")]);
    let open = || {
        let mut stream = TcpStream::connect(&house.address).unwrap();
        let head = format!(
            "GET /api/v1/stream?logs=1 HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
            house.address, house.token
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut bytes = [0; 12];
        stream.read_exact(&mut bytes).unwrap();
        (String::from_utf8_lossy(&bytes[9..]).into_owned(), stream)
    };
    let opened: Vec<(String, TcpStream)> = (0..6).map(|_| open()).collect();
    let statuses: Vec<&str> = opened.iter().map(|(status, _)| status.as_str()).collect();
    assert_eq!(statuses, ["200", "200", "200", "200", "429", "429"]);
    // These have begun to say something, and never go on.
    let slow: Vec<TcpStream> = (0..50)
        .map(|_| {
            let mut stream = TcpStream::connect(&house.address).unwrap();
            stream.write_all(b"GET /api/v1/runs HTTP/1.1\r\nHost:").unwrap();
            stream
        })
        .collect();
    let began = Instant::now();
    assert_eq!(house.get("/health")["status"], "ok");
    assert!(began.elapsed() < Duration::from_secs(5));
    let mut first = slow.into_iter().next().unwrap();
    first.set_read_timeout(Some(Duration::from_secs(40))).unwrap();
    let mut rest = Vec::new();
    // It is hung up on: an answer or none, but an end.
    assert!(first.read_to_end(&mut rest).is_ok() || first.take_error().unwrap().is_none());
}
