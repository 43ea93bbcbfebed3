//! The ways in which libraries and partners write text that is not as it was.

use base64::{
    Engine as _, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, general_purpose::GeneralPurposeConfig},
};
use memchr::{memchr, memchr3};

/// What a text reads as.
pub(super) struct Decoded {
    pub(super) bytes: Vec<u8>,
    /// Where each byte begins in the source, and the end; only where it was asked for.
    pub(super) starts: Option<Vec<usize>>,
}

/// Shorter runs of base64 and hexadecimal hold no secret that was written in yet another way.
const SHORTEST_RUN: usize = 12;

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Replaces what `decode` understands at the places that `find` finds. None when nothing changes.
fn decoded(
    source: &[u8],
    located: bool,
    find: impl Fn(&[u8]) -> Option<usize>,
    decode: impl Fn(&[u8], &mut Vec<u8>) -> Option<usize>,
) -> Option<Decoded> {
    find(source)?;
    let mut bytes = Vec::with_capacity(source.len());
    let mut starts = located.then(|| Vec::with_capacity(source.len() + 1));
    let mut changed = false;
    let mut at = 0;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let run = find(rest).unwrap_or(rest.len());
        bytes.extend_from_slice(rest.get(..run).unwrap_or_default());
        if let Some(starts) = &mut starts {
            starts.extend(at..at + run);
        }
        at += run;
        let Some(escaped) = source.get(at..).filter(|rest| !rest.is_empty()) else {
            break;
        };
        let used = decode(escaped, &mut bytes);
        changed |= used.is_some();
        if used.is_none() {
            bytes.extend(escaped.first());
        }
        if let Some(starts) = &mut starts {
            starts.resize(bytes.len(), at);
        }
        at += used.unwrap_or(1);
    }
    if let Some(starts) = &mut starts {
        starts.push(source.len());
    }
    changed.then_some(Decoded { bytes, starts })
}

/// Without the escapes of JSON strings, the `\x41` that several languages print, and the `\u{41}` of reports.
pub(super) fn unescaped(source: &[u8], located: bool) -> Option<Decoded> {
    decoded(source, located, |text| memchr(b'\\', text), escape)
}

/// Without percent encoding (RFC 3986, 2.1).
pub(super) fn percent(source: &[u8], located: bool) -> Option<Decoded> {
    decoded(source, located, |text| memchr(b'%', text), percent_escape)
}

/// Without the character references of HTML and XML.
pub(super) fn entities(source: &[u8], located: bool) -> Option<Decoded> {
    decoded(source, located, |text| memchr(b'&', text), entity)
}

/// Without any of the three, where they are mixed.
pub(super) fn every_escape(source: &[u8], located: bool) -> Option<Decoded> {
    decoded(
        source,
        located,
        |text| memchr3(b'\\', b'%', b'&', text),
        |rest, out| match rest.first()? {
            b'\\' => escape(rest, out),
            b'%' => percent_escape(rest, out),
            _ => entity(rest, out),
        },
    )
}

/// Without line breaks and what is put around them: indentation, the `=` of quoted-printable, the seam of two
/// CDATA sections; and, where `strings`, with neighbouring strings of a list as one.
pub(super) fn joined(source: &[u8], strings: bool, located: bool) -> Option<Decoded> {
    let seam = |text: &[u8]| {
        text.iter()
            .position(|byte| matches!(byte, b'\n' | b'\r' | b']' | b'=') || (*byte == b'"' && strings))
    };
    decoded(source, located, seam, |rest, _| {
        const CDATA: &[u8] = b"]]><![CDATA[";
        match rest.first()? {
            b']' => rest.starts_with(CDATA).then_some(CDATA.len()),
            b'"' => {
                let comma = 1 + blanks(rest.get(1..)?);
                let next = comma + 1 + blanks(rest.get(comma..)?.strip_prefix(b",")?);
                (rest.get(next) == Some(&b'"')).then_some(next + 1)
            }
            b'=' => {
                matches!(rest.get(1)?, b'\n' | b'\r').then(|| 1 + blanks(rest.get(1..).unwrap_or_default()))
            }
            _ => Some(blanks(rest)),
        }
    })
}

fn blanks(text: &[u8]) -> usize {
    text.iter().take_while(|byte| byte.is_ascii_whitespace()).count()
}

