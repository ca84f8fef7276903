//! `open_enum!`: named values of a number or text, with every other value kept as it is.

/// Declares an enum whose values on the wire are a number or a text.
///
/// ```text
/// open_enum! {
///     /// Whether a user is there.
///     pub enum Status: u32 {
///         /// Not connected.
///         Offline = 0,
///     }
/// }
/// ```
///
/// A value without a name becomes `Other`. Two values are equal when they are the same on the wire.
macro_rules! open_enum {
    (
        $(#[doc = $doc:literal])*
        pub enum $name:ident: $raw:ident {
            $($(#[doc = $value_doc:literal])* $variant:ident = $value:literal,)*
        }
    ) => {
        $(#[doc = $doc])*
        #[derive(Clone, Debug)]
        pub enum $name {
            $($(#[doc = $value_doc])* $variant,)*
            /// A value without a name.
            Other(open_enum!(@type $raw)),
        }

        impl $name {
            /// The value on the wire.
            #[must_use]
            pub fn raw(&self) -> open_enum!(@type $raw) {
                match self {
                    $(Self::$variant => open_enum!(@value $raw $value),)*
                    Self::Other(raw) => raw.clone(),
                }
            }
        }

        impl From<open_enum!(@type $raw)> for $name {
            fn from(raw: open_enum!(@type $raw)) -> Self {
                $(if raw == $value {
                    return Self::$variant;
                })*
                Self::Other(raw)
            }
        }

        impl PartialEq for $name {
            fn eq(&self, other: &Self) -> bool {
                self.raw() == other.raw()
            }
        }

        impl Eq for $name {}

        impl $crate::Wire for $name {
            const MIN_LEN: usize = <open_enum!(@type $raw) as $crate::Wire>::MIN_LEN;
            const SHAPE: $crate::schema::Shape =
                $crate::schema::Shape::Enum(&$crate::schema::EnumSchema {
                    name: stringify!($name),
                    doc: concat!($($doc, "\n"),*),
                    shape: &<open_enum!(@type $raw) as $crate::Wire>::SHAPE,
                    values: &[$($crate::schema::ValueSchema {
                        name: stringify!($variant),
                        value: stringify!($value),
                        doc: concat!($($value_doc, "\n"),*),
                    }),*],
                });

            fn parse(input: $crate::Input<'_>) -> $crate::Parsed<'_, Self> {
                let (input, raw) = <open_enum!(@type $raw) as $crate::Wire>::parse(input)?;
                Ok((input, Self::from(raw)))
            }

            fn encoded_len(&self) -> usize {
                $crate::Wire::encoded_len(&self.raw())
            }

            fn encode(&self, out: &mut Vec<u8>) -> Result<(), $crate::EncodeError> {
                $crate::Wire::encode(&self.raw(), out)
            }
        }

        #[cfg(feature = "arbitrary")]
        impl<'a> arbitrary::Arbitrary<'a> for $name {
            fn arbitrary(source: &mut arbitrary::Unstructured<'a>) -> arbitrary::Result<Self> {
                <open_enum!(@type $raw)>::arbitrary(source).map(Self::from)
            }
        }

        #[cfg(feature = "proptest")]
        impl $crate::Sample for $name {
            fn strategy() -> proptest::strategy::BoxedStrategy<Self> {
                let known = [$(Self::$variant.raw()),*];
                $crate::sample::known_or_any(known.to_vec(), Self::from)
            }
        }

        #[cfg(feature = "serde")]
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                self.raw().serialize(serializer)
            }
        }

        #[cfg(feature = "serde")]
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                <open_enum!(@type $raw)>::deserialize(deserializer).map(Self::from)
            }
        }
    };
    (@type Text) => { $crate::Text };
    (@type $raw:ident) => { $raw };
    (@value Text $value:literal) => { $crate::Text::from($value) };
    (@value $raw:ident $value:literal) => { $value };
}
