//! The main job on real applications: ten kinds of requests, three wordings each.
//!
//! Each case has a witness of its own, apart from Guardian's: a file, an exit code, what a server
//! was sent. A run that says "done" while the witness says no is the worst that can happen.

#[path = "../stage/mod.rs"]
mod stage;

use stage::{Stage, wait_for};
use std::collections::VecDeque;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::Output;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// At least so many of the thirty must be done and verified.
const NEEDED: usize = 28;
/// How many are done at a time.
const AT_ONCE: usize = 2;

struct Outcome {
    name: String,
    exit: i32,
    witness: Result<(), String>,
    said: String,
}

impl Outcome {
    fn new(stage: &Stage, name: &str, output: &Output, witness: Result<(), String>) -> Self {
        stage.keep_report(name);
        let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        Self { name: name.to_owned(), exit: output.status.code().unwrap_or(-1), witness, said }
    }

    fn is_good(&self) -> bool {
        self.exit == 0 && self.witness.is_ok()
    }
}

fn same(what: &str, found: &str, wanted: &str) -> Result<(), String> {
    if found == wanted { Ok(()) } else { Err(format!("{what} is {found:?}, not {wanted:?}")) }
}

/// The text of a file that may still be on its way.
fn text_of(path: &std::path::Path) -> String {
    wait_for(Duration::from_secs(3), || fs::read_to_string(path).ok().filter(|t| !t.is_empty())).unwrap_or_default()
}

fn calculator(number: usize) -> Outcome {
    let (request, answer) = [
        ("What is 12.5 times 8? Use the calculator.", "100"),
        ("Open the calculator and compute 1234 * 56", "69104"),
        ("Please work out (15 + 27) / 6 with galculator and tell me the result.", "7"),
    ][number];
    let stage = Stage::new();
    let output = stage.ask(request);
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Outcome::new(&stage, &format!("calculator-{number}"), &output, same("the answer", &found, answer))
}

fn editor(number: usize) -> Outcome {
    let (request, file, text) = [
        ("Open the text editor, type \"Hello world\" and save it as hello.txt", "hello.txt", "Hello world"),
        (
            "Write 'Meeting moved to 10:30 (Room 4)' in mousepad, then save the file as notes.txt.",
            "notes.txt",
            "Meeting moved to 10:30 (Room 4)",
        ),
        ("Create a text file called todo.md with the text \"buy milk & 6 eggs\"", "todo.md", "buy milk & 6 eggs"),
    ][number];
    let stage = Stage::new();
    let output = stage.ask(request);
    let found = text_of(&stage.file(file));
    Outcome::new(&stage, &format!("editor-{number}"), &output, same("the file", found.trim_end_matches('\n'), text))
}

fn file_manager(number: usize) -> Outcome {
    let stage = Stage::new();
    fs::write(stage.file("draft.txt"), "x").unwrap();
    let work = stage.work().display().to_string();
    let (request, old, new) = [
        (format!("Make a folder named Reports in {work}"), None, "Reports"),
        ("Create a new folder called 'Tax 2026' with the file manager".to_owned(), None, "Tax 2026"),
        (format!("Rename the file draft.txt in {work} to final.txt"), Some("draft.txt"), "final.txt"),
    ][number]
        .clone();
    let output = stage.ask(&request);
    let is_there = stage.file(new).exists() && old.is_none_or(|old| !stage.file(old).exists());
    let is_kind = old.is_some() || stage.file(new).is_dir();
    let witness = if is_there && is_kind { Ok(()) } else { Err(format!("{new} is not there as it should be")) };
    Outcome::new(&stage, &format!("files-{number}"), &output, witness)
}

const FORM: &str = "yad --form --title='New contact' --field=Name --field=City --field=E-mail --button=Cancel:1 --button=OK:0 > out.txt";

fn fill_dialog(number: usize) -> Outcome {
    let (request, wanted) = [
        ("Fill in Name with \"Ada Lovelace\" and City with London, then press OK", "Ada Lovelace|London||"),
        ("Set the Name field to Grace and the E-mail field to grace@navy.mil and click OK.", "Grace||grace@navy.mil|"),
        ("Type Alan into the Name field, enter Bletchley as City, and press the OK button", "Alan|Bletchley||"),
    ][number];
    let mut stage = Stage::new().with_desktop();
    stage.start(FORM, "New contact");
    let output = stage.ask(request);
    let found = text_of(&stage.file("out.txt"));
    Outcome::new(&stage, &format!("fill-{number}"), &output, same("what the dialog got", found.trim(), wanted))
}

