//! Markdown: a changelog, or a summary of findings.

use std::io::{self, Write};

use super::{Check, Effect, Level, Report, Row, Verdict};

const GROUPS: [Group; 5] = [
    Group {
        title: "Breaking",
        level: Level::Breaking,
    },
    Group {
        title: "Additive",
        level: Level::Additive,
    },
    Group {
        title: "Requests",
        level: Level::Request,
    },
    Group {
        title: "Generated clients only",
        level: Level::Client,
    },
    Group {
        title: "Version",
        level: Level::Version,
    },
];

/// The rows of one level.
struct Group {
    title: &'static str,
    level: Level,
}

pub fn write(report: &Report, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "# {}", code(report.subject.as_str()))?;
    if matches!(report.verdict, Verdict::Conform { .. }) {
        writeln!(out, "\n**{}**", prose(&report.summary()))?;
    }
    for Group { title, level } in GROUPS {
        let is_listed = |row: &&Row| row.ignored.is_none() && row.effect.level() == level;
        group(report, out, title, is_listed)?;
    }
    group(report, out, "Ignored", |row| row.ignored.is_some())?;
    if !report.coverage.is_empty() {
        writeln!(out, "\n| coverage | covered | of |\n|---|---|---|")?;
        for covered in &report.coverage {
            writeln!(
                out,
                "| {} | {} | {} |",
                covered.of, covered.covered, covered.total
            )?;
        }
    }
    writeln!(out)?;
    for sentence in report.shortfalls() {
        writeln!(out, "- **{}**", prose(&sentence))?;
    }
    if let Verdict::Diff(overall) = &report.verdict {
        for (name, value) in overall.lines() {
            writeln!(out, "- {name}: **{value}**")?;
        }
    }
    if report.ignored > 0 {
        writeln!(out, "- ignored: {}", report.ignored)?;
    }
    for note in &report.contract_notes {
        writeln!(out, "- note: {}", prose(&note.to_string()))?;
    }
    for note in &report.notes {
        writeln!(out, "- note: {}", prose(note.as_str()))?;
    }
    for warning in &report.warnings {
        writeln!(out, "- warning: {}", prose(&warning.to_string()))?;
    }
    Ok(())
}

/// Writes the rows of a group by operation.
fn group(
    report: &Report,
    out: &mut impl Write,
    title: &str,
    is_listed: impl Fn(&&Row) -> bool,
) -> io::Result<()> {
    let mut is_first = true;
    for check in &report.checks {
        let rows: Vec<_> = check.findings.iter().filter(&is_listed).collect();
        if rows.is_empty() {
            continue;
        }
        if is_first {
            writeln!(out, "\n## {title}")?;
            is_first = false;
        }
        writeln!(out, "\n### {}\n", name(check))?;
        for row in rows {
            let place = code(&report.place(row));
            write!(out, "- {} ({place})", prose(&row.line()))?;
            if let Some(reason) = &row.ignored {
                write!(out, ": {}", prose(reason.as_str()))?;
            }
            writeln!(out)?;
        }
    }
    Ok(())
}

fn name(check: &Check) -> String {
    let is_general = check.findings.iter().any(|row| {
        matches!(row.effect, Effect::Change { .. }) && check.name.as_str() == super::GENERAL
    });
    if is_general {
        "General".to_owned()
    } else {
        code(check.name.as_str())
    }
}

/// Returns a code span. Its delimiter is longer than every run of backticks in the text.
fn code(text: &str) -> String {
    let runs = text.split(|letter| letter != '`');
    let longest = runs.map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let needs_space = text.starts_with('`') || text.ends_with('`') || text.is_empty();
    let space = if needs_space { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Escapes a sentence. What is between two backticks stays code.
fn prose(text: &str) -> String {
    let parts: Vec<_> = text.split('`').collect();
    let mut escaped = String::new();
    for (index, part) in parts.iter().enumerate() {
        let is_code = index % 2 == 1 && index + 1 < parts.len();
        if is_code && !part.is_empty() {
            // Adjacent code spans would form one delimiter.
            if escaped.ends_with('`') {
                escaped.push(' ');
            }
            escaped += &code(part);
            continue;
        }
        if index % 2 == 1 {
            escaped += "\\`";
        }
        escaped += &escape(part);
        if is_code {
            escaped += "\\`";
        }
    }
    escaped
}

fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for letter in text.chars() {
        match letter {
            // GitHub looks for mentions after it has removed backslashes.
            '@' => escaped += "@&#8203;",
            '\\' | '*' | '_' | '[' | ']' | '<' | '>' | '#' | '|' | '!' | '~' | '&' | '{' | '}'
            | '$' => {
                escaped.push('\\');
                escaped.push(letter);
            }
            _ => escaped.push(letter),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::{code, prose};

    #[test]
    fn code_spans_contain_any_number_of_backticks() {
        assert_eq!(code("a"), "`a`");
        assert_eq!(code("a``b"), "```a``b```");
        assert_eq!(code("`a"), "`` `a ``");
    }

    #[test]
    fn prose_outside_of_code_is_escaped() {
        let cases = [
            ("the `a|b` <b>", "the `a|b` \\<b\\>"),
            ("one ` of [x](y)", "one \\` of \\[x\\](y)"),
            ("`a``b`", "`a` `b`"),
            ("an empty `` name", "an empty \\`\\` name"),
            ("@user", "@&#8203;user"),
        ];
        for (text, expected) in cases {
            assert_eq!(prose(text), expected);
        }
    }
}
