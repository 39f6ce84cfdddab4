//! A table that fits the terminal.

use std::io::{self, IsTerminal};

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What separates two columns.
const GAP: &str = "  ";

/// The minimum width of a column that is shortened.
const NARROWEST: usize = 8;

/// A table without lines. Its cells contain no control characters.
pub struct Table<const COLUMNS: usize> {
    rows: Vec<[String; COLUMNS]>,
}

impl<const COLUMNS: usize> Table<COLUMNS> {
    pub fn new(header: [&str; COLUMNS]) -> Self {
        Table {
            rows: vec![header.map(str::to_owned)],
        }
    }

    pub fn add(&mut self, row: [String; COLUMNS]) {
        self.rows.push(row);
    }

    /// Returns the lines. If they do not fit, the last columns are shortened, and then left out. The first column is
    /// whole, so that it can be copied.
    pub fn lines(&self, width: Option<usize>) -> Vec<String> {
        let widths = fitting(self.widths(), width.unwrap_or(usize::MAX));
        let line = |row: &[String; COLUMNS]| {
            let cells = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| padded(cell, *width));
            cells.collect::<Vec<_>>().join(GAP).trim_end().to_owned()
        };
        self.rows.iter().map(line).collect()
    }

    fn widths(&self) -> [usize; COLUMNS] {
        let mut widths = [0; COLUMNS];
        for row in &self.rows {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = cell.width().max(*width);
            }
        }
        widths
    }
}

/// Returns the width of the terminal if standard output is one.
pub fn terminal_width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let (terminal_size::Width(width), _) = terminal_size::terminal_size()?;
    Some(width.into())
}

/// Returns the widths of the columns that fit.
fn fitting<const COLUMNS: usize>(widths: [usize; COLUMNS], most: usize) -> Vec<usize> {
    let mut widths = widths.to_vec();
    loop {
        let total = widths.iter().sum::<usize>() + GAP.len() * (widths.len() - 1);
        let (Some(last), true) = (widths.last_mut(), total > most) else {
            return widths;
        };
        let excess = total - most;
        if *last >= excess + NARROWEST {
            *last -= excess;
            return widths;
        }
        if widths.len() == 1 {
            return widths;
        }
        widths.pop();
    }
}

/// Returns a text of this width, shortened or followed by spaces.
fn padded(text: &str, width: usize) -> String {
    let mut padded = text.to_owned();
    if text.width() > width {
        padded.clear();
        let mut used = 1;
        for letter in text.chars() {
            used += letter.width().unwrap_or(0);
            if used > width {
                break;
            }
            padded.push(letter);
        }
        padded.push('…');
    }
    padded + &" ".repeat(width.saturating_sub(text.width().min(width)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table<3> {
        let mut table = Table::new(["ID", "STATUS", "NAME"]);
        table.add(["chat_1", "open", "María García López"].map(str::to_owned));
        table.add(["chat_20", "archived", "山田太郎山田太郎"].map(str::to_owned));
        table
    }

    #[test]
    fn columns_are_aligned() {
        let expected = [
            "ID       STATUS    NAME",
            "chat_1   open      María García López",
            "chat_20  archived  山田太郎山田太郎",
        ];
        assert_eq!(table().lines(None), expected);
        assert_eq!(table().lines(Some(37)), expected);
    }

    #[test]
    fn no_line_is_wider_than_the_terminal() {
        let shortened = table().lines(Some(30));
        let expected = [
            "ID       STATUS    NAME",
            "chat_1   open      María Garc…",
            "chat_20  archived  山田太郎山…",
        ];
        assert_eq!(shortened, expected);
        for width in 7..40 {
            let lines = table().lines(Some(width));
            assert!(lines.iter().all(|line| line.width() <= width), "{lines:?}");
            assert!(lines[2].starts_with("chat_20"), "{lines:?}");
        }
        assert_eq!(table().lines(Some(1))[2], "chat_20");
    }
}
