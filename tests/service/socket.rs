//! What goes over one connection in both ways.

use super::house::House;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use tungstenite::client::IntoClientRequest;
use tungstenite::protocol::frame::coding::CloseCode;
use tungstenite::{Error, Message, WebSocket};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);

/// A connection with these headers; the status of the answer where it is refused.
fn connect(house: &House, query: &str, headers: &[(&'static str, String)]) -> Result<WebSocket<TcpStream>, u16> {
    let address = format!("ws://{}/api/v1/socket{query}", house.address);
    let mut request = address.into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let stream = TcpStream::connect(&house.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    match tungstenite::client(request, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::HandshakeError::Failure(Error::Http(answer))) => Err(answer.status().as_u16()),
        Err(error) => panic!("{error}"),
    }
}

fn bearer(token: &str) -> [(&'static str, String); 1] {
    [("authorization", format!("Bearer {token}"))]
}

/// The next message for which `wanted` holds.
fn next(socket: &mut WebSocket<TcpStream>, wanted: impl Fn(&Value) -> bool) -> Value {
    let (until, mut heard) = (Instant::now() + PATIENCE, Vec::new());
    while Instant::now() < until {
        if let Message::Text(text) = socket.read().unwrap() {
            let said: Value = serde_json::from_str(&text).unwrap();
            if wanted(&said) {
                return said;
            }
            heard.push(said);
        }
    }
    panic!("not heard among {heard:#?}")
}

/// Says something, and what became of it.
fn tell(socket: &mut WebSocket<TcpStream>, said: &Value) -> Value {
    socket.send(Message::Text(said.to_string().into())).unwrap();
    next(socket, |reply| reply["n"] == said["n"] && reply.get("n").is_some())
}

const ASKING: &str = "name = \"asking\"\ntitle = \"Asking\"\n[[steps]]\nid = \"a\"\nkind = \"ask\"\n\
    question = \"Go on?\"\noptions = [\"yes\", \"no\"]\n[[steps]]\nid = \"b\"\nkind = \"shell\"\nrun = \"echo went on\"\n";

#[test]
fn runs_are_asked_for_watched_answered_and_stopped_over_one_connection() {
    let house = House::new();
    let mut socket = connect(&house, "?logs=1", &bearer(&house.token)).unwrap();
    let private = json!({ "private": { "width": 800, "height": 600 } });
    let order = json!({ "text": "wait 60 seconds", "desktop": private });
    let asked = tell(&mut socket, &json!({ "n": 1, "do": "ask", "order": order }));
    assert_eq!(asked["type"], "done", "{asked}");
    let run = asked["summary"]["run"].clone();
    next(&mut socket, |m| m["type"] == "event" && m["data"]["run"] == run && m["data"]["event"] == "task_started");
    let told = tell(&mut socket, &json!({ "n": 2, "do": "cancel", "run": run }));
    assert_eq!(told["type"], "done", "{told}");
    let over = next(&mut socket, |m| m["data"]["run"] == run && m["data"]["event"] == "finished");
    assert_eq!(over["data"]["state"], "cancelled", "{over}");

    house.ask("PUT", "/api/v1/templates/asking", Some(&json!({ "source": ASKING })));
    let run = house.post("/templates/asking/run", &json!({}))["run"].clone();
    let question = next(&mut socket, |m| m["data"]["run"] == run && m["data"]["event"] == "question");
    let mut answer = json!({ "n": 3, "do": "answer", "run": run, "question": 99, "answer": "yes" });
    assert_eq!(tell(&mut socket, &answer)["problem"]["status"], 409);
    answer["n"] = json!(4);
    answer["question"] = question["data"]["seq"].clone();
    assert_eq!(tell(&mut socket, &answer)["type"], "done");
    // Lines and events come in their own order each, and together as they were written.
    let of_end = |m: &Value| m["data"]["run"] == run && m["data"]["event"] == "finished";
    let mut last = BTreeMap::new();
    while last.len() < 2 {
        let said = next(&mut socket, |m| m["type"] == "log" || of_end(m));
        last.insert(said["type"].to_string(), said);
    }
    let (over, lines) = (last["\"event\""].clone(), &last["\"log\""]["data"]["lines"]);
    assert_eq!((&over["data"]["state"], &lines[0]["text"]), (&json!("passed"), &json!("went on")));

    // Whoever comes back is told what was missed.
    let last = over["id"].as_str().unwrap();
    let (event, line) = last.split_once('.').unwrap();
    let before = event.parse::<u64>().unwrap() - 1;
    let query = format!("?run={}&after={before}.{line}", run.as_str().unwrap());
    let mut again = connect(&house, &query, &bearer(&house.token)).unwrap();
    assert_eq!(next(&mut again, |m| m["type"] == "event")["id"], over["id"]);
}

#[test]
fn what_makes_no_sense_or_is_not_allowed_is_refused_and_the_connection_goes_on() {
    let house = House::new();
    let mut socket = connect(&house, "", &bearer(&house.token)).unwrap();
    for (text, status, number) in [
        ("{", 400, Value::Null),
        ("[1]", 400, Value::Null),
        (r#"{"do":"cancel","run":"x"}"#, 422, Value::Null),
        (r#"{"n":1,"do":"explode"}"#, 422, json!(1)),
        (r#"{"n":2,"do":"cancel","run":"../etc"}"#, 404, json!(2)),
        (r#"{"n":3,"do":"ask","order":{"text":"  "}}"#, 422, json!(3)),
        (r#"{"n":4,"do":"ask","order":{"text":"a","policy":"allow"}}"#, 422, json!(4)),
    ] {
        socket.send(Message::Text(text.into())).unwrap();
        let said = next(&mut socket, |m| m["type"] == "problem");
        assert_eq!((&said["problem"]["status"], &said["n"]), (&json!(status), &number), "{text}: {said}");
    }
    socket.send(Message::Binary(vec![0; 10].into())).unwrap();
    assert_eq!(next(&mut socket, |m| m["type"] == "problem")["problem"]["status"], 422);
    // Too much at once ends the connection, and nothing else.
    let huge = format!(r#"{{"n":5,"do":"ask","order":{{"text":"{}"}}}}"#, "a".repeat(200_000));
    let _ = socket.send(Message::Text(huge.into()));
    let ended = (0..100).find_map(|_| socket.read().err());
    assert!(ended.is_some());
    assert_eq!(house.get("/health")["status"], "ok");

    let refused = |query: &str, headers: &[(&'static str, String)]| connect(&house, query, headers).err();
    let token = bearer(&house.token);
    assert_eq!(refused("", &[]), Some(401));
    assert_eq!(refused("", &bearer("guess")), Some(401));
    assert_eq!(refused("?run=nope", &token), Some(404));
    assert_eq!(refused("?after=x", &token), Some(422));
    let [token] = token;
    assert_eq!(refused("", &[token.clone(), ("origin", "https://evil.example".into())]), Some(403));
    assert_eq!(refused("", &[token, ("origin", "null".into())]), Some(403));
    let plain = house.ask("GET", "/api/v1/socket", None);
    assert_eq!(plain.status, 400, "{}", plain.body);
}

#[test]
fn a_phone_may_do_what_it_was_given_and_is_shut_out_at_once() {
    let house = House::new();
    let offered = house.post("/pairings", &json!({ "name": "phone", "may": ["watch"] }));
    let entered = house.ask_as(
        "X-Guardian: 1\r\n",
        "POST",
        "/api/v1/session",
        Some(&json!({ "code": offered["code"], "name": "phone" })),
    );
    assert_eq!(entered.status, 204, "{}", entered.body);
    let cookie = entered.head.lines().find_map(|l| l.split_once("et-cookie: ")).unwrap().1.split(';').next().unwrap();
    let mut phone = connect(&house, "", &[("cookie", cookie.to_owned())]).unwrap();
    let asked = tell(&mut phone, &json!({ "n": 1, "do": "ask", "order": { "text": "wait 1 second" } }));
    assert_eq!(asked["problem"]["status"], 403, "{asked}");
    let devices = house.get("/devices");
    let of_phone = devices["devices"].as_array().unwrap().iter().find(|d| d["name"] == "phone").unwrap();
    let id = of_phone["id"].as_str().unwrap();
    assert_eq!(house.ask("DELETE", &format!("/api/v1/devices/{id}"), None).status, 204);
    let end = std::iter::repeat_with(|| phone.read()).find_map(|said| match said {
        Ok(Message::Close(frame)) => Some(frame.map(|frame| frame.code)),
        Ok(_) => None,
        Err(error) => panic!("{error}"),
    });
    assert_eq!(end, Some(Some(CloseCode::Policy)));
}
