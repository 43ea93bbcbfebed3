//! The written documents of the repository, read as Markdown.

use std::{
    fs,
    path::{Path, PathBuf},
};

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The root of the repository.
pub(crate) const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Folders whose documents are somebody else's.
const FOREIGN: [&str; 4] = ["node_modules", "vendor", ".venv", "venv"];

/// A heading, a link, code: what tests ask about.
#[derive(Debug, Default)]
pub(crate) struct Document {
    /// Path below the root.
    pub(crate) path: PathBuf,
    /// Anchors of headings as GitHub gives them, and ids given by hand.
    pub(crate) anchors: Vec<String>,
    /// Where links and pictures lead, with their lines.
    pub(crate) links: Vec<(usize, String)>,
    /// Language, text and first line of each block of code.
    pub(crate) blocks: Vec<(usize, String, String)>,
    /// Text of each span of code, with its line.
    pub(crate) spans: Vec<(usize, String)>,
}

/// README, changelog and everything in `docs/` and `examples/`.
pub(crate) fn all() -> Vec<Document> {
    let root = Path::new(ROOT);
    let mut paths = Vec::new();
    for entry in fs::read_dir(root).unwrap() {
        paths.extend(Some(entry.unwrap().path()).filter(|path| is_markdown(path)));
    }
    for folder in ["docs", "examples"] {
        collect(&root.join(folder), &mut paths);
    }
    paths.sort_unstable();
    paths.iter().map(|path| Document::read(path)).collect()
}

/// The ready files for CI servers, each as a document with one block of code.
pub(crate) fn ci_files() -> Vec<Document> {
    let files = fs::read_dir(Path::new(ROOT).join("docs/ci")).unwrap();
    let document = |path: PathBuf| {
        let language = if path.ends_with("Jenkinsfile") {
            "groovy"
        } else {
            "yaml"
        };
        let block = (1, language.to_owned(), fs::read_to_string(&path).unwrap());
        Document {
            path: path.strip_prefix(ROOT).unwrap().to_owned(),
            blocks: vec![block],
            ..Document::default()
        }
    };
    files.map(|file| document(file.unwrap().path())).collect()
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() && !FOREIGN.contains(&name.as_str()) {
            collect(&path, paths);
        } else if is_markdown(&path) {
            paths.push(path);
        }
    }
}

fn is_markdown(path: &Path) -> bool {
    path.is_file() && path.extension().is_some_and(|end| end == "md")
}

impl Document {
    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        Self {
            path: path.strip_prefix(ROOT).unwrap().to_owned(),
            ..Self::parse(&text)
        }
    }

    pub(crate) fn parse(text: &str) -> Self {
        let mut document = Self::default();
        let mut heading: Option<String> = None;
        let mut block: Option<(usize, String, String)> = None;
        let line = |offset: usize| text[..offset].matches('\n').count() + 1;
        let parser = Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH);
        for (event, range) in parser.into_offset_iter() {
            match event {
                Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
                Event::End(TagEnd::Heading(_)) => document.head(&heading.take().unwrap_or_default()),
                Event::Start(Tag::Link { dest_url, .. } | Tag::Image { dest_url, .. }) => {
                    document.links.push((line(range.start), dest_url.into_string()));
                }
                Event::Start(Tag::CodeBlock(kind)) => {
                    let language = match kind {
                        CodeBlockKind::Fenced(language) => language.into_string(),
                        CodeBlockKind::Indented => String::new(),
                    };
                    block = Some((line(range.start), language, String::new()));
                }
                Event::End(TagEnd::CodeBlock) => document.blocks.extend(block.take()),
                Event::Text(part) => match (&mut heading, &mut block) {
                    (_, Some((_, _, text))) => text.push_str(&part),
                    (Some(heading), None) => heading.push_str(&part),
                    (None, None) => {}
                },
                Event::Code(part) => {
                    if let Some(heading) = &mut heading {
                        heading.push_str(&part);
                    }
                    document.spans.push((line(range.start), part.into_string()));
                }
                Event::InlineHtml(html) | Event::Html(html) => {
                    let id = html
                        .split_once("id=\"")
                        .and_then(|(_, rest)| rest.split_once('"'));
                    document.anchors.extend(id.map(|(id, _)| id.to_owned()));
                }
                _ => {}
            }
        }
        document
    }

    /// GitHub: lower case, without punctuation, blanks as hyphens; a number behind what is there already.
    fn head(&mut self, heading: &str) {
        let kept = heading.to_lowercase();
        let kept = kept
            .chars()
            .filter(|letter| letter.is_alphanumeric() || " -_".contains(*letter));
        let slug: String = kept
            .map(|letter| if letter == ' ' { '-' } else { letter })
            .collect();
        let mut anchor = slug.clone();
        for number in 1.. {
            if !self.anchors.contains(&anchor) {
                break;
            }
            anchor = format!("{slug}-{number}");
        }
        self.anchors.push(anchor);
    }
}
