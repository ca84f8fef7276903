use slsk_wire::peer::{Attributes, File};

use super::*;
use crate::machine::{OpenSearches, SearchOptions};

const ME: &str = "me";

/// Searches, what they want done, and a clock.
struct Bench {
    searches: Searches,
    out: Outbox,
}

impl Bench {
    fn new() -> Self {
        Self {
            searches: Searches::new(u32::MAX),
            out: Outbox::for_tests(),
        }
    }

    fn start(&mut self, id: u64, request: impl Into<SearchRequest>) -> Vec<ServerRequest> {
        let (id, request) = (CommandId(id), request.into());
        self.searches.start(id, request, ME, &mut self.out);
        // Its turn comes at once.
        if self.is_waiting(id) {
            self.searches.sent(id, &mut self.out);
        }
        self.sent()
    }

    fn is_waiting(&self, id: CommandId) -> bool {
        let mut queue = self.out.queue.iter();
        queue.any(|out| matches!(out, Out::PacedToServer(_, search) if *search == id))
    }

    fn result(&mut self, token: u32, user: &str, paths: &[&str]) -> Vec<Told> {
        let file = |path: &&str| File::new(*path, 1, Attributes::default());
        let files = paths.iter().map(file).collect();
        let response = FileSearchResponse::new(user, token, files);
        self.searches.result(&user.into(), response, &mut self.out);
        self.told()
    }

    fn pass(&mut self, time: Duration) -> Vec<Told> {
        self.out.now += time;
        self.searches.tick(&mut self.out);
        self.told()
    }

    fn sent(&mut self) -> Vec<ServerRequest> {
        let mut sent = Vec::new();
        self.out.queue.retain(|out| match out {
            Out::ToServer(message) | Out::PacedToServer(message, _) => {
                sent.push(message.clone());
                false
            }
            _ => true,
        });
        sent
    }

    /// What the owner hears, and which replies are taken from now on.
    fn told(&mut self) -> Vec<Told> {
        let told = self.out.queue.drain(..).filter_map(|out| match out {
            Out::Effect(Effect::Emit(Event::SearchResult(id, response))) => {
                let names = response.results.iter().map(|file| file.name.to_string());
                Some(Told::Result(id.0, names.collect()))
            }
            Out::Effect(Effect::Reply(id, Reply::Searched(result))) => {
                Some(Told::End(id.0, result))
            }
            Out::Effect(Effect::TakeReplies(open)) => Some(Told::Open(open)),
            _ => None,
        });
        told.collect()
    }
}

#[derive(Debug, PartialEq)]
enum Told {
    Result(u64, Vec<String>),
    End(u64, Result<(), SearchError>),
    Open(OpenSearches),
}

fn open<const N: usize>(tokens: [u32; N]) -> Told {
    open_but_for(tokens.map(|token| (token, &[][..])))
}

/// The same, and who has brought enough.
fn open_but_for<const N: usize>(searches: [(u32, &[&str]); N]) -> Told {
    let enough = |users: &[&str]| users.iter().map(|user| Text::from(*user)).collect();
    let searches = searches.map(|(token, users)| (token, enough(users)));
    Told::Open(Arc::new(searches.into()))
}

fn result(id: u64, paths: &[&str]) -> Told {
    Told::Result(id, paths.iter().copied().map(str::to_owned).collect())
}

fn options(change: impl FnOnce(&mut SearchRequest)) -> SearchRequest {
    let mut request = SearchRequest::new("snow");
    change(&mut request);
    request
}

#[test]
fn each_scope_has_its_message() {
    let mut bench = Bench::new();
    let query = Text::from("snow");
    let token = u32::MAX;
    let expected = FileSearch {
        token,
        query: query.clone(),
    };
    assert_eq!(bench.start(1, "snow"), [expected.into()]);

    let room = SearchRequest::new("snow").in_room("ambient");
    let expected = RoomSearch {
        room: "ambient".into(),
        token: 0,
        query: query.clone(),
    };
    assert_eq!(bench.start(2, room), [expected.into()]);

    let users = SearchRequest::new("snow").of_users(["ada", "björn"]);
    let expected = ["ada", "björn"].map(|name| {
        let search = UserSearch {
            username: name.into(),
            token: 1,
            query: query.clone(),
        };
        ServerRequest::from(search)
    });
    assert_eq!(bench.start(3, users), expected);

    bench
        .searches
        .wish(CommandId(4), "snow".into(), &mut bench.out);
    assert_eq!(bench.sent(), [WishlistSearch { token: 2, query }.into()]);
}

