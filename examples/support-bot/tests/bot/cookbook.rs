use std::fs;

const COOKBOOK: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/cookbook.md");

/// Removes the indentation.
fn lines(text: &str) -> String {
    text.lines()
        .map(|line| line.trim().to_owned() + "\n")
        .collect()
}

#[test]
fn snippets_are_in_the_files_that_the_cookbook_names() {
    let cookbook = fs::read_to_string(COOKBOOK).unwrap();
    let blocks: Vec<_> = cookbook.split("```").collect();
    assert!(blocks.len() > 2, "no snippets");
    for text_and_snippet in blocks.chunks_exact(2) {
        let (text, snippet) = (text_and_snippet[0], text_and_snippet[1]);
        let (_, snippet) = snippet.split_once('\n').unwrap();
        let file = text.rsplit('`').nth(1).unwrap();
        let file = format!("{}/{file}", env!("CARGO_MANIFEST_DIR"));
        let source = fs::read_to_string(&file).unwrap();
        assert!(
            lines(&source).contains(lines(snippet).trim()),
            "{file} does not contain:\n{snippet}"
        );
    }
}
