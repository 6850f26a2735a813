//! What takes a network: `make bench`. Round trips that take 50 ms, a page of 500 rows in a browser, and a layer of 1 GiB,
//! with other clients beside.
//!
//! The server is the one that `ONETAG_BIN` names. With the names of sections as arguments (`lists`, `page`, `copy`) only those
//! run.

mod copy;
mod lists;
mod page;
mod report;

use std::process::ExitCode;

use report::Report;

#[tokio::main]
async fn main() -> ExitCode {
    let sections: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with('-')).collect();
    let wants = |name: &str| sections.is_empty() || sections.iter().any(|section| section == name);
    let mut report = Report::default();
    if wants("lists") {
        lists::run(&mut report).await;
    }
    if wants("page") {
        page::run(&mut report).await;
    }
    if wants("copy") {
        copy::run(&mut report).await;
    }
    report.print();
    if report.is_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
