//! The longer texts of the help.

/// Behind the list of commands.
pub(super) const EXAMPLES: &str = r#"Examples:
  slsk decode capture.pcapng                  what was said, a line a message
  slsk decode --verbose capture.pcap          every field with its offset
  slsk decode --json capture.pcap | jq .name  for programs
  echo '{"family":"peer","hex":"040000000f000000"}' | slsk decode --frames
  echo '{"family":"peer","name":"UserInfoRequest","fields":{}}' | slsk encode --frames
  slsk spec 93                                what message 93 is
  slsk search --type lossless winter song     who has it; --help says how to log in

Log: if RUST_LOG is set, such as to slsk_net=debug or trace, commands that use the network log to
standard error: connections, the names of messages, what goes wrong. No password is ever logged.

Exit codes: 0 done, 1 failed (one line on standard error says why), 2 wrong usage; commands that log
in have more."#;

/// Behind the short help of a command.
pub(super) const MORE: &str = "--help says more and has examples.";

/// How `slsk decode` is called.
pub(super) const DECODE_USAGE: &str = "\
slsk decode [--strict] [--verbose | --json] <FILE>
       slsk decode [--strict] --frames";

/// Above the options of `slsk decode`.
pub(super) const DECODE: &str = "\
Show the messages of a capture file, or of single frames.

The TCP streams of the capture are put together. Server, peer, distributed and file connections are
told apart by what is in them, never by ports; obfuscation and compression are undone. A line has
the seconds since the first message, the number of the connection, from whom to whom (users where
the capture tells them, else addresses), the message and its fields. The last line counts all.

A code without a known layout is shown as `Unknown` with its length, and its name if it has one.
Bytes that make no sense, frames that are cut short, and bytes that the capture lacks have lines of
their own; they are no failure.

Passwords and their hashes are <hidden>. With --json nothing is hidden: take care where it goes.";

/// Below the options of `slsk decode`.
pub(super) const AFTER_DECODE: &str = r#"With --json, a line is an object with `time` (seconds since 1970), `connection`, `kind` (server,
peer, distributed, file or unknown), `from`, `to`, `from_user`, `to_user`, and then
  a message:  `obfuscated`, `family`, `code`, `name`, `fields`, `trailing`;
              `payload` besides for an unknown code
  a file:     `family` ("file"), `name` (FileTicket, FileOffset, FileData), `fields`:
              `token`, `offset`, or `length`, `missing` (from the capture) and `began`
  a fault:    `error` {kind, message, path, offset}, and in `hex` the frame, or up to 256 bytes

With --frames, a line of standard input is an object {"family": F, "hex": H}. F is server_request,
server_response, peer_init, peer or distributed; H is a whole frame with its length field, not
obfuscated. For each line there is one on standard output, in order:
  {"family", "code", "name", "fields", "trailing", "reencoded"}
  {"error": {"kind", "message", "path", "offset"}}      if it can't be decoded
`fields` has the fields in wire order: numbers; texts, or {"$hex": ".."} where they are not UTF-8;
bytes as {"$hex": ".."}; lists; objects; null for what is absent. In `trailing` is what follows the
last known field; in `reencoded` the frame that slsk writes for these fields; compressed messages
have their inflated body in `inflated`. These three are hex. An unknown code has the name
"Unknown", no fields, and its bytes in `payload`, as hex.

With --strict, a message that slsk would write otherwise counts as one that can't be decoded. The
kind of the error is then unknown_code, trailing (bytes behind the last known field) or
not_canonical (such as a bool of 2), and its offset says where. What is compressed is compared
inflated.

Share lists that inflate to more than 256 MiB, and other messages to more than 64 MiB, are not
decoded, with --frames or without. In JSON, control characters and those that turn the direction of
writing are escaped.

Examples:
  slsk decode capture.pcapng
  slsk decode --verbose capture.pcap | less
  slsk decode --json capture.pcap | jq -c 'select(.name == "QueueUpload") | .fields.filename'
  slsk decode --strict --json capture.pcap | jq -c 'select(.error)'
  echo '{"family":"peer","hex":"040000000f000000"}' | slsk decode --frames

Exit codes: 0 when all was read, even if parts of it, or lines with --frames, could not be decoded;
1 when the file is no capture, is damaged (what precedes the damage is shown) or holds no Soulseek;
2 for wrong usage."#;

/// Above the options of `slsk encode`.
pub(super) const ENCODE: &str = r#"Turn messages in JSON into frames.

A line of standard input is an object {"family": F, "name": N, "fields": {..}}, with the names and
fields that `slsk decode` shows; `code` can stand in place of `name`. For each line there is one on
standard output, in order:
  {"hex"}
  {"error": {"kind", "message", "path", "offset"}}      if it can't be encoded
What `slsk decode --frames` writes can be fed in as it is; keys without meaning here are ignored. A
field that is null or left out is absent. For bytes of your own behind a code that is in no table,
give the name "Unknown", the `code`, and `payload` in hex."#;

