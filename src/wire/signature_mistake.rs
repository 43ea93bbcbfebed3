//! The mistakes by which signatures come out wrong, and what to look for in the code that makes them.
//!
//! Each concerns one thing only (key, order of the parts, body, algorithm, writing of the digest), so that two
//! of them can be made together. [`super::mistaken_signature`] computes what comes of them.

use super::{json_dialect::JsonDialect, phrase::phrases};

phrases! {
    /// One way of computing a wrong signature.
    SignatureMistake, "signature mistake" {
        /// The whole printed secret as bytes.
        KeyAsPrinted = "the secret is used as text, whsec_ and all, instead of the bytes it stands for",
        /// The base64 text as bytes.
        KeyNotDecoded = "the secret is used as text after whsec_, without decoding it from base64",
        /// A forgiving decoder takes `whsec_` for base64.
        KeyDecodedWithPrefix = "the secret is decoded from base64 with whsec_ still in front",
        /// The file of the secret ends with a newline.
        KeyWithNewline = "the secret is used as text and has a newline at its end",
        /// Quotes of a settings file belong to the value.
        KeyInQuotes = "the secret is used as text with its quotation marks",
        /// The hex digits of the key.
        KeyInHex = "the hex digits of the key are used instead of its bytes",
        /// The variable is not set.
        KeyEmpty = "the secret is empty",
        /// The variable is not set, in JavaScript.
        KeyUndefined = "the secret is the text undefined",
        /// The variable is not set, in Python.
        KeyNone = "the secret is the text None",
        /// Nothing but the body.
        BodyAlone = "only the body is signed, without id and timestamp",
        /// `timestamp.body`
        NoId = "the id is missing from what is signed",
        /// `id.body`
        NoTimestamp = "the timestamp is missing from what is signed",
        /// `timestamp.id.body`
        TimestampBeforeId = "the timestamp is put before the id",
        /// `body.id.timestamp`
        BodyFirst = "the body is put before id and timestamp",
        /// `body.timestamp.id`
        BodyFirstIdLast = "the parts are put in the order body, timestamp, id",
        /// `id.body.timestamp`
        TimestampLast = "the timestamp is put behind the body",
        /// Nothing between the parts.
        NoDots = "the parts are joined without dots",
        /// Milliseconds instead of seconds.
        TimestampInMillis = "the timestamp is signed in milliseconds instead of seconds",
        /// `created_at` of the event instead of the header.
        TimestampOfTheEvent = "created_at from the body is signed instead of the timestamp header",
        /// The stream was read already.
        BodyEmpty = "the body is empty where it is signed: something has read it before",
        /// A parsed body in a JavaScript string.
        BodyIsObject = "the parsed body is put into a string, which makes it [object Object]",
        /// Python bytes in an f-string.
        BodyIsBytesLiteral = "the bytes of the body are put into a Python string, which makes them b'…'",
        /// Only the member `data`.
        BodyIsData = "only the member data of the body is signed",
        /// White space is cut off.
        BodyTrimmed = "white space around the body is cut off",
        /// A newline too many.
        BodyWithNewline = "a newline is added to the body",
        /// CR LF becomes LF.
        BodyWithoutReturns = "line ends of the body are changed from CR LF to LF",
        /// LF becomes CR LF.
        BodyWithReturns = "line ends of the body are changed from LF to CR LF",
        /// The mark is dropped.
        BodyWithoutMark = "the byte order mark of the body is dropped",
        /// Bytes that are no UTF-8 become replacement characters.
        BodyRepaired = "the body is read as UTF-8, and what is none is replaced",
        /// UTF-8 read as Latin-1 and written as UTF-8.
        BodyReadAsLatin1 = "the body is read as Latin-1 and written as UTF-8",
        /// As a gateway hands over binary bodies.
        BodyInBase64 = "the body is signed in the base64 form in which a gateway hands it over",
        /// `+` and `%` are decoded.
        BodyUrlDecoded = "the body is decoded as if it were a form",
        /// [`JsonDialect::Compact`]
        BodyCompact = "the body is parsed and written again, compact",
        /// [`JsonDialect::JavaScript`]
        BodyByJavaScript = "the body is parsed and written again by JSON.stringify",
        /// [`JsonDialect::Python`]
        BodyByPython = "the body is parsed and written again by Python's json.dumps",
        /// [`JsonDialect::PythonUnicode`]
        BodyByPythonUnicode = "the body is parsed and written again by json.dumps with ensure_ascii=False",
        /// [`JsonDialect::CompactAscii`]
        BodyCompactAscii = "the body is parsed and written again, compact and with escapes beyond ASCII",
        /// [`JsonDialect::Php`]
        BodyByPhp = "the body is parsed and written again by PHP's json_encode",
        /// [`JsonDialect::Go`]
        BodyByGo = "the body is parsed and written again by Go's json.Marshal",
        /// [`JsonDialect::SortedCompact`]
        BodySorted = "the body is parsed and written again with sorted keys, compact",
        /// [`JsonDialect::SortedPython`]
        BodySortedByPython = "the body is parsed and written again by json.dumps with sort_keys=True",
        /// [`JsonDialect::PrettyTwo`]
        BodyPrettyTwo = "the body is parsed and written again, indented by two spaces",
        /// [`JsonDialect::PrettyFour`]
        BodyPrettyFour = "the body is parsed and written again, indented by four spaces",
        /// [`JsonDialect::PrettyTabs`]
        BodyPrettyTabs = "the body is parsed and written again, indented by tabs",
        /// HMAC-SHA1.
        Sha1 = "HMAC-SHA1 is computed instead of HMAC-SHA256",
        /// HMAC-SHA512.
        Sha512 = "HMAC-SHA512 is computed instead of HMAC-SHA256",
        /// SHA-256 of key and content.
        PlainKeyFirst = "plain SHA-256 of key and content is computed instead of an HMAC",
        /// SHA-256 of content and key.
        PlainKeyLast = "plain SHA-256 of content and key is computed instead of an HMAC",
        /// The content is the key.
        KeyAndContentSwapped = "key and content of the HMAC are exchanged",
        /// Lower-case hex.
        Hex = "the digest is written in hex",
        /// Upper-case hex.
        UpperHex = "the digest is written in upper-case hex",
        /// Standard base64, where the scheme wants hex.
        Base64 = "the digest is written in base64",
        /// Base64 of the hex digits.
        Base64OfHex = "the hex digits of the digest are written in base64",
        /// `-` and `_`.
        UrlSafe = "the digest is written in URL-safe base64",
        /// `-` and `_`, no `=`.
        UrlSafeUnpadded = "the digest is written in URL-safe base64 without padding",
        /// No `=`.
        Unpadded = "the digest is written in base64 without padding",
        /// All letters small.
        LowerCase = "the letters of the digest are made small",
    }
}

