//! What is falsified, or written unusually, in one delivery. The names are the phrases of the
//! feature files, so that a partner reads the same words in the case, the record and the report.

pub use super::phrase::UnknownPhrase;
use super::phrase::phrases;

phrases! {
    /// What is false about a webhook delivery.
    Tampering, "tampering" {
        /// The signature header is left out.
        NoSignatureHeader = "no signature header",
        /// The timestamp header is left out.
        NoTimestampHeader = "no timestamp header",
        /// The id header is left out.
        NoIdHeader = "no id header",
        /// The signature header is there and empty.
        EmptySignature = "an empty signature header",
        /// Signed with a fresh random key.
        RandomKey = "a random key",
        /// Signed with a key that was issued to somebody else.
        OtherPartnersKey = "another partner's webhook key",
        /// Signed with the webhook key that a rotation has ended.
        RetiredKey = "the retired webhook key",
        /// Signed with the partner's API secret.
        ApiSecret = "the partner's own API secret",
        /// Signed with the printed characters of the key instead of its bytes.
        PrintedKey = "the printed text of the key",
        /// Signed with the empty key.
        EmptyKey = "the empty key",
        /// Signed with the key `undefined`.
        KeyUndefined = "the key undefined",
        /// Signed with the key `null`.
        KeyNull = "the key null",
        /// Signed with the key `None`.
        KeyNone = "the key None",
        /// Signed with the key `changeme`.
        KeyChangeme = "the key changeme",
        /// Signed with the key `***`.
        KeyStars = "the key ***",
        /// One digit of the amount is changed after signing.
        AmountDigit = "one digit of the amount changed",
        /// The status is turned round after signing.
        StatusFlipped = "the status flipped",
        /// A newline is appended after signing.
        NewlineAppended = "one newline appended",
        /// The references become those of another pending order after signing.
        ReferencesSwapped = "the transaction of another pending order",
        /// The id header is replaced after signing.
        OtherId = "another event id",
        /// The timestamp header is replaced by another fresh time after signing.
        OtherTimestamp = "another fresh attempt time",
        /// Only the first eight characters of the digest.
        FirstEight = "a signature cut to its first 8 characters",
        /// The version label with nothing behind it.
        LabelOnly = "a version label with nothing after it",
        /// The digest less its last byte.
        OneByteShort = "a digest one byte short",
        /// The digest with one byte more.
        OneByteLong = "a digest one byte long",
        /// A digest of zero bytes.
        AllZeros = "a digest of all zeros",
        /// Text that is no base64.
        NotBase64 = "a signature that is not base64",
        /// The timestamp is a word.
        TimestampSoon = "the timestamp soon",
        /// The timestamp counts milliseconds.
        TimestampMillis = "a timestamp in milliseconds",
        /// The timestamp has letters behind its digits.
        TimestampLetters = "a timestamp with letters appended",
        /// The right digest under `v0`.
        LabelV0 = "the right digest labelled v0",
        /// The right digest under `v2`.
        LabelV2 = "the right digest labelled v2",
        /// The right digest under `v1a`.
        LabelV1a = "the right digest labelled v1a",
        /// HMAC-SHA1 under `v1`.
        Sha1AsV1 = "an HMAC-SHA1 digest labelled v1",
        /// SHA-256 of key and body under `v1`.
        UnkeyedAsV1 = "an unkeyed SHA-256 of key and body labelled v1",
        /// Three entries, none of them right.
        ThreeBad = "three bad v1 signatures",
        /// Two timestamp lines: the stale one that was signed, then a fresh one.
        StaleThenFresh = "a stale signed timestamp line followed by a fresh one",
        /// Two timestamp lines: a fresh one, then the stale one that was signed.
        FreshThenStale = "a fresh timestamp line followed by the stale signed one",
        /// Two different id lines.
        TwoIds = "two different event id lines",
        /// Properly signed, dated seven minutes ago.
        Stale = "an attempt time 420 seconds in the past",
        /// Properly signed, dated seven minutes ahead.
        Future = "an attempt time 420 seconds in the future",
    }
}