/// Below the options of `slsk encode`.
pub(super) const AFTER_ENCODE: &str = r#"Examples:
  echo '{"family":"peer","name":"QueueUpload","fields":{"filename":"Music\\a.mp3"}}' |
    slsk encode --frames
  slsk decode --frames < frames.jsonl | slsk encode --frames

Exit codes: 0 when the input was read to its end, even if lines of it could not be encoded; 1 when
input or output fails; 2 for wrong usage."#;

/// Above the options of `slsk spec`.
pub(super) const SPEC: &str = "\
Explain a message: its fields, where they are, what they mean.

It is found by its name, by the name that Nicotine+, aioslsk or Soulseek.NET have for it, or by its
code, in decimal or hex. A code means another message in each family (server_request,
server_response, peer_init, peer, distributed), so that several may be shown; with the family in
front it is one. A family alone lists its messages. Records and enums have pages too. Offsets count
from the end of the code.";

/// Below the options of `slsk spec`.
pub(super) const AFTER_SPEC: &str = "\
Without a message, --json shows the whole specification, which spec/generated/protocol.json holds too
and spec/generated/protocol.schema.json describes. With one, a line is its entry there and `family`.

Examples:
  slsk spec                        all messages
  slsk spec 93                     code 93, in every family that has it
  slsk spec WatchUser              what Nicotine+ calls WatchUser
  slsk spec peer 9 --json | jq .fields

Exit codes: 0 done, 1 when nothing has this name or code, 2 for wrong usage.";

pub(super) const DEMO: &str = "\
Run a server and two clients on this machine: a search and a download over real sockets.

One client shares a folder, the other searches, downloads the best file and compares its bytes; then
the messages that were exchanged are counted. Nothing leaves this machine. The sharing client is a
process of its own: kill it during the download of a large file to see what happens.";

/// How commands log in, for their long helps.
macro_rules! session {
    ($text:literal) => {
        concat!(
            $text,
            r#"

Session: the server, the name and the password come from options, then from SLSK_SERVER, SLSK_USER
and so on where they are not empty, then from the configuration, a TOML file with the keys `server`,
`user`, `password_file`, `listen`, `port_mapping` (false is --no-port-mapping) and `pace`; paths in it
count from where it is. Options go before the environment, the environment before the configuration.
A password is never taken from the command line, which everybody on the machine can read:
SLSK_PASSWORD has it, or the first line of a file, or you are asked for it. Use an account of its
own, as a second login with a name kicks the first. Private messages to it wait for another client,
unless `slsk watch --all` shows them. Searches and logins keep a pace that all programs with the same
--pace file share; a command that has to wait says so. Ctrl-C logs out.

Exit codes: 0 done; 1 failed; 2 wrong usage; 3 the login was refused, do not repeat it; 4 nothing
was found, or the user is not online; 5 the server or the user can't be reached or does not answer;
130 interrupted. Standard output has the data, standard error the rest. In JSON, texts are strings
where they are UTF-8 and else objects with their bytes, {"$hex": ".."}; what is unknown is null;
control characters and those that turn the direction of writing are escaped."#
        )
    };
}

/// Above the options of `slsk search`.
pub(super) const SEARCH: &str = r#"Search the network, a room or users.

Words have to be in the path of a file, in any order; `-word` must not be there, `*word` stands for
the end of a word, and a "quoted phrase" is looked for in the results. What begins with `--` is an
option wherever it stands; what follows a lone `--` are words, whatever they look like. SoulseekQt
answers nothing to punctuation, so it is sent as spaces unless --raw is given. Results come for as
long as --timeout says, or until there are --limit files, and are then shown as a table, those first
that would come at once and fast; with --json they are shown as they come. What has come is shown
after Ctrl-C, too, and when the session ends too early.

With --room, the room is joined for the time of the search, as servers may search it only for those
who are in it. A room that does not exist is not made; the exit code is 4.

A filter on what a file does not tell leaves it out, unless --keep-unknown is given. Where the bitrate
is not told, size and length make one."#;

/// Below the options of `slsk search`.
pub(super) const AFTER_SEARCH: &str = session!(
    r#"With --json, a line is a file: an object with `user`, `path` (the full remote path, byte for byte),
`size` (bytes), `bitrate` (kbit/s), `duration` (seconds), `variable_bitrate`, `sample_rate`,
`bit_depth`, `locked` (shown but not for us), `slot_free`, `speed` (bytes/s), `queue` (files).

Examples:
  slsk search winter song -live
  slsk search --type lossless --min-length 2:00 --free-slot '"winter song"'
  slsk search --to ada --json song | jq -r .path"#
);

/// Above the options of `slsk browse`.
pub(super) const BROWSE: &str = "\
Show what a user shares.

Everything, or with --folder one folder without what is in its folders. A list of millions of files
may take minutes to come.";