/// What a mistake concerns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Aspect {
    /// The bytes of the key.
    Key,
    /// Which parts are signed, and in which order.
    Parts,
    /// The bytes of the body.
    Body,
    /// What is computed.
    Algorithm,
    /// How the digest is written.
    Writing,
}

impl SignatureMistake {
    /// What it concerns. Two mistakes about one thing cannot be made together.
    pub fn aspect(self) -> Aspect {
        match self {
            Self::KeyAsPrinted
            | Self::KeyNotDecoded
            | Self::KeyDecodedWithPrefix
            | Self::KeyWithNewline
            | Self::KeyInQuotes
            | Self::KeyInHex
            | Self::KeyEmpty
            | Self::KeyUndefined
            | Self::KeyNone => Aspect::Key,
            Self::BodyAlone
            | Self::NoId
            | Self::NoTimestamp
            | Self::TimestampBeforeId
            | Self::BodyFirst
            | Self::BodyFirstIdLast
            | Self::TimestampLast
            | Self::NoDots
            | Self::TimestampInMillis
            | Self::TimestampOfTheEvent => Aspect::Parts,
            Self::Sha1
            | Self::Sha512
            | Self::PlainKeyFirst
            | Self::PlainKeyLast
            | Self::KeyAndContentSwapped => Aspect::Algorithm,
            Self::Hex
            | Self::UpperHex
            | Self::Base64
            | Self::Base64OfHex
            | Self::UrlSafe
            | Self::UrlSafeUnpadded
            | Self::Unpadded
            | Self::LowerCase => Aspect::Writing,
            _ => Aspect::Body,
        }
    }

    /// How the body is written again, if that is the mistake.
    pub(super) fn dialect(self) -> Option<JsonDialect> {
        Some(match self {
            Self::BodyCompact => JsonDialect::Compact,
            Self::BodyByJavaScript => JsonDialect::JavaScript,
            Self::BodyByPython => JsonDialect::Python,
            Self::BodyByPythonUnicode => JsonDialect::PythonUnicode,
            Self::BodyCompactAscii => JsonDialect::CompactAscii,
            Self::BodyByPhp => JsonDialect::Php,
            Self::BodyByGo => JsonDialect::Go,
            Self::BodySorted => JsonDialect::SortedCompact,
            Self::BodySortedByPython => JsonDialect::SortedPython,
            Self::BodyPrettyTwo => JsonDialect::PrettyTwo,
            Self::BodyPrettyFour => JsonDialect::PrettyFour,
            Self::BodyPrettyTabs => JsonDialect::PrettyTabs,
            _ => return None,
        })
    }