#[test]
fn the_query_is_rewritten_unless_told_otherwise() {
    let mut bench = Bench::new();
    let query = |sent: Vec<ServerRequest>| match &sent[..] {
        [ServerRequest::FileSearch(search)] => search.query.to_string(),
        other => panic!("{other:?}"),
    };
    assert_eq!(query(bench.start(1, " don't ")), "don t");
    let raw = SearchRequest {
        query: "don't".to_owned(),
        ..options(|request| request.options.rewrite = Rewrite::Off)
    };
    assert_eq!(query(bench.start(2, raw)), "don't");
}

#[test]
fn what_nobody_would_answer_is_refused() {
    let mut bench = Bench::new();
    let nobody = SearchRequest::new("snow").of_users([""; 0]);
    for (request, error) in [
        ("".into(), SearchError::Empty),
        (" \t".into(), SearchError::Empty),
        (nobody, SearchError::Nobody),
        ("n".repeat(MAX_QUERY + 1).into(), SearchError::TooLong),
    ] {
        assert_eq!(bench.start(1, request), []);
        assert_eq!(bench.told(), [Told::End(1, Err(error))]);
    }
    assert_eq!(bench.start(1, "n".repeat(MAX_QUERY)).len(), 1);
}

#[test]
fn a_result_goes_to_the_search_of_its_token() {
    let mut bench = Bench::new();
    bench.start(1, "snow");
    bench.start(2, "rain");
    assert_eq!(bench.told(), [open([u32::MAX]), open([0, u32::MAX])]);
    assert_eq!(bench.result(0, "ada", &["a"]), [result(2, &["a"])]);
    assert_eq!(bench.result(u32::MAX, "ada", &["b"]), [result(1, &["b"])]);
    assert_eq!(bench.result(7, "ada", &["c"]), []);
}

#[test]
fn who_says_to_be_somebody_else_is_not_heard() {
    let mut bench = Bench::new();
    bench.start(1, "snow");
    bench.told();
    let response = FileSearchResponse::new("ada", u32::MAX, vec![]);
    bench
        .searches
        .result(&"mallory".into(), response, &mut bench.out);
    assert_eq!(bench.told(), []);
}

#[test]
fn a_search_ends_when_its_time_is_over() {
    let mut bench = Bench::new();
    bench.start(1, options(|r| r.options.timeout = Duration::from_secs(10)));
    bench.start(2, "rain");
    bench.told();
    assert_eq!(bench.pass(Duration::from_secs(9)), []);
    let ended = [open([0]), Told::End(1, Ok(()))];
    assert_eq!(bench.pass(Duration::from_secs(1)), ended);
    assert_eq!(bench.result(u32::MAX, "ada", &["a"]), []);
    let ended = [open([]), Told::End(2, Ok(()))];
    assert_eq!(bench.pass(Duration::from_secs(110)), ended);
    assert_eq!(bench.searches.deadline(), None);
}

#[test]
fn the_time_of_a_search_begins_when_it_has_gone_out() {
    let mut bench = Bench::new();
    let users = SearchRequest::new("snow").of_users(["ada", "björn"]);
    let id = CommandId(1);
    bench.searches.start(id, users, ME, &mut bench.out);
    assert_eq!(bench.sent().len(), 1);
    assert_eq!(bench.searches.deadline(), None);
    bench.out.now += Duration::from_hours(1);
    bench.searches.sent(id, &mut bench.out);
    assert_eq!(bench.sent().len(), 1);
    let deadline = bench.searches.deadline().unwrap();
    assert_eq!(deadline - bench.out.now, Duration::from_mins(2));
}

