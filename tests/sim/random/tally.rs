//! What has happened in runs.

/// How often things have happened, for whoever wants to know that the runs are worth something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) clients: u64,
    pub(super) logins: u64,
    pub(super) lost_sessions: u64,
    /// How often a client has come back by itself.
    pub(super) reconnects: u64,
    pub(super) kicked: u64,
    pub(super) restarts: u64,
    pub(super) partitions: u64,
    pub(super) searches: u64,
    pub(super) results: u64,
    pub(super) downloads: u64,
    pub(super) failed_downloads: u64,
    pub(super) uploads: u64,
    /// Share lists, folders, profiles and so on that have come.
    pub(super) questions: u64,
    pub(super) failed_questions: u64,
    pub(super) strangers: u64,
    /// Connections made the other way round.
    pub(super) pierced: u64,
    /// Connections to a port for obfuscated ones.
    pub(super) obfuscated: u64,
    /// Searches that went from a parent to a child.
    pub(super) relayed: u64,
    /// Clients that had a parent in the end.
    pub(super) with_parent: u64,
    /// How deep the deepest of them was.
    pub(super) deepest: u64,
    /// Searches that were counted in the end, each with all who had to see it.
    pub(super) seen_searches: u64,
}

impl Tally {
    pub(super) fn add(&mut self, other: &Self) {
        self.clients += other.clients;
        self.logins += other.logins;
        self.lost_sessions += other.lost_sessions;
        self.reconnects += other.reconnects;
        self.kicked += other.kicked;
        self.restarts += other.restarts;
        self.partitions += other.partitions;
        self.searches += other.searches;
        self.results += other.results;
        self.downloads += other.downloads;
        self.failed_downloads += other.failed_downloads;
        self.uploads += other.uploads;
        self.questions += other.questions;
        self.failed_questions += other.failed_questions;
        self.strangers += other.strangers;
        self.pierced += other.pierced;
        self.obfuscated += other.obfuscated;
        self.relayed += other.relayed;
        self.with_parent += other.with_parent;
        self.deepest = self.deepest.max(other.deepest);
        self.seen_searches += other.seen_searches;
    }

    /// Runs in which nothing happens would prove nothing.
    pub(super) fn assert_rich(&self) {
        assert!(self.logins > self.clients, "nobody has come back");
        assert!(self.deepest >= 3, "no tree is deeper than {}", self.deepest);
        for (what, count) in [
            ("lost sessions", self.lost_sessions),
            ("reconnects", self.reconnects),
            ("kicked", self.kicked),
            ("restarts", self.restarts),
            ("partitions", self.partitions),
            ("searches", self.searches),
            ("results", self.results),
            ("downloads", self.downloads),
            ("failed downloads", self.failed_downloads),
            ("uploads", self.uploads),
            ("questions", self.questions),
            ("failed questions", self.failed_questions),
            ("strangers", self.strangers),
            ("pierced", self.pierced),
            ("obfuscated", self.obfuscated),
            ("relayed", self.relayed),
            ("with parent", self.with_parent),
            ("seen searches", self.seen_searches),
        ] {
            assert!(count >= 10, "only {count} {what}");
        }
    }
}
