use slsk_wire::Text;

/// A place in the distributed network. See `spec/guide/distributed.md`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// How far the root is; 0 without a parent.
    pub level: u32,
    /// Who is at the top; we ourselves without a parent.
    pub root: Text,
    /// Whose searches we pass on. Without one we are the root of a branch, or look for a parent.
    pub parent: Option<Text>,
    /// To whom we pass them on. No event tells when one comes or goes.
    pub children: Vec<Text>,
}
