//! What was measured, as tables, and whether the goals are met.

use std::time::Duration;

/// Tables and goals.
#[derive(Debug, Default)]
pub(crate) struct Report {
    tables: Vec<Table>,
    goals: Vec<(bool, String)>,
}

#[derive(Debug)]
struct Table {
    title: String,
    /// The first is the heading.
    rows: Vec<Vec<String>>,
}

impl Report {
    /// Begins a table.
    pub(crate) fn table(&mut self, title: impl Into<String>, heading: &[&str]) {
        let heading = heading.iter().map(|&cell| cell.to_owned()).collect();
        let title = title.into();
        eprintln!("{title} …");
        self.tables.push(Table { title, rows: vec![heading] });
    }

    /// Adds a row to the last table.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        let table = self.tables.last_mut().expect("a table was begun");
        let cells: Vec<String> = cells.into_iter().collect();
        eprintln!("  {}", cells.join(", "));
        table.rows.push(cells);
    }

    /// Says whether a goal is met.
    pub(crate) fn goal(&mut self, is_met: bool, words: impl Into<String>) {
        self.goals.push((is_met, words.into()));
    }

    /// Are all goals met?
    pub(crate) fn is_met(&self) -> bool {
        self.goals.iter().all(|(is_met, _)| *is_met)
    }

    pub(crate) fn print(&self) {
        for table in &self.tables {
            println!("\n{}\n", table.title);
            let columns = table.rows[0].len();
            let width =
                |column: usize| table.rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
            let widths: Vec<usize> = (0..columns).map(width).collect();
            for (number, row) in table.rows.iter().enumerate() {
                let cells: Vec<String> =
                    row.iter().zip(&widths).map(|(cell, &width)| format!("{cell:<width$}")).collect();
                println!("| {} |", cells.join(" | "));
                if number == 0 {
                    let lines: Vec<String> = widths.iter().map(|&width| "-".repeat(width)).collect();
                    println!("| {} |", lines.join(" | "));
                }
            }
        }
        println!("\nGoals\n");
        for (is_met, words) in &self.goals {
            println!("- {}: {words}", if *is_met { "met" } else { "NOT MET" });
        }
    }
}

/// `1.234 s`.
pub(crate) fn seconds(time: Duration) -> String {
    format!("{:.2} s", time.as_secs_f64())
}