phrases! {
    /// An unusual but right way of writing a delivery; it must be accepted.
    Writing, "writing" {
        /// Minified JSON, lower-case headers, one signature.
        Plain = "minified JSON",
        /// Pretty-printed with tabs.
        PrettyTabs = "pretty-printed with tabs",
        /// Keys in an unusual order.
        UnusualKeyOrder = "keys in an unusual order",
        /// `\/` and `\u00e9` escapes.
        Escapes = "escaped slashes and letters",
        /// Numbers `1.0` and `1E2` in the metadata.
        Numbers = "numbers written 1.0 and 1E2",
        /// A newline at the end.
        TrailingNewline = "a trailing newline",
        /// A name in accented Latin.
        AccentedLatin = "a name in accented Latin",
        /// A name in Chinese and Tamil.
        ChineseTamil = "a name in Chinese and Tamil",
        /// A name with an emoji outside the basic plane.
        Emoji = "a name with an emoji",
        /// A name with U+2028.
        LineSeparator = "a name with a U+2028 line separator",
        /// Lower-case header names.
        LowerCase = "header names in lower case",
        /// Title-Case header names, spaces around the values.
        TitleCase = "header names in Title-Case and spaces around the values",
        /// Upper-case header names.
        UpperCase = "header names in UPPER CASE",
        /// Signatures by the old key, then the new.
        OldThenNew = "an old-key signature followed by a new-key one",
        /// Signatures by the new key, then the old.
        NewThenOld = "a new-key signature followed by an old-key one",
        /// Signed with the key that a rotation brings in.
        NextKey = "a signature by the new key",
        /// Signed with the key that a rotation ends and the one that it brings in.
        BothKeys = "signatures by the old and the new key",
        /// An unknown scheme, a bad v1, the good v1.
        UnknownBadGood = "an unknown scheme, then a bad v1, then the good v1",
        /// Dated four minutes ago.
        Slow240 = "an attempt time 240 seconds in the past",
        /// Dated one minute ahead.
        Fast60 = "an attempt time 60 seconds in the future",
    }
}

phrases! {
    /// A correctly signed body that cannot be read as an event.
    Unreadable, "unreadable body" {
        /// JSON that stops in the middle.
        CutOff = "cut-off JSON",
        /// No bytes.
        Empty = "an empty body",
        /// `[]`
        EmptyArray = "an empty array",
        /// `null`
        Null = "the value null",
        /// Bytes that are no UTF-8.
        InvalidUtf8 = "invalid UTF-8",
        /// A lone surrogate escape.
        LoneSurrogate = "a lone surrogate escape",
    }
}

phrases! {
    /// What is false about a recurring callback.
    CallbackTampering, "callback tampering" {
        /// 64 random hex digits.
        RandomHash = "a random hash",
        /// No hash field.
        AbsentHash = "no hash field",
        /// The empty string.
        EmptyHash = "an empty hash",
        /// JSON null.
        NullHash = "a null hash",
        /// The last digit changed.
        LastDigit = "the last digit of the hash changed",
        /// MD5 over the same text.
        Md5 = "the MD5 of the same text",
        /// What an unconfigured partner computes: the digest of nothing under an empty key.
        EmptyDigest = "the digest of nothing under an empty key",
        /// Another status under the old hash.
        StatusChanged = "a changed status_id under the old hash",
        /// Another order under the old hash.
        OrderChanged = "a changed order_id under the old hash",
        /// Another transaction under the old hash.
        TransactionChanged = "a changed transaction_id under the old hash",
        /// Another message under the old hash.
        MessageChanged = "a changed msg under the old hash",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_unique_and_come_back() {
        for word in Tampering::ALL {
            assert_eq!(word.phrase().parse().as_ref(), Ok(word));
        }
        for word in Writing::ALL {
            assert_eq!(word.phrase().parse().as_ref(), Ok(word));
        }
    }
}
