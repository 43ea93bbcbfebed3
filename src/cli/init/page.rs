//! The file while it is written: lines that count, prose, and examples that count once their `#` is taken away.

/// What a line is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Line {
    /// Stands as it is; prose begins with `# `.
    Text(String),
    /// Shown behind `#`. All examples of one group belong together.
    Example(&'static str, String),
}

/// A file in the making.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page(Vec<Line>);

impl Page {
    /// Prose, one comment for each line.
    pub fn say(&mut self, prose: &str) {
        for line in prose.lines() {
            self.0.push(Line::Text(format!("# {line}").trim_end().to_owned()));
        }
    }

    /// Lines that count.
    pub fn put(&mut self, lines: &str) {
        self.0
            .extend(lines.lines().map(|line| Line::Text(line.to_owned())));
    }

    /// Lines that count, or an example of that group.
    pub fn put_or_show(&mut self, counts: bool, group: &'static str, lines: &str) {
        if counts {
            self.put(lines);
        } else {
            self.show(group, lines);
        }
    }

    /// An example.
    pub fn show(&mut self, group: &'static str, lines: &str) {
        self.0
            .extend(lines.lines().map(|line| Line::Example(group, line.to_owned())));
    }

    /// An empty line.
    pub fn gap(&mut self) {
        self.0.push(Line::Text(String::new()));
    }

    /// The file.
    pub fn text(&self) -> String {
        self.with(|_| false)
    }

    /// The file with the examples of some groups switched on.
    pub fn with(&self, on: impl Fn(&str) -> bool) -> String {
        let mut text = String::new();
        for line in &self.0 {
            match line {
                Line::Text(line) => text.push_str(line),
                Line::Example(group, line) => {
                    if !on(group) {
                        text.push('#');
                    }
                    text.push_str(line);
                }
            }
            text.push('\n');
        }
        text
    }

    /// The groups of examples, in order, each once.
    pub fn groups(&self) -> Vec<&'static str> {
        let mut groups = Vec::new();
        for line in &self.0 {
            if let Line::Example(group, _) = line
                && !groups.contains(group)
            {
                groups.push(*group);
            }
        }
        groups
    }
}