#[test]
fn a_search_that_may_not_go_out_ends() {
    let mut bench = Bench::new();
    let id = CommandId(1);
    bench.searches.start(id, "snow".into(), ME, &mut bench.out);
    let error = SearchError::TooMany;
    bench.searches.refused(id, error, &mut bench.out);
    assert_eq!(bench.told().last(), Some(&Told::End(1, Err(error))));
}

#[test]
fn a_time_without_end_is_a_day() {
    let mut bench = Bench::new();
    bench.start(1, options(|r| r.options.timeout = Duration::MAX));
    let deadline = bench.searches.deadline().unwrap();
    assert_eq!(deadline - bench.out.now, MAX_TIME);
}

#[test]
fn files_are_counted_for_each_user_and_in_all() {
    let mut bench = Bench::new();
    let limited = options(|request| {
        request.options.max_files = 5;
        request.options.max_files_per_user = 2;
    });
    bench.start(1, limited);
    bench.told();
    let mut result_of = |user, paths: &[&str]| bench.result(u32::MAX, user, paths);
    let two = ["a", "b"];
    assert_eq!(result_of("ada", &["a"]), [result(1, &["a"])]);
    assert_eq!(result_of("ada", &["b", "c"]), [result(1, &["b"])]);
    // The connections need not hand in more of his.
    let enough = open_but_for([(u32::MAX, &["ada"])]);
    assert_eq!(result_of("ada", &["c"]), [enough]);
    assert_eq!(result_of("ada", &["c"]), []);
    assert_eq!(result_of("björn", &two), [result(1, &two)]);
    let last = [result(1, &["a"]), open([]), Told::End(1, Ok(()))];
    assert_eq!(result_of("clara", &two), last);
}

/// A search that wants flac files of which no word is "tape", and so looks at every path.
fn picky() -> SearchRequest {
    options(|request| {
        request.options.filter.kinds = vec!["flac".parse().unwrap()];
        request.options.filter.exclude = vec!["tape".to_owned()];
    })
}

#[test]
fn who_brings_much_that_is_not_wanted_is_looked_at_no_more() {
    let mut bench = Bench::new();
    bench.start(1, picky());
    bench.told();
    let looks = Share::new(SearchOptions::default().max_files_per_user).looks;
    let mut unwanted = vec!["a.mp3"; looks / 2 - 1];
    assert_eq!(bench.result(u32::MAX, "ada", &unwanted), []);
    // What is behind them in the same reply is not looked at.
    unwanted.push("b.flac");
    assert_eq!(bench.result(u32::MAX, "ada", &unwanted), []);
    let enough = open_but_for([(u32::MAX, &["ada"])]);
    assert_eq!(bench.result(u32::MAX, "ada", &["b.flac"]), [enough]);
    assert_eq!(bench.result(u32::MAX, "ada", &["b.flac"]), []);
    // Others are.
    let found = result(1, &["b.flac"]);
    assert_eq!(bench.result(u32::MAX, "bob", &["b.flac"]), [found]);
}

#[test]
fn long_paths_and_replies_without_files_are_looked_at_no_more_either() {
    let mut bench = Bench::new();
    bench.start(1, picky());
    bench.told();
    let path = format!("{}.flac", "a".repeat(8 << 20));
    assert_eq!(bench.result(u32::MAX, "ada", &[&path]), []);
    let enough = open_but_for([(u32::MAX, &["ada"])]);
    assert_eq!(bench.result(u32::MAX, "ada", &["b.flac"]), [enough]);
    let looks = Share::new(SearchOptions::default().max_files_per_user).looks;
    for _ in 0..looks {
        assert_eq!(bench.result(u32::MAX, "bob", &[]), []);
    }
    let enough = open_but_for([(u32::MAX, &["ada", "bob"])]);
    assert_eq!(bench.result(u32::MAX, "bob", &["b.flac"]), [enough]);
}

