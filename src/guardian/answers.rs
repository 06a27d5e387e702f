//! What a request means once a question about it is answered.

/// The request with the answer in it; `None` where the answer leaves it undone.
///
/// A question that quotes a part of the request asks which of some words are meant: the answer stands in its place.
/// Any other answer is what to do instead.
pub fn amended(request: &str, question: &str, options: &[String], answer: &str) -> Option<String> {
    let answer = answer.trim();
    if ["leave it", "no", "nothing", "cancel"].iter().any(|word| answer.eq_ignore_ascii_case(word)) {
        return None;
    }
    let quoted = question.split_once('“').and_then(|(_, rest)| rest.split_once('”')).map(|(quoted, _)| quoted);
    let part = quoted.filter(|part| !part.is_empty() && options.iter().any(|o| o == answer) && request.contains(*part));
    Some(match part {
        // What the question quotes as a whole was not understood at all.
        Some(part) if part != request && part.contains(answer) => request.replacen(part, answer, 1),
        Some(part) if part != request => request.replacen(&format!(" {part}"), "", 1),
        _ => answer.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(request: &str, question: &str, options: &[&str], answer: &str, becomes: Option<&str>) {
        let options: Vec<String> = options.iter().map(|o| (*o).to_owned()).collect();
        assert_eq!(amended(request, question, &options, answer).as_deref(), becomes);
    }

    #[test]
    fn one_of_several_takes_the_place_of_all() {
        let question = "“Red or Blue”: which of them?";
        check("choose Red or Blue, press OK", question, &["Red", "Blue"], "Blue", Some("choose Blue, press OK"));
    }

    #[test]
    fn a_condition_that_is_answered_goes() {
        let question = "I cannot judge “if it is cheap”. Shall I do it?";
        let options = ["Pay", "leave it"];
        check("press Pay if it is cheap", question, &options, "Pay", Some("press Pay"));
        check("press Pay if it is cheap", question, &options, "leave it", None);
    }

    #[test]
    fn other_words_take_the_place_of_what_was_not_understood() {
        let question = "I do not understand “frob it”. What should I do?";
        check("frob it", question, &["press <button>"], "press OK", Some("press OK"));
    }
}