const CHOICES: &str = "yad --form --title=Order --field=Colour:CB 'Red!Blue!Green' --field=Size:CB 'Small!Medium!Large' \
    --field='Gift wrap:CHK' FALSE --field='Subscribe:CHK' FALSE --field='Express:CHK' TRUE --button=Cancel:1 --button=OK:0 > out.txt";

fn choose_in_dialog(number: usize) -> Outcome {
    let (request, wanted) = [
        ("Choose Blue from the Colour list, tick Gift wrap and press OK", "Blue|Small|TRUE|FALSE|TRUE|"),
        (
            "Select 'Large' in Size, check Gift wrap and Subscribe, uncheck Express, and click OK",
            "Red|Large|TRUE|TRUE|FALSE|",
        ),
        (
            "Set Colour to Green, pick Medium for Size, turn on Subscribe, then confirm with OK.",
            "Green|Medium|FALSE|TRUE|TRUE|",
        ),
    ][number];
    let mut stage = Stage::new().with_desktop();
    stage.start(CHOICES, "Order");
    let output = stage.ask(request);
    let found = text_of(&stage.file("out.txt"));
    Outcome::new(&stage, &format!("choose-{number}"), &output, same("what the dialog got", found.trim(), wanted))
}

/// Serves the form on a port of its own and tells what was sent.
fn serve_form() -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/form", listener.local_addr().unwrap());
    let (sender, sent) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0u8; 8192];
            let read = stream.read(&mut request).unwrap_or(0);
            let head = String::from_utf8_lossy(&request[..read]).into_owned();
            let path = head.split_whitespace().nth(1).unwrap_or_default().to_owned();
            let body = if path.starts_with("/sent") {
                "<title>Thanks</title><h1>Thank you</h1>".to_owned()
            } else {
                include_str!("../../fixtures/pages/form.html").to_owned()
            };
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
                body.len()
            );
            let _ = stream.write_all(answer.as_bytes());
            if let Some(query) = path.strip_prefix("/sent?") {
                let _ = sender.send(query.to_owned());
            }
        }
    });
    (address, sent)
}

fn web_form(number: usize) -> Outcome {
    let (address, sent) = serve_form();
    let (request, wanted) = [
        (format!("Open {address} in Chromium, fill in First name with Ada and Last name with Lovelace, and press Send"), "first=Ada&last=Lovelace&course=Pottery"),
        (format!("Go to {address}, enter Grace as First name, choose Weaving from the Course list and click the Send button."), "first=Grace&last=&course=Weaving"),
        (format!("In the browser, visit {address}. Set Last name to Turing, tick \"Send me news\", then press Send."), "first=&last=Turing&course=Pottery&news=yes"),
    ][number]
        .clone();
    let stage = Stage::new();
    let output = stage.ask(&request);
    let found = sent.recv_timeout(Duration::from_secs(2)).unwrap_or_default();
    Outcome::new(&stage, &format!("web-{number}"), &output, same("what the server got", &found, wanted))
}

fn terminal(number: usize) -> Outcome {
    let (request, file, wanted) = [
        ("Open a terminal and run \"echo hello there > greeting.txt\"", "greeting.txt", "hello there"),
        ("In the terminal type `seq 3 > numbers.txt` and press Enter", "numbers.txt", "1\n2\n3"),
        ("Run the command printf done > state.txt in a terminal window.", "state.txt", "done"),
    ][number];
    let stage = Stage::new();
    let output = stage.ask(request);
    let found = text_of(&stage.file(file));
    Outcome::new(&stage, &format!("terminal-{number}"), &output, same("the file", found.trim_end(), wanted))
}

