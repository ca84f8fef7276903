//! What a server is made with.

use std::time::Duration;

use slsk_wire::Text;

/// How searches of the whole network reach the users.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SearchDelivery {
    /// To the roots of the distributed network, as `EmbeddedMessage` (93), which pass them on. Who has said nothing
    /// about the distributed network since his login gets an `IncomingFileSearch` (26), for he can't be in it.
    #[default]
    Distributed,
    /// To everybody, as `IncomingFileSearch` (26). Nobody hears of possible parents.
    Direct,
}

/// What a server is made with.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// The message of the day.
    pub greeting: String,
    /// Phrases that clients must leave out of their results.
    pub excluded_phrases: Vec<Text>,
    /// Seconds between two searches for wishes.
    pub wishlist_interval: u32,
    /// The same for users with privileges.
    pub privileged_wishlist_interval: u32,
    /// How searches reach the users.
    pub search_delivery: SearchDelivery,
    /// How long a user who has come is not told of possible parents. Nicotine+ takes no children with a parent that it
    /// finds before it has learned its own speed.
    pub parents_delay: Duration,
    /// How often a user without a parent is told of possible ones.
    pub parents_interval: Duration,
    /// What clients need to have children; see `spec/guide/distributed.md` for the unit.
    pub parent_min_speed: u32,
    /// How many children they may have for their speed; see there too.
    pub parent_speed_ratio: u32,
    /// How many users a room needs to be in the list that comes with the login.
    pub room_list_min_users: u32,
    /// Whether the first login with a name makes an account.
    pub open: bool,
    /// What must not be exceeded.
    pub limits: ServerLimits,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            greeting: String::new(),
            excluded_phrases: Vec::new(),
            wishlist_interval: 720,
            privileged_wishlist_interval: 120,
            search_delivery: SearchDelivery::default(),
            parents_delay: Duration::from_secs(2),
            parents_interval: Duration::from_mins(1),
            parent_min_speed: 1,
            parent_speed_ratio: 50,
            room_list_min_users: 5,
            open: true,
            limits: ServerLimits::default(),
        }
    }
}

/// How much users may do. What is above it is dropped without a word, but for logins and connections.
#[derive(Clone, Debug)]
pub struct ServerLimits {
    /// How many accounts there may be; who comes later is told that the server is full.
    pub accounts: usize,
    /// How many connections there may be; more take the places of those that have waited for a login for longest, or are
    /// closed. Where there is `None`, `Server` takes what the process may open.
    pub connections: Option<usize>,
    /// How many connections there may be from one address; more are closed.
    pub connections_per_address: Option<usize>,
    /// How often in ten seconds others are told what one user says of himself: his status, his shares and speed, full
    /// slots, rooms that he joins, tickers. A client that joins a hundred rooms after its login is below it. Above it,
    /// status, shares and speed are as he says, but nobody is told who does not ask.
    pub news: u32,
    /// How many wishes to connect, and what else goes to one other user, of one user are passed on in ten seconds, lists of
    /// rooms counted too. A client that delivers results to many who can't be reached is below it.
    pub relays: u32,
    /// How many searches of one user are delivered in ten seconds.
    pub searches: u32,
    /// How many texts of one user are delivered in ten seconds, each receiver counted.
    pub messages: u32,
    /// How many users one user may watch.
    pub watches: usize,
    /// How many rooms there may be.
    pub rooms: usize,
    /// How many rooms one user may be in.
    pub rooms_per_user: usize,
    /// How many private messages wait for one user.
    pub waiting_messages_per_user: usize,
    /// How many private messages wait for all users together.
    pub waiting_messages: usize,
}

impl Default for ServerLimits {
    fn default() -> Self {
        Self {
            accounts: 100_000,
            connections: None,
            connections_per_address: None,
            news: 300,
            relays: 2000,
            searches: 100,
            messages: 100,
            watches: 10_000,
            rooms: 10_000,
            rooms_per_user: 100,
            waiting_messages_per_user: 100,
            waiting_messages: 20_000,
        }
    }
}