#[test]
fn a_few_files_of_a_user_may_be_behind_many_others() {
    let mut bench = Bench::new();
    let mut request = picky();
    request.options.max_files_per_user = 1;
    bench.start(1, request);
    bench.told();
    let mut paths = vec!["a.mp3"; 2000];
    paths.push("b.flac");
    let told = bench.result(u32::MAX, "ada", &paths);
    assert_eq!(told[0], result(1, &["b.flac"]));
}

#[test]
fn connections_forget_who_has_brought_enough_before_there_are_too_many() {
    let mut bench = Bench::new();
    bench.start(1, options(|r| r.options.max_files_per_user = 1));
    bench.told();
    let mut told = 0;
    for number in 0..=MAX_TOLD {
        let user = number.to_string();
        let found = result(1, &["a"]);
        assert_eq!(bench.result(u32::MAX, &user, &["a"]), [found]);
        let [Told::Open(searches)] = &bench.result(u32::MAX, &user, &["b"])[..] else {
            panic!("the connections must know of {user}");
        };
        told = searches[&u32::MAX].len();
        assert!(told <= MAX_TOLD);
    }
    assert_eq!(told, 1);
    let enough = bench.result(u32::MAX, "0", &["b"]);
    assert!(matches!(&enough[..], [Told::Open(_)]), "{enough:?}");
}

#[test]
fn only_so_many_users_are_heard() {
    let mut bench = Bench::new();
    bench.start(1, "snow");
    bench.told();
    for number in 0..MAX_USERS {
        assert_eq!(bench.result(u32::MAX, &number.to_string(), &[]), []);
    }
    assert_eq!(bench.result(u32::MAX, "7", &["a"]), [result(1, &["a"])]);
    let enough = open_but_for([(u32::MAX, &["ada"])]);
    assert_eq!(bench.result(u32::MAX, "ada", &["a"]), [enough]);
}

#[test]
fn what_the_filter_leaves_nothing_of_is_not_told() {
    let mut bench = Bench::new();
    let flac = options(|r| r.options.filter.kinds = vec!["flac".parse().unwrap()]);
    bench.start(1, flac);
    bench.told();
    assert_eq!(bench.result(u32::MAX, "ada", &["a.mp3"]), []);
    let both = ["a.mp3", "b.flac"];
    let told = bench.result(u32::MAX, "ada", &both);
    assert_eq!(told, [result(1, &["b.flac"])]);
}

#[test]
fn a_search_that_is_stopped_or_offline_ends() {
    let mut bench = Bench::new();
    bench.start(1, "snow");
    bench.start(2, "rain");
    bench.told();
    bench.searches.stop(CommandId(1), &mut bench.out);
    assert_eq!(bench.told(), [open([0]), Told::End(1, Ok(()))]);
    bench.searches.stop(CommandId(1), &mut bench.out);
    assert_eq!(bench.told(), []);
    bench.searches.offline(&mut bench.out);
    let error = Err(SearchError::Disconnected);
    assert_eq!(bench.told(), [open([]), Told::End(2, error)]);
}

#[test]
fn a_wish_that_ends_has_no_command_to_answer() {
    let mut bench = Bench::new();
    let wish = CommandId(9);
    bench.searches.wish(wish, "snow".into(), &mut bench.out);
    bench.told();
    assert_eq!(bench.result(u32::MAX, "ada", &["a"]), [result(9, &["a"])]);
    assert_eq!(bench.pass(Duration::from_mins(2)), [open([])]);
}

#[test]
fn only_a_search_that_names_us_asks_ourselves() {
    let mut bench = Bench::new();
    bench.start(1, SearchRequest::new("snow").of_users(["ada", ME]));
    bench.start(2, SearchRequest::new("snow").of_users(["ada"]));
    bench.start(3, "snow");
    let asks = [u32::MAX, 0, 1, 2].map(|token| bench.searches.asks_ourselves(token));
    assert_eq!(asks, [true, false, false, false]);
}

#[test]
fn a_token_that_is_open_is_not_given_out_again() {
    let mut bench = Bench::new();
    bench.start(1, "snow");
    bench.searches.next_token = u32::MAX;
    bench.start(2, "rain");
    assert_eq!(bench.searches.open.len(), 2);
}