/// Without the sizes between the chunks of a chunked body (RFC 9112, 7.1).
pub(super) fn unchunked(source: &[u8], located: bool) -> Option<Decoded> {
    decoded(
        source,
        located,
        |text| memchr(b'\r', text),
        |rest, _| {
            let size = rest.strip_prefix(b"\r\n")?;
            let digits = size.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
            let ends = size.get(digits..)?.starts_with(b"\r\n");
            (ends && (1..=8).contains(&digits)).then_some(digits + 4)
        },
    )
}

fn escape(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let byte = match rest.get(1)? {
        same @ (b'"' | b'\\' | b'/' | b'\'') => *same,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'b' => 8,
        b'f' => 12,
        b'x' => {
            out.push(two_digits(rest.get(2..4)?)?);
            return Some(4);
        }
        b'u' if rest.get(2) == Some(&b'{') => return braced(rest, out),
        b'u' => return unicode(rest, out),
        _ => return None,
    };
    out.push(byte);
    Some(2)
}

fn unicode(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let high = digits(rest.get(2..6)?)?;
    let (code, used) = match high {
        0xD800..=0xDBFF => {
            let low = rest
                .get(6..8)
                .filter(|escape| escape == b"\\u")
                .and(rest.get(8..12))?;
            let low = digits(low).filter(|low| (0xDC00..=0xDFFF).contains(low))?;
            (0x1_0000 + ((high - 0xD800) << 10) + (low - 0xDC00), 12)
        }
        code => (code, 6),
    };
    push(code, out)?;
    Some(used)
}

fn braced(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    let inner = rest.get(3..)?;
    let length = inner
        .iter()
        .take_while(|byte| byte.is_ascii_hexdigit())
        .take(7)
        .count();
    if !(1..=6).contains(&length) || inner.get(length) != Some(&b'}') {
        return None;
    }
    push(digits(inner.get(..length)?)?, out)?;
    Some(length + 4)
}

fn percent_escape(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    out.push(two_digits(rest.get(1..3)?)?);
    Some(3)
}

fn entity(rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
    /// The longest name that HTML has, and some zeros before a number.
    const LONGEST: usize = 40;
    if let Some(number) = rest.strip_prefix(b"&#") {
        let (skipped, radix, number) = match number.strip_prefix(b"x").or_else(|| number.strip_prefix(b"X")) {
            Some(hex) => (3, 16, hex),
            None => (2, 10, number),
        };
        let length = number
            .iter()
            .take(LONGEST)
            .take_while(|byte| char::from(**byte).is_digit(radix))
            .count();
        let text = std::str::from_utf8(number.get(..length)?).ok()?;
        push(u32::from_str_radix(text, radix).ok()?, out)?;
        let semicolon = usize::from(number.get(length) == Some(&b';'));
        return Some(skipped + length + semicolon);
    }
    let within = rest.get(..rest.len().min(LONGEST))?;
    let name = within.get(..=memchr(b';', within)?)?;
    let name = std::str::from_utf8(name).ok()?;
    let text = html_escape::decode_html_entities(name);
    if text == name {
        return None;
    }
    out.extend_from_slice(text.as_bytes());
    Some(name.len())
}

fn push(code: u32, out: &mut Vec<u8>) -> Option<()> {
    let mut buffer = [0; 4];
    out.extend_from_slice(char::from_u32(code)?.encode_utf8(&mut buffer).as_bytes());
    Some(())
}

fn two_digits(text: &[u8]) -> Option<u8> {
    digits(text).and_then(|value| u8::try_from(value).ok())
}

fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0, |value, digit| {
        Some((value << 4) | char::from(*digit).to_digit(16)?)
    })
}

/// The bodies of a record that are kept as base64, as the bytes that they were.
pub(super) fn base64_bodies(line: &[u8]) -> impl Iterator<Item = Decoded> {
    const MEMBER: &[u8] = br#""base64":""#;
    let bodies: Vec<Decoded> = memchr::memmem::find_iter(line, MEMBER)
        .filter_map(|at| {
            let begin = at + MEMBER.len();
            let rest = line.get(begin..).unwrap_or_default();
            let length = memchr(b'"', rest).unwrap_or(rest.len());
            let bytes = LENIENT.decode(rest.get(..length).unwrap_or_default()).ok()?;
            let mut starts: Vec<usize> = (0..bytes.len()).map(|index| begin + index / 3 * 4).collect();
            starts.push(begin + length);
            Some(Decoded {
                bytes,
                starts: Some(starts),
            })
        })
        .collect();
    bodies.into_iter()
}