    /// What to look for in the code that signs or verifies, and what to put there.
    pub fn remedy(self) -> &'static str {
        match self {
            Self::KeyAsPrinted | Self::KeyNotDecoded => {
                "look for the line that hands the secret to HMAC: cut off whsec_ and decode the rest from base64 first, \
                 such as base64.b64decode(secret.removeprefix(\"whsec_\")), Buffer.from(secret.slice(6), \"base64\") or \
                 base64_decode(substr($secret, 6))"
            }
            Self::KeyDecodedWithPrefix => {
                "look for the line that decodes the secret: cut off whsec_ before, the decoder takes its letters for base64"
            }
            Self::KeyWithNewline => {
                "look for where the secret is read: trim it, and write its file with printf rather than echo; then decode \
                 it from base64 without whsec_"
            }
            Self::KeyInQuotes => {
                "look for where the secret is set: the quotation marks have become part of it; then decode it from base64 \
                 without whsec_"
            }
            Self::KeyInHex => {
                "look for the line that decodes the secret: hand its bytes to HMAC, not their hex digits"
            }
            Self::KeyEmpty | Self::KeyUndefined | Self::KeyNone => {
                "look for where the secret is read: the variable is not set in the process that verifies; refuse to start \
                 without it"
            }
            Self::BodyAlone | Self::NoId | Self::NoTimestamp => {
                "look for the line that builds what is signed: it is id, a dot, timestamp, a dot, body, with id and timestamp \
                 from the headers"
            }
            Self::TimestampBeforeId | Self::BodyFirst | Self::BodyFirstIdLast | Self::TimestampLast => {
                "look for the line that builds what is signed: the order is id, timestamp, body, with a dot between them"
            }
            Self::NoDots => {
                "look for the line that joins id, timestamp and body: there is a dot between them"
            }
            Self::TimestampInMillis => {
                "look for the line that takes the timestamp: sign the text of the header as it came, in seconds"
            }
            Self::TimestampOfTheEvent => {
                "look for the line that takes the timestamp: it comes from the header, not from created_at in the body"
            }
            Self::BodyEmpty => {
                "look for what reads the body before the verification (a body parser, a logger): the raw bytes have to be \
                 kept, such as express.raw({ type: \"*/*\" }), await request.body(), file_get_contents(\"php://input\")"
            }
            Self::BodyIsObject => {
                "look for the parsed body in a template string: sign the raw bytes of the request, as express.raw hands \
                 them over"
            }
            Self::BodyIsBytesLiteral => {
                "look for f\"…{body}\" or str(body): join bytes, or decode the body first with body.decode()"
            }
            Self::BodyIsData => {
                "look for the line that takes the body: the whole body is signed, not its member data"
            }
            Self::BodyTrimmed => {
                "look for trim, strip or chomp on the body: every byte counts, white space as well"
            }
            Self::BodyWithNewline => {
                "look for what adds a line end to the body, such as println, echo or a file that an editor has written"
            }
            Self::BodyWithoutReturns | Self::BodyWithReturns => {
                "look for what reads the body as text with line ends of its own: read it as bytes"
            }
            Self::BodyWithoutMark => {
                "look for what decodes the body with utf-8-sig or a reader that drops the mark: sign bytes"
            }
            Self::BodyRepaired | Self::BodyReadAsLatin1 => {
                "look for what turns the body into text before it is signed: sign the bytes as they came"
            }
            Self::BodyInBase64 => {
                "look for isBase64Encoded of the event that the gateway hands over: decode the body before you sign it"
            }
            Self::BodyUrlDecoded => "look for what reads the body as a form: it is signed as it came",
            Self::BodyCompact
            | Self::BodyByJavaScript
            | Self::BodyByPython
            | Self::BodyByPythonUnicode
            | Self::BodyCompactAscii
            | Self::BodyByPhp
            | Self::BodyByGo
            | Self::BodySorted
            | Self::BodySortedByPython
            | Self::BodyPrettyTwo
            | Self::BodyPrettyFour
            | Self::BodyPrettyTabs => {
                "look for the line that writes parsed JSON to sign it (JSON.stringify, json.dumps, json_encode): sign the raw \
                 bytes that came, and parse only after the signature holds"
            }
            Self::Sha1 | Self::Sha512 | Self::PlainKeyFirst | Self::PlainKeyLast => {
                "look for the name of the algorithm: it is HMAC with SHA-256"
            }
            Self::KeyAndContentSwapped => {
                "look for the call of HMAC: its key is the secret, its message is the content"
            }
            Self::Hex | Self::UpperHex | Self::Base64OfHex => {
                "look for hexdigest() or digest(\"hex\"): compare base64 of the digest's bytes"
            }
            Self::Base64 => "look for what writes the digest: the profile wants it in hex",
            Self::UrlSafe | Self::UrlSafeUnpadded | Self::Unpadded => {
                "look for urlsafe_b64encode or \"base64url\": use standard base64 with + and / and = at the end"
            }
            Self::LowerCase => {
                "look for lower() on the header or the digest: in base64 capital and small letters differ"
            }
        }
    }
}