/// Below the options of `slsk browse`.
pub(super) const AFTER_BROWSE: &str = session!(
    r#"With --json, a line is a folder: an object with `user`, `folder` (its full remote path, byte for
byte), `locked` (shown but not for us), and `files`, a list of objects with `name`, `size` (bytes),
`bitrate` (kbit/s), `duration` (seconds), `variable_bitrate`, `sample_rate` and `bit_depth`.

Examples:
  slsk browse ada | less
  slsk browse ada --folder 'Music\Snow'
  slsk browse ada --json | jq -r '.folder as $f | .files[] | $f + "\\" + .name'"#
);

/// Above the options of `slsk user`.
pub(super) const USER: &str = "\
Show what the server knows of a user, and what the user says.

The server knows whether he is online, how fast he uploads and how much he shares. With --info or
--picture he is asked himself, too; what the server knows is shown also if he does not answer.";

/// Below the options of `slsk user`.
pub(super) const AFTER_USER: &str = session!(
    r#"With --json, there is one object with `user`, `status` (online, away, offline or other),
`privileged`, `speed` (bytes/s), `uploads`, `files`, `folders` and `info`, which is null or has
`description`, `picture_size` (bytes), `upload_slots`, `queue` (files), `slot_free` and
`upload_permission` (nobody, everyone, user_list, permitted or other).

Examples:
  slsk user ada
  slsk user ada --info --picture ada.png"#
);

/// Above the options of `slsk watch`.
pub(super) const WATCH: &str = "\
Tell whenever a user comes, goes or is away.

It goes on until Ctrl-C, and comes back by itself when the session is lost.";

/// Below the options of `slsk watch`.
pub(super) const AFTER_WATCH: &str = session!(
    r#"With --json, a line is an object with `time` (seconds since 1970), `event`, and then
  status             `user`, `status` (online, away, offline or other), `privileged`
  stats              `user`, `speed` (bytes/s), `uploads`, `files`, `folders`
  unknown            `user`, whom nobody knows
  missed             `count` of events that were lost
  disconnected       `problem`
  reconnecting       `after` so many seconds
  reconnected
and with --all besides
  private_message    `user`, `message`, `live` (false if it was sent while we were away)
  room_message       `room`, `user`, `message`
  user_joined_room   `room`, `user`
  user_left_room     `room`, `user`
  privileges         our own, for so many `seconds`

Examples:
  slsk watch ada björn
  slsk watch --json ada | jq --unbuffered -r 'select(.event == "status") | .status'"#
);
/// Behind `slsk portmap`.
pub(super) const PORTMAP: &str = "\
Ask the router whether it passes connections on to this machine.

Others can connect to a client behind a router only if the router passes a port on. It may speak PCP,
NAT-PMP or UPnP; each is tried, and what it maps is removed again at once. PCP and NAT-PMP ask the
gateway alone. UPnP asks by multicast who is a router, which the whole local network hears, and takes
the first that answers; with --gateway, it asks that one alone.";

/// Below the options of `slsk portmap`.
pub(super) const AFTER_PORTMAP: &str = r#"With --json, each protocol is a line {"protocol":P,"works":B}, with `problem` where it does not work, or with
`address` (null if the router does not tell its own), `port`, `internal` (where the port leads),
`lease` (seconds, 0 for ever) and `removed`.

Ends with 0 when a protocol works, with 1 when none does.

Examples:
  slsk portmap                          at the default gateway
  slsk portmap --gateway 192.168.1.1    at this router
  slsk portmap --port 2234 --json       for this port"#;

/// Above the options of `slsk server`.
pub(super) const SERVER: &str = "\
Run a server, for tests and for networks of one's own.

The first login with a name makes an account. Clients find each other, search, talk in public rooms
and by private message, and build a distributed network. There are no private rooms yet, and nobody
has interests. Passwords go over the network in clear, as the protocol wants it; in the file they
are hashed.";

/// Below the options of `slsk server`.
pub(super) const AFTER_SERVER: &str = r#"With --json, the first line is {"event":"listening","address":A}; then each has an `event`:
  registered, logged_in, logged_out       `user`
  refused                                 `user`, `reason`
  searched                                `user`, `query`, `scope` (network, wish, user or room),
                                          `target` for the last two
  joined, left                            `user`, `room`
  store_failed                            `problem`; it is tried again every ten seconds
  missed                                  `count` of events that came too fast
Texts that are not UTF-8 are {"$hex": ".."}.

The file is an SQLite database. One server at a time can use it; a damaged one, or one that a newer
version has written, is refused and left as it is.

Ends with 0 when it is told to terminate, with 130 after Ctrl-C; all changes are in the file then.

Examples:
  slsk server                                     on this machine, accounts in memory
  slsk server --bind 0.0.0.0:2242 --db accounts   for everybody, accounts in a file
  slsk server --bind 127.0.0.1:0 --json           for a test, which reads the address"#;