/// Everything that may be base64 or hexadecimal, decoded in every alignment, because letters may stand before it;
/// one run behind the other with a zero between.
pub(super) fn runs_decoded(source: &[u8], located: bool) -> Option<Decoded> {
    let mut all = Runs::new(located);
    let mut standard = Vec::new();
    for (begin, run) in runs(source, BASE64) {
        standard.clear();
        standard.extend(run.iter().map(|byte| to_standard(*byte)));
        for skipped in 0..4 {
            let Some(run) = standard.get(skipped..) else {
                continue;
            };
            // A single character at the end holds no byte.
            let whole = if run.len() % 4 == 1 {
                run.len() - 1
            } else {
                run.len()
            };
            let from = all.bytes.len();
            if LENIENT
                .decode_vec(run.get(..whole).unwrap_or_default(), &mut all.bytes)
                .is_ok()
            {
                all.end_run(from, |index| begin + skipped + index / 3 * 4);
            }
        }
        for (within, run) in runs(run, HEX) {
            for skipped in 0..2 {
                let from = all.bytes.len();
                let pairs = run.get(skipped..).unwrap_or_default().chunks_exact(2);
                all.bytes.extend(pairs.filter_map(two_digits));
                all.end_run(from, |index| begin + within + skipped + index * 2);
            }
        }
    }
    all.end(source.len())
}

/// With the runs of hexadecimal that mix their cases in lower case. None where there is none.
pub(super) fn one_case_hex(source: &[u8]) -> Option<Vec<u8>> {
    // Where no capital stands beside a digit or small letter of the sixteen, nothing is mixed.
    let mut copy: Option<Vec<u8>> = None;
    for (begin, run) in runs(source, HEX) {
        let mixed = run.iter().any(u8::is_ascii_uppercase) && run.iter().any(u8::is_ascii_lowercase);
        if mixed
            && let Some(run) = copy
                .get_or_insert_with(|| source.to_vec())
                .get_mut(begin..begin + run.len())
        {
            run.make_ascii_lowercase();
        }
    }
    copy
}

struct Runs {
    bytes: Vec<u8>,
    starts: Option<Vec<usize>>,
}

impl Runs {
    fn new(located: bool) -> Self {
        Self {
            bytes: Vec::new(),
            starts: located.then(Vec::new),
        }
    }

    fn end_run(&mut self, from: usize, start: impl Fn(usize) -> usize) {
        self.bytes.push(0);
        if let Some(starts) = &mut self.starts {
            starts.extend((0..self.bytes.len() - from).map(start));
        }
    }

    fn end(mut self, length: usize) -> Option<Decoded> {
        if let Some(starts) = &mut self.starts {
            starts.push(length);
        }
        (!self.bytes.is_empty()).then_some(Decoded {
            bytes: self.bytes,
            starts: self.starts,
        })
    }
}

/// For each byte, whether it belongs to a class.
type Class = [bool; 256];
const HEX: &Class = &class(b"");
const BASE64: &Class = &class(b"GHIJKLMNOPQRSTUVWXYZghijklmnopqrstuvwxyz+/-_");

/// The sixteen digits, in both cases, and others.
const fn class(others: &[u8]) -> Class {
    let digits = b"0123456789abcdefABCDEF";
    let mut class = [false; 256];
    let mut at = 0;
    while at < digits.len() {
        class[digits[at] as usize] = true;
        at += 1;
    }
    at = 0;
    while at < others.len() {
        class[others[at] as usize] = true;
        at += 1;
    }
    class
}

/// The long runs of a class, with where they begin.
fn runs<'a>(source: &'a [u8], class: &Class) -> impl Iterator<Item = (usize, &'a [u8])> {
    let belongs = move |byte: &u8| class.get(usize::from(*byte)).copied().unwrap_or_default();
    let mut at = 0;
    std::iter::from_fn(move || {
        // What ends too early is skipped from its far end, without a look at its beginning.
        while let Some(window) = source.get(at..at + SHORTEST_RUN) {
            if let Some(stranger) = window.iter().rposition(|byte| !belongs(byte)) {
                at += stranger + 1;
                continue;
            }
            let run = source.get(at..).unwrap_or_default();
            let length = run.iter().position(|byte| !belongs(byte)).unwrap_or(run.len());
            let begin = at;
            at += length;
            return Some((begin, run.get(..length).unwrap_or_default()));
        }
        None
    })
}

fn to_standard(byte: u8) -> u8 {
    match byte {
        b'-' => b'+',
        b'_' => b'/',
        other => other,
    }
}
