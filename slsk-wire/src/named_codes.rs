//! `named_codes!`: codes that have a name and no known layout.

/// Declares such codes of a family, as constants of its enum and as a list for its schema.
macro_rules! named_codes {
    (
        $family:ident as $list:ident {
            $($(#[doc = $doc:literal])* $constant:ident = $code:literal, $name:literal, $status:ident;)*
        }
    ) => {
        /// Codes that have a name and no known layout: their frames are `Unknown`.
        impl $family {
            $($(#[doc = $doc])* pub const $constant: u32 = $code;)*
        }

        const $list: &[$crate::schema::NamedCode] = &[$($crate::schema::NamedCode {
            code: $code,
            name: $name,
            doc: concat!($($doc, "\n"),*),
            status: $crate::schema::MessageStatus::$status,
        }),*];
    };
}