fn click(number: usize) -> Outcome {
    let (request, wanted) =
        [("Click the Help button", "5"), ("Press \"About\"", "6"), ("Please click on More details", "7")][number];
    let mut stage = Stage::new().with_desktop();
    let dialog = "yad --title=Viewer --width=420 --text='Nothing to show yet.' --button=Help:5 --button=About:6 --button='More details:7' --button=Close:1; echo $? > out.txt";
    stage.start(dialog, "Viewer");
    let output = stage.ask(request);
    let found = text_of(&stage.file("out.txt"));
    Outcome::new(&stage, &format!("click-{number}"), &output, same("the dialog's exit code", found.trim(), wanted))
}

fn answer(number: usize) -> Outcome {
    let (request, wanted) = [
        ("What is the Total?", "129.50 EUR"),
        ("Tell me the invoice number.", "48213"),
        ("Who is the Customer in the Invoice window?", "Jane Miller"),
    ][number];
    let mut stage = Stage::new().with_desktop();
    let text = "Invoice number: 48213\\nCustomer: Jane Miller\\nTotal: 129.50 EUR\\nDue: 1 December 2026";
    stage.start(&format!("yad --title=Invoice --width=420 --text='{text}' --button=Close:1"), "Invoice");
    let output = stage.ask(request);
    let found = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    Outcome::new(&stage, &format!("answer-{number}"), &output, same("the answer", &found, wanted))
}

fn copy(number: usize) -> Outcome {
    let (request, wanted) = [
        (
            "Copy the text from the window \"source.txt\" to the window \"target.txt\"",
            "Order 7731: 12 red bricks, 4 blue ones.",
        ),
        ("Copy all the text of source.txt and paste it into target.txt.", "Order 7731: 12 red bricks, 4 blue ones."),
        ("Transfer the contents of source.txt into the target.txt window", "Order 7731: 12 red bricks, 4 blue ones."),
    ][number];
    let mut stage = Stage::new().with_desktop();
    fs::write(stage.file("source.txt"), wanted).unwrap();
    fs::write(stage.file("target.txt"), "").unwrap();
    stage.start("mousepad --disable-server source.txt", "source.txt");
    stage.start("mousepad --disable-server target.txt", "target.txt");
    let output = stage.ask(request);
    let found = stage.text_of("target.txt");
    Outcome::new(&stage, &format!("copy-{number}"), &output, same("the text of the window", found.trim(), wanted))
}

#[test]
fn ten_kinds_in_three_wordings_each() {
    let kinds: [fn(usize) -> Outcome; 10] =
        [calculator, editor, file_manager, fill_dialog, choose_in_dialog, web_form, terminal, click, answer, copy];
    let only = std::env::var("MAIN_JOB_ONLY").unwrap_or_default();
    let names = ["calculator", "editor", "files", "fill", "choose", "web", "terminal", "click", "answer", "copy"];
    let wanted = names.iter().zip(kinds).filter(|(name, _)| only.is_empty() || only.split(',').any(|o| o == **name));
    let cases: Mutex<VecDeque<_>> = Mutex::new(wanted.flat_map(|(_, kind)| (0..3).map(move |n| (kind, n))).collect());
    let outcomes = Mutex::new(Vec::new());
    // Each has a display of its own, and waits for applications most of the time.
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some((kind, number)) = { cases.lock().unwrap().pop_front() } {
                    let outcome = kind(number);
                    tell(&outcome);
                    outcomes.lock().unwrap().push(outcome);
                }
            });
        }
    });
    let outcomes = outcomes.into_inner().unwrap();
    let good = outcomes.iter().filter(|o| o.is_good()).count();
    let false_done: Vec<&str> =
        outcomes.iter().filter(|o| o.exit == 0 && o.witness.is_err()).map(|o| o.name.as_str()).collect();
    println!("{good} of {} done and verified, {} said done against the witness", outcomes.len(), false_done.len());
    assert!(false_done.is_empty(), "said done against the witness: {false_done:?}");
    assert!(good >= NEEDED.min(outcomes.len()), "only {good} of {} were done and verified", outcomes.len());
}

fn tell(outcome: &Outcome) {
    let Outcome { name, exit, witness, said } = outcome;
    match witness {
        Ok(()) if *exit == 0 => println!("{name:<14} done and verified"),
        Ok(()) => println!("{name:<14} exit {exit}, though the witness says done\n{said}"),
        Err(why) => println!("{name:<14} exit {exit}; {why}\n{said}"),
    }
}
