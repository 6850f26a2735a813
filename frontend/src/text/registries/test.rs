//! What a test of a registry found.

use onetag_shared::api::{Problem, TestOutcome, TestResult, TestStep};

/// A line of what was found.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Row {
    pub(crate) label: &'static str,
    pub(crate) outcome: TestOutcome,
    pub(crate) words: String,
    pub(crate) problem: Option<Box<Problem>>,
}

/// All of it in a sentence or two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) words: String,
    pub(crate) is_good: bool,
}

/// What works, and what does not.
pub(crate) fn verdict(results: &[TestResult]) -> Verdict {
    let with = |outcome| -> Vec<_> {
        results.iter().filter(|result| result.outcome == outcome).map(|result| step(result.step)).collect()
    };
    let (failed, missing) = (with(TestOutcome::Failed), with(TestOutcome::Unsupported));
    let mut words = match failed.as_slice() {
        [] => "What was tried works.".to_owned(),
        failed => format!("Does not work: {}.", failed.join(", ")),
    };
    if !missing.is_empty() {
        words = format!("{words} Not offered: {}.", missing.join(", "));
    }
    Verdict { words, is_good: failed.is_empty() }
}

/// A line for each step; steps in a row that were not tried for one reason share one.
pub(crate) fn rows(results: &[TestResult]) -> Vec<Row> {
    let is_one = |a: &TestResult, b: &TestResult| {
        a.outcome == TestOutcome::NotTried && b.outcome == a.outcome && a.words == b.words
    };
    results
        .chunk_by(is_one)
        .map(|alike| {
            let TestResult { step: first, outcome, words, problem } = alike[0].clone();
            if alike.len() == 1 {
                return Row { label: step(first), outcome, words, problem };
            }
            let steps: Vec<_> = alike.iter().map(|result| step(result.step)).collect();
            Row { label: "Not tried", outcome, words: format!("{}: {words}", steps.join(", ")), problem }
        })
        .collect()
}

/// What is tried, in words.
fn step(step: TestStep) -> &'static str {
    match step {
        TestStep::Address => "Address",
        TestStep::Reachable => "Reachable",
        TestStep::Tls => "TLS",
        TestStep::Protocol => "Protocol",
        TestStep::Login => "Login",
        TestStep::Tags => "Tags",
        TestStep::Pull => "Pull",
        TestStep::Referrers => "Referrers",
        TestStep::Upload => "Upload",
        TestStep::Push => "Push",
        TestStep::Mount => "Mount",
        TestStep::Delete => "Delete",
        TestStep::Limits => "Limits",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn result(step: TestStep, outcome: TestOutcome, words: &str) -> TestResult {
        TestResult { step, outcome, words: words.to_owned(), problem: None }
    }

    #[test]
    fn what_was_not_tried_for_one_reason_is_one_line() {
        use TestOutcome::{NotTried, Ok};
        let results = [
            result(TestStep::Tls, NotTried, "plain http"),
            result(TestStep::Login, Ok, "as me"),
            result(TestStep::Tags, NotTried, "no repository"),
            result(TestStep::Pull, NotTried, "no repository"),
            result(TestStep::Limits, NotTried, "it said nothing"),
        ];
        let shown: Vec<_> = rows(&results).into_iter().map(|row| (row.label, row.words)).collect();
        let expected = [
            ("TLS", "plain http"),
            ("Login", "as me"),
            ("Not tried", "Tags, Pull: no repository"),
            ("Limits", "it said nothing"),
        ];
        assert_eq!(shown, expected.map(|(label, words)| (label, words.to_owned())));
    }

    #[test]
    fn the_verdict_is_short() {
        use TestOutcome::{Failed, Ok, Unsupported};
        let verdict = |outcomes: &[TestOutcome]| {
            let steps = [TestStep::Login, TestStep::Push, TestStep::Mount];
            let results: Vec<_> =
                steps.into_iter().zip(outcomes).map(|(step, outcome)| result(step, *outcome, "")).collect();
            verdict(&results).words
        };
        for (outcomes, words) in [
            ([Ok, Ok, Ok], "What was tried works."),
            ([Ok, Ok, Unsupported], "What was tried works. Not offered: Mount."),
            ([Ok, Failed, Ok], "Does not work: Push."),
            ([Failed, Failed, Unsupported], "Does not work: Login, Push. Not offered: Mount."),
        ] {
            assert_eq!(verdict(&outcomes), words);
        }
    }
}
