//! The words of a search, among which `-word` is one and an option is none.

use std::ffi::OsString;

use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};

/// The command whose words these are.
const COMMAND: &str = "search";
/// The ids of the arguments.
const WORDS: &str = "query";
const EXCLUDED: &str = "excluded-words";
/// What is an option although it looks like an excluded word.
const OPTIONS: [&str; 2] = ["-h", "-V"];

/// What to look for.
#[derive(Debug)]
pub(crate) struct Query(Vec<String>);

impl Query {
    /// The query in one text.
    pub(crate) fn text(&self) -> String {
        self.0.join(" ")
    }
}

/// Gives each `-word` of a query an option of its own. Where a positional argument may begin with a hyphen, clap takes
/// all options behind its first value for more values.
pub(super) fn with_excluded_words(arguments: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = arguments.collect();
    if arguments.get(1).is_none_or(|command| command != COMMAND) {
        return arguments;
    }
    let words = arguments.iter_mut().skip(2);
    for word in words.take_while(|word| *word != "--") {
        let bytes = word.as_encoded_bytes();
        let is_excluded = bytes.len() > 1 && bytes[0] == b'-' && bytes[1] != b'-';
        if is_excluded && !OPTIONS.iter().any(|option| word == option) {
            let mut option = OsString::from(format!("--{EXCLUDED}="));
            option.push(&word);
            *word = option;
        }
    }
    arguments
}

impl Args for Query {
    fn augment_args(command: Command) -> Command {
        let words = Arg::new(WORDS)
            .help("What to look for: words, `-word`, `*word`, \"a phrase\"")
            .value_name("QUERY")
            .action(ArgAction::Append)
            .num_args(1..)
            .required_unless_present(EXCLUDED);
        let excluded = Arg::new(EXCLUDED)
            .long(EXCLUDED)
            .action(ArgAction::Append)
            .hide(true);
        command.arg(words).arg(excluded)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Query {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let of = |id| {
            let indices = matches.indices_of(id).into_iter().flatten();
            let words = matches.get_many::<String>(id).into_iter().flatten();
            indices.zip(words.cloned())
        };
        let mut words: Vec<_> = of(WORDS).chain(of(EXCLUDED)).collect();
        words.sort();
        Ok(Self(words.into_iter().map(|(_, word)| word).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use crate::args::{Arguments, Command, Search};

    fn parse(arguments: &[&str]) -> Result<Search, clap::Error> {
        let arguments = ["slsk", "search"].iter().chain(arguments);
        match Arguments::read(arguments.map(Into::into))?.command {
            Command::Search(search) => Ok(*search),
            other => panic!("{other:?}"),
        }
    }

    fn query(arguments: &str) -> String {
        let search = parse(&arguments.split(' ').collect::<Vec<_>>());
        search
            .unwrap_or_else(|error| panic!("{error}"))
            .query
            .text()
    }

    #[test]
    fn options_stand_anywhere_and_words_with_a_hyphen_are_words() {
        for (arguments, expected) in [
            ("winter song --timeout 4 --json", "winter song"),
            ("--json winter --timeout=4 song", "winter song"),
            ("winter --json -live song", "winter -live song"),
            ("-live winter -hello -l", "-live winter -hello -l"),
            ("-live", "-live"),
            ("winter - song", "winter - song"),
            (
                "winter --json -- --song -h -V -- -live",
                "winter --song -h -V -- -live",
            ),
        ] {
            assert_eq!(query(arguments), expected, "{arguments}");
        }
        let search = parse(&["winter", "-live", "--timeout", "4", "--json"]).unwrap();
        assert_eq!(search.timeout.as_secs(), 4);
        assert!(search.json);
        let search = parse(&["--", "--json"]).unwrap();
        assert!(!search.json);
    }

    #[test]
    fn what_begins_with_two_hyphens_is_an_option_or_wrong() {
        for (arguments, kind) in [
            ("winter --jsno", ErrorKind::UnknownArgument),
            ("--live winter", ErrorKind::UnknownArgument),
            ("winter ---live", ErrorKind::UnknownArgument),
            ("winter -V", ErrorKind::UnknownArgument),
            ("winter -h", ErrorKind::DisplayHelp),
            ("-h", ErrorKind::DisplayHelp),
            ("winter --help", ErrorKind::DisplayHelp),
            ("winter --timeout -live", ErrorKind::InvalidValue),
            ("--json", ErrorKind::MissingRequiredArgument),
        ] {
            let error = parse(&arguments.split(' ').collect::<Vec<_>>()).unwrap_err();
            assert_eq!(error.kind(), kind, "{arguments}: {error}");
        }
    }

    #[test]
    fn other_commands_are_left_alone() {
        let read = |text: &str| Arguments::read(text.split(' ').map(Into::into));
        assert!(read("slsk decode -v a").is_ok());
        let kind = |text| read(text).unwrap_err().kind();
        assert_eq!(kind("slsk browse -ada"), ErrorKind::UnknownArgument);
        assert_eq!(kind("slsk user ada --jsno"), ErrorKind::UnknownArgument);
        assert_eq!(kind("slsk watch ada -x"), ErrorKind::UnknownArgument);
        assert_eq!(kind("slsk -V"), ErrorKind::DisplayVersion);
        assert!(read("slsk browse -- -ada").is_ok());
    }
}
