//! The service on the real thing: requests over HTTP, workers, real (virtual) desktops, and all that can go wrong.

mod attacks;
mod house;
mod panel;
mod prompt;
mod secrets;
mod socket;
mod trouble;

use house::{House, guardian, serve};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

const OVER: [&str; 7] = ["passed", "failed", "unstartable", "asking", "refused", "cancelled", "interrupted"];

fn kinds(house: &House, run: &str) -> Vec<String> {
    let events = house.get(&format!("/runs/{run}/events"));
    events["events"].as_array().unwrap().iter().map(|e| e["event"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_request_is_done_watched_and_looked_back_at() {
    let house = House::new();
    let stream = TcpStream::connect(&house.address).unwrap();
    let mut from = BufReader::new(stream.try_clone().unwrap());
    let head = format!(
        "GET /api/v1/stream HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\r\n",
        house.address, house.token
    );
    (&stream).write_all(head.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(90))).unwrap();
    let run = house.run("open the calculator and compute 12 * 7");
    let summary = house.until(&run, &OVER);
    assert_eq!((&summary["state"], &summary["answer"]), (&json!("passed"), &json!("84")), "{summary}");
    assert_eq!((&summary["tasks"], &summary["tasks_passed"]), (&json!(2), &json!(2)));

    let (mut heard, mut line) = (Vec::new(), String::new());
    while heard.last().is_none_or(|kind| kind != "finished") {
        line.clear();
        assert!(from.read_line(&mut line).unwrap() > 0, "the stream ended");
        let event: Value = serde_json::from_str(line.trim_start_matches("data: ")).unwrap_or_default();
        heard.extend(event["event"].as_str().map(str::to_owned));
    }
    assert_eq!(heard, kinds(&house, &run));

    let artifacts = house.get(&format!("/runs/{run}/artifacts"));
    let blob = artifacts["artifacts"][0]["blob"].as_str().unwrap().to_owned();
    let picture = house.ask("GET", &format!("/api/v1/blobs/{blob}"), None);
    assert!(picture.head.to_lowercase().contains("content-type: image/png"), "{}", picture.head);
    assert!(picture.head.to_lowercase().contains("sandbox"), "{}", picture.head);
    let metrics = house.ask("GET", "/api/v1/metrics", None).body;
    assert!(metrics.contains("guardian_runs 1\n"), "{metrics}");
    assert_eq!(house.get("/memory")["requests"][0]["passed"], 1);

    let again = house.post(&format!("/runs/{run}/retry"), &json!({ "from_task": 2 }));
    assert_ne!(again["run"], json!(run));
    house.post(&format!("/runs/{}/cancel", again["run"].as_str().unwrap()), &json!({}));
    let deleted = house.ask("DELETE", &format!("/api/v1/runs/{run}"), None);
    assert_eq!(deleted.status, 204);
    assert_eq!(house.ask("GET", &format!("/api/v1/runs/{run}"), None).status, 404);
}

#[test]
fn a_run_is_paused_goes_on_and_is_cancelled_with_its_screen_in_sight() {
    let house = House::new();
    let run = house.run("wait 1 second, then wait 60 seconds");
    house.until(&run, &["running"]);
    let until = Instant::now() + Duration::from_secs(30);
    while house.ask("GET", &format!("/api/v1/runs/{run}/screen"), None).status != 200 {
        assert!(Instant::now() < until, "its screen is not to be seen");
        std::thread::sleep(Duration::from_millis(50));
    }
    house.post(&format!("/runs/{run}/cancel"), &json!({}));
    let summary = house.until(&run, &OVER);
    assert_eq!(summary["state"], "cancelled");
    assert!(summary["reason"].as_str().unwrap().contains("this machine"), "{summary}");
    // A run that waits is paused, goes on and is cancelled at once.
    let later = house.post("/runs", &json!({ "text": "wait 1 second", "not_before_ms": 99_999_999_999_999_u64 }));
    let later = later["run"].as_str().unwrap();
    for (signal, state) in [("pause", "paused"), ("resume", "queued"), ("cancel", "cancelled")] {
        assert_eq!(house.post(&format!("/runs/{later}/{signal}"), &json!({}))["state"], state);
    }
    let again = house.ask("POST", &format!("/api/v1/runs/{later}/cancel"), Some(&json!({})));
    assert_eq!(again.status, 409, "{}", again.body);
}

#[test]
fn a_question_waits_for_its_answer() {
    let house = House::new();
    let file = house.dir.path().join("notes.txt");
    fs::write(&file, "old").unwrap();
    let run = house.run(&format!("open the text editor, type \"new\" and save it as {}", file.display()));
    let summary = house.until(&run, &["waiting", "failed", "asking"]);
    assert_eq!(summary["state"], "waiting", "{summary}");
    let question = summary["question"]["id"].as_u64().unwrap();
    let wrong = json!({ "question": question + 1, "answer": "yes" });
    assert_eq!(house.ask("POST", &format!("/api/v1/runs/{run}/answer"), Some(&wrong)).status, 409);
    house.post(&format!("/runs/{run}/answer"), &json!({ "question": question, "answer": "no" }));
    assert_eq!(house.until(&run, &OVER)["state"], "refused");
    assert_eq!(fs::read_to_string(&file).unwrap(), "old");
}

#[test]
fn what_is_under_way_survives_the_end_of_the_service() {
    let mut house = House::new();
    let dir = house.dir.path().to_owned();
    let template = format!(
        "name = \"three\"\ntitle = \"Three\"\nrepeatable = true\nattempts = 5\n\
         [[steps]]\nid = \"a\"\nkind = \"shell\"\nrun = \"echo a >> {0}/marks\"\n\
         [[steps]]\nid = \"b\"\nkind = \"shell\"\nrun = \"echo b >> {0}/marks; sleep 2\"\n\
         [[steps]]\nid = \"c\"\nkind = \"shell\"\nrun = \"echo c >> {0}/marks; echo end\"\n",
        dir.display()
    );
    let kept = house.ask("PUT", "/api/v1/templates/three", Some(&json!({ "source": template })));
    assert_eq!(kept.status, 200, "{}", kept.body);
    let marks = || fs::read_to_string(dir.join("marks")).unwrap_or_default();
    for (how, expected) in [("kindly", "a\nb\nc\n"), ("killed", "a\nb\nc\n"), ("its worker", "a\nb\nb\nc\n")] {
        let _ = fs::remove_file(dir.join("marks"));
        let run = house.post("/templates/three/run", &json!({}))["run"].as_str().unwrap().to_owned();
        let until = Instant::now() + Duration::from_secs(30);
        while !marks().contains('b') {
            assert!(Instant::now() < until, "the second step did not begin");
            std::thread::sleep(Duration::from_millis(20));
        }
        match how {
            "its worker" => {
                let board = house.get("/board");
                let workers = board["workers"].as_array().unwrap();
                let busy = workers.iter().find(|w| w["run"] == json!(run)).unwrap()["pid"].as_i64().unwrap();
                let pid = rustix::process::Pid::from_raw(busy as i32).unwrap();
                rustix::process::kill_process(pid, rustix::process::Signal::KILL).unwrap();
            }
            how => house.restart(how == "kindly"),
        }
        let summary = house.until(&run, &OVER);
        assert_eq!((&summary["state"], &summary["answer"]), (&json!("passed"), &json!("end")), "{summary}");
        // A worker that its service leaves ends the step that it is at; where it is killed itself, that step is done again.
        // Those before it never are.
        assert_eq!(marks(), expected, "{how}");
    }
}

#[test]
fn a_second_service_and_a_port_that_is_taken_are_refused() {
    let house = House::new();
    let said = serve(house.dir.path(), &[]).unwrap_err();
    assert!(said.starts_with("Some(2)") && said.contains("a service works on this store already"), "{said}");
    assert!(said.contains(&house.address), "{said}");
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let other = tempfile::tempdir().unwrap();
    let listen = taken.local_addr().unwrap().to_string();
    let output = guardian(other.path()).args(["serve", "--listen", &listen]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains(&listen) && said.contains("hint:"), "{said}");
    let output = guardian(other.path()).args(["serve", "--listen", "0.0.0.0:0"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(2) && said.contains("TLS"), "{said}");
}

#[test]
fn the_same_key_is_the_same_run_and_lanes_can_be_held() {
    let house = House::new();
    let ask = || {
        let headers = format!("Authorization: Bearer {}\r\nIdempotency-Key: k1\r\n", house.token);
        let body = json!({ "text": "wait 1 second", "lane": "held" });
        house.ask_as(&headers, "POST", "/api/v1/runs", Some(&body))
    };
    house.post("/lanes/held/pause", &json!({}));
    let (first, second) = (ask(), ask());
    assert_eq!((first.status, second.status), (201, 200));
    assert_eq!(first.json()["run"], second.json()["run"]);
    // What was asked later in another lane is over: the workers have looked for work since.
    let later = house.post("/runs", &json!({ "text": "wait 1 second", "lane": "other lane", "desktop": { "private": { "width": 800, "height": 600 } } }));
    house.until(later["run"].as_str().unwrap(), &OVER);
    let board = house.get("/board");
    let lane = board["lanes"].as_array().unwrap().iter().find(|l| l["lane"] == "held").unwrap().clone();
    assert_eq!((&lane["queued"], &lane["running"], &lane["is_paused"]), (&json!(1), &json!(0), &json!(true)));
    let run = first.json()["run"].as_str().unwrap().to_owned();
    house.post(&format!("/runs/{run}/cancel"), &json!({}));
}

#[test]
fn templates_run_with_their_parameters_loops_and_conditions() {
    let house = House::new();
    let template = r#"
        name = "greet-all"
        title = "Greet all"
        [parameters]
        type = "object"
        required = ["names"]
        [parameters.properties.names]
        type = "array"
        items = { type = "string" }
        [[steps]]
        id = "greet"
        kind = "shell"
        each = "params.names"
        run = "echo hello {{ item | quote }}; echo warning >&2"
        [[steps]]
        id = "many"
        kind = "shell"
        when = "params.names | length > 2"
        run = "echo many"
        [[steps]]
        id = "after_many"
        kind = "shell"
        needs = ["many"]
        run = "echo after"
        [[steps]]
        id = "count"
        kind = "shell"
        needs = ["greet"]
        until = "steps.count.out == '3'"
        most = 5
        pause_ms = 10
        artifacts = ["turns"]
        cwd = "DIR"
        run = "echo x >> turns; wc -l < turns"
        [[steps]]
        id = "sure"
        kind = "ask"
        needs = ["count"]
        question = "All {{ params.names | length }} greeted?"
        options = ["yes", "no"]
        [[steps]]
        id = "say"
        kind = "shell"
        run = "echo {{ steps.greet[1].out | quote }} {{ steps.sure.answer | quote }}"
    "#
    .replace("DIR", &house.dir.path().display().to_string());
    house.ask("PUT", "/api/v1/templates/greet-all", Some(&json!({ "source": template })));
    let bad = json!({ "parameters": { "names": "Ada" } });
    let bad = house.ask("POST", "/api/v1/templates/greet-all/run", Some(&bad));
    assert!(bad.status == 422 && bad.body.contains("names"), "{} {}", bad.status, bad.body);
    let new = json!({ "parameters": { "names": ["Ada", "O'Hara"] } });
    let run = house.post("/templates/greet-all/run", &new)["run"].as_str().unwrap().to_owned();
    let summary = house.until(&run, &["waiting", "failed"]);
    assert_eq!(summary["question"]["question"], "All 2 greeted?", "{summary}");
    let question = summary["question"]["id"].as_u64().unwrap();
    house.post(&format!("/runs/{run}/answer"), &json!({ "question": question, "answer": "yes" }));
    let summary = house.until(&run, &OVER);
    assert_eq!((&summary["state"], &summary["answer"]), (&json!("passed"), &json!("hello O'Hara yes")), "{summary}");
    let report = house.get(&format!("/runs/{run}"))["report"].clone();
    let states: Vec<&str> = report["tasks"].as_array().unwrap().iter().map(|t| t["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["passed", "skipped", "skipped", "passed", "passed", "passed"]);
    let logs = house.get(&format!("/runs/{run}/logs?q=ada"));
    assert_eq!(logs["lines"][0]["text"], "hello Ada");
    assert_eq!(house.get(&format!("/runs/{run}/logs?level=warn"))["lines"].as_array().unwrap().len(), 2);
    let export = house.ask("GET", &format!("/api/v1/runs/{run}/logs/export"), None).body;
    assert!(export.contains("shell hello O'Hara"), "{export}");
    let artifacts = house.get(&format!("/runs/{run}/artifacts"));
    assert!(artifacts["artifacts"].as_array().unwrap().iter().any(|a| a["name"] == "turns"), "{artifacts}");
}

#[test]
fn a_deployment_that_does_not_answer_is_taken_back() {
    let house = House::new();
    // It answers, but that it is not well.
    let sick = TcpListener::bind("127.0.0.1:0").unwrap();
    let health = format!("http://{}/", sick.local_addr().unwrap());
    std::thread::spawn(move || {
        for mut stream in sick.incoming().flatten() {
            let mut bytes = [0; 1024];
            let _ = stream.read(&mut bytes);
            let _ = stream.write_all(b"HTTP/1.1 503 Sick\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    let source = house.get("/templates/deploy")["source"].as_str().unwrap().to_owned();
    let quick = source.replace("name = \"deploy\"", "name = \"my-deploy\"").replace("attempts = 20", "attempts = 2");
    house.ask("PUT", "/api/v1/templates/my-deploy", Some(&json!({ "source": quick })));
    let marks = house.dir.path().join("marks");
    let folder = house.dir.path().display().to_string();
    let mark = |word: &str| format!("echo {word} >> {}", marks.display());
    let deployed = |answer: &str| {
        let _ = fs::remove_file(&marks);
        let parameters = json!({ "folder": folder, "check": mark("check"), "deploy": mark("deploy"), "undo": mark("undo"), "health": health });
        let run = house.post("/templates/my-deploy/run", &json!({ "parameters": parameters }));
        let run = run["run"].as_str().unwrap().to_owned();
        let question = house.until(&run, &["waiting", "failed"])["question"]["id"].as_u64().unwrap();
        house.post(&format!("/runs/{run}/answer"), &json!({ "question": question, "answer": answer }));
        let summary = house.until(&run, &OVER);
        (summary["state"].as_str().unwrap().to_owned(), fs::read_to_string(&marks).unwrap())
    };
    assert_eq!(deployed("yes"), ("failed".to_owned(), "check\ndeploy\nundo\n".to_owned()));
    assert_eq!(deployed("no"), ("passed".to_owned(), "check\n".to_owned()));
}

#[test]
fn a_signed_call_and_a_new_file_run_a_template() {
    let house = House::new();
    let inbox = house.dir.path().join("inbox");
    fs::create_dir(&inbox).unwrap();
    let into = house.dir.path().join("away");
    let parameters = json!({ "into": into });
    let schedule = |when: Value| {
        house.post("/schedules", &json!({ "template": "incoming-file", "parameters": parameters, "when": when }))
    };
    schedule(json!({ "file": inbox }));
    let by_call = schedule(json!({ "webhook": true }));
    // The folder is watched from the next look at the schedules on: until then a letter lies there unseen.
    let letter = inbox.join("letter.txt");
    let put_away = || {
        if house.get("/runs")["runs"] == json!([]) {
            fs::write(&letter, "dear").unwrap();
        }
        walk(&into).into_iter().any(|path| path.ends_with("letter.txt"))
    };
    wait(put_away, "the letter was not put away");

    let other = house.dir.path().join("bill.txt");
    fs::write(&other, "42").unwrap();
    let body = json!({ "file": other }).to_string();
    let (id, secret) = (by_call["id"].as_str().unwrap(), by_call["secret"].as_str().unwrap());
    let at = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let call = |signature: &str| {
        let headers = format!("X-Guardian-Timestamp: {at}\r\nX-Guardian-Signature: {signature}\r\n");
        house.ask_as(&headers, "POST", &format!("/api/v1/hooks/{id}"), Some(&serde_json::from_str(&body).unwrap()))
    };
    let signature = signed(secret, at, &body);
    assert_eq!(call(&signature.replace(&signature[9..11], "00")).status, 401);
    let (first, again) = (call(&signature), call(&signature));
    assert_eq!((first.status, again.status), (202, 202), "{}", first.body);
    assert_eq!(first.json()["run"], again.json()["run"], "the same call twice is one");
    wait(|| walk(&into).into_iter().any(|path| path.ends_with("bill.txt")), "the bill was not put away");
}

fn wait(mut is_so: impl FnMut() -> bool, says: &str) {
    let until = Instant::now() + Duration::from_secs(40);
    while !is_so() {
        assert!(Instant::now() < until, "{says}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn walk(dir: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten().map(|e| e.path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

fn signed(secret: &str, at: u64, body: &str) -> String {
    use hmac::Mac;
    let mut mac = hmac::Hmac::<sha2::Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{at}.{body}").as_bytes());
    let hex: String = mac.finalize().into_bytes().iter().map(|b| format!("{b:02x}")).collect();
    format!("sha256={hex}")
}

#[test]
fn a_phone_comes_in_over_tls_with_a_code_once_and_is_shut_out() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let house = House::with(&[("GUARDIAN_SERVE__COMPANION", &format!("127.0.0.1:{port}"))]);
    let output = guardian(house.dir.path()).args(["pair", "Ada's phone", "--may", "watch,stop", "--json"]).output();
    let offered: Value = serde_json::from_slice(&output.unwrap().stdout).unwrap();
    let url = offered["url"].as_str().unwrap();
    let (base, code) = url.split_once("/#code=").unwrap();
    assert_eq!(base, format!("https://127.0.0.1:{port}"));
    assert!(offered["svg"].as_str().unwrap().contains("<svg"));

    let authority = house.ask("GET", "/guardian-authority.crt", None).body;
    let phone = phone(&authority);
    let post = |path: &str, body: Value, cookie: &str| {
        let request = phone.post(format!("{base}/api/v1{path}")).header("x-guardian", "1").header("cookie", cookie);
        request.send_json(body).unwrap()
    };
    let entered = post("/session", json!({ "code": code }), "");
    assert_eq!(entered.status(), 204);
    let cookie = entered.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("Secure") && cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    assert_eq!(post("/session", json!({ "code": code }), "").status(), 401, "a code is good once");
    let get = |path: &str| phone.get(format!("{base}/api/v1{path}")).header("cookie", &cookie).call().unwrap().status();
    assert_eq!(get("/board"), 200);
    assert_eq!(get("/devices"), 403, "it may not manage");
    assert_eq!(post("/runs", json!({ "text": "wait 1 second" }), &cookie).status(), 403, "it may not ask");
    // A machine that does not know the authority does not come in.
    assert!(self::phone("").get(format!("{base}/api/v1/health")).call().is_err());
    let mut stream = phone.get(format!("{base}/api/v1/stream")).header("cookie", &cookie).call().unwrap();
    let revoked = guardian(house.dir.path()).args(["devices", "revoke", "Ada's phone"]).status().unwrap();
    assert!(revoked.success());
    // What it listens to ends, too.
    let mut rest = String::new();
    stream.body_mut().as_reader().read_to_string(&mut rest).unwrap();
    assert!(!rest.contains("\"event\""), "{rest}");
    assert_eq!(get("/board"), 401);
}

/// A client that trusts this authority and no other.
fn phone(authority: &str) -> ureq::Agent {
    use ureq::tls::{Certificate, RootCerts, TlsConfig};
    let known: Vec<Certificate<'static>> = Certificate::from_pem(authority.as_bytes()).into_iter().collect();
    let tls = TlsConfig::builder().root_certs(RootCerts::from(known)).build();
    ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false).build().into()
}

#[test]
fn the_command_line_speaks_with_the_service() {
    let house = House::new();
    let output = guardian(house.dir.path()).args(["run", "--private=900x700", "wait 1 second"]).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success() && said.contains("done and verified"), "{said}");
    let row = house.get("/runs")["runs"][0].clone();
    assert_eq!(row["origin"], "the command line");
    let run = row["run"].as_str().unwrap();
    // A worker of the service drove it, not the command line.
    let claimed = house.get(&format!("/runs/{run}/events"))["events"][1].clone();
    let workers = house.get("/board")["workers"].clone();
    let pids: Vec<String> = workers.as_array().unwrap().iter().map(|w| format!("process {}", w["pid"])).collect();
    assert!(pids.contains(&claimed["holder"].as_str().unwrap().to_owned()), "{claimed} {workers}");
}
