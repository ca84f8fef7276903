//! Where the server, the name and the password come from: the command line, the environment, the configuration.

use std::env;
use std::fs;
use std::io::{self, IsTerminal, Read as _};
use std::net::{Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use serde::Deserialize;
use slsk_net::Pacing;

use super::OnlineError;
use crate::args::Online;

/// The public server, which is asked for nowhere else in this repository.
const SERVER: &str = "server.slsknet.org";
/// The port of a server that is named without one.
const PORT: u16 = 2242;
/// The most that is read of a file with a password, in bytes.
const MAX_PASSWORD: u64 = 4096;
/// How much of a configuration is read, in bytes.
const MAX_CONFIG: u64 = 1 << 20;

/// How to begin a session.
#[derive(Debug)]
pub(super) struct Settings {
    /// Host and port.
    pub(super) server: String,
    pub(super) user: String,
    pub(super) listen: Option<SocketAddr>,
    /// Whether the router is asked to pass connections on to us.
    pub(super) port_mapping: bool,
    /// Where the pace is kept; `None` where the system has no place for it.
    pub(super) pace: Option<PathBuf>,
    password_file: Option<PathBuf>,
}

/// The file `config.toml`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Config {
    server: Option<String>,
    user: Option<String>,
    password_file: Option<PathBuf>,
    listen: Option<SocketAddr>,
    port_mapping: Option<bool>,
    pace: Option<PathBuf>,
}

impl Settings {
    /// The command line and the environment, which `args` has both, before the configuration.
    pub(super) fn new(args: &Online) -> Result<Self, OnlineError> {
        let folders = ProjectDirs::from("", "", "slsk");
        let config = match (&args.config, &folders) {
            (Some(path), _) => Config::read(path)?,
            (None, Some(folders)) => {
                Config::read_if_there(&folders.config_dir().join("config.toml"))?
            }
            (None, None) => Config::default(),
        };
        let server = args.server.as_deref().or(config.server.as_deref());
        let server = with_port(server).map_err(OnlineError::Usage)?;
        let user = args.user.clone().or(config.user);
        let user = user.filter(|user| !user.is_empty()).ok_or_else(|| {
            OnlineError::Usage("as whom? --user, SLSK_USER or the configuration has to say".into())
        })?;
        let pace = args.pace.clone().or(config.pace);
        Ok(Self {
            server,
            user,
            listen: args.listen.or(config.listen),
            port_mapping: !args.no_port_mapping && config.port_mapping.unwrap_or(true),
            pace: pace.or_else(Pacing::shared_file),
            password_file: args.password_file.clone().or(config.password_file),
        })
    }

    /// The password: from the environment, from a file, or typed in.
    pub(super) fn password(&self) -> Result<String, OnlineError> {
        if let Some(password) = env::var_os("SLSK_PASSWORD").filter(|password| !password.is_empty())
        {
            let wrong = |_| OnlineError::Usage("SLSK_PASSWORD is not UTF-8".to_owned());
            return password.into_string().map_err(wrong);
        }
        if let Some(path) = &self.password_file {
            return read_password(path);
        }
        if !io::stdin().is_terminal() {
            let missing = "no password: SLSK_PASSWORD or --password-file has to say it";
            return Err(OnlineError::Usage(missing.to_owned()));
        }
        let prompt = format!("Password of {}: ", crate::render::printable(&self.user));
        Ok(rpassword::prompt_password(prompt)?)
    }
}

impl Config {
    fn read_if_there(path: &Path) -> Result<Self, OnlineError> {
        match Self::read(path) {
            Err(OnlineError::File { error, .. }) if error.kind() == io::ErrorKind::NotFound => {
                Ok(Self::default())
            }
            other => other,
        }
    }

    fn read(path: &Path) -> Result<Self, OnlineError> {
        let text = read(path, MAX_CONFIG)?;
        let mut config: Self = toml::from_str(&text).map_err(|error| OnlineError::Config {
            path: path.to_owned(),
            line: error.span().map_or(1, |span| line_of(&text, span.start)),
            problem: error.message().to_owned(),
        })?;
        // A path in the file is meant from where the file is.
        let folder = path.parent().unwrap_or(Path::new(""));
        for named in [&mut config.password_file, &mut config.pace]
            .into_iter()
            .flatten()
        {
            *named = folder.join(&*named);
        }
        Ok(config)
    }
}

/// The number of the line that has this byte.
fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

/// A server with its port, the usual one unless told otherwise; the public server if none is given. The error says
/// what is wrong.
fn with_port(server: Option<&str>) -> Result<String, String> {
    let Some(server) = server else {
        return Ok(format!("{SERVER}:{PORT}"));
    };
    if let Ok(address) = server.parse::<Ipv6Addr>() {
        return Ok(format!("[{address}]:{PORT}"));
    }
    let (host, port) = match server.rsplit_once(':') {
        // An address of version 6 has its port behind brackets.
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (server, None),
    };
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let is_host = match inner {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => !host.is_empty() && !host.contains([':', '[', ']', ' ']),
    };
    if !is_host {
        return Err(format!(
            "`{server}` is no server such as localhost, 127.0.0.1:{PORT} or [::1]:{PORT}"
        ));
    }
    match port.map_or(Ok(PORT), str::parse) {
        Ok(port) if port > 0 => Ok(format!("{host}:{port}")),
        _ => Err(format!(
            "the server `{server}`: `{}` is no port from 1 to 65535",
            port.unwrap_or_default()
        )),
    }
}

/// The first line of a file.
fn read_password(path: &Path) -> Result<String, OnlineError> {
    let text = read(path, MAX_PASSWORD)?;
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

/// The beginning of a file, of so many bytes at most.
fn read(path: &Path, most: u64) -> Result<String, OnlineError> {
    let mut text = String::new();
    let file = fs::File::open(path).map_err(|error| failed(path, error))?;
    file.take(most)
        .read_to_string(&mut text)
        .map_err(|error| failed(path, error))?;
    Ok(text)
}

fn failed(path: &Path, error: io::Error) -> OnlineError {
    OnlineError::File {
        path: path.to_owned(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_without_a_port_has_the_usual_one() {
        for (given, server) in [
            (None, "server.slsknet.org:2242"),
            (Some("127.0.0.1"), "127.0.0.1:2242"),
            (Some("127.0.0.1:2416"), "127.0.0.1:2416"),
            (Some("localhost"), "localhost:2242"),
            (Some("::1"), "[::1]:2242"),
            (Some("[::1]"), "[::1]:2242"),
            (Some("[::1]:2416"), "[::1]:2416"),
        ] {
            assert_eq!(with_port(given).unwrap(), server);
        }
    }

    #[test]
    fn what_is_no_server_is_refused() {
        for (given, words) in [
            ("127.0.0.1:99999", "`99999` is no port"),
            ("127.0.0.1:0", "`0` is no port"),
            ("127.0.0.1:-1", "`-1` is no port"),
            ("a:b", "`b` is no port"),
            ("a:", "`` is no port"),
            ("[::1]:b", "`b` is no port"),
            ("", "no server"),
            (":2242", "no server"),
            ("a:b:2", "no server"),
            ("[a]:2", "no server"),
            ("[::1", "no server"),
            ("a b:2", "no server"),
        ] {
            let error = with_port(Some(given)).unwrap_err();
            assert!(error.contains(words), "{given}: {error}");
        }
    }

    fn config(text: &str) -> (tempfile::TempDir, Online) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config.toml");
        fs::write(&path, text).unwrap();
        let args = Online {
            config: Some(path),
            ..Online::default()
        };
        (folder, args)
    }

    #[test]
    fn the_configuration_says_what_the_command_line_does_not() {
        let (folder, mut args) = config(
            "server = '127.0.0.1'\nuser = 'ada'\npassword_file = 'secret'\nlisten = '127.0.0.2:5'\npace = '/p'\nport_mapping = false",
        );
        let settings = Settings::new(&args).unwrap();
        assert_eq!(settings.server, "127.0.0.1:2242");
        assert_eq!(settings.user, "ada");
        assert_eq!(settings.password_file, Some(folder.path().join("secret")));
        assert_eq!(settings.listen, Some("127.0.0.2:5".parse().unwrap()));
        assert_eq!(settings.pace, Some("/p".into()));
        assert!(!settings.port_mapping);

        args.server = Some("127.0.0.9:1".to_owned());
        args.user = Some("björn".to_owned());
        let settings = Settings::new(&args).unwrap();
        assert_eq!(settings.server, "127.0.0.9:1");
        assert_eq!(settings.user, "björn");
    }

    #[test]
    fn a_configuration_that_makes_no_sense_is_an_error() {
        for (text, words) in [
            ("server = 1", "toml:1: invalid type: integer"),
            ("user = 'ada'\nnonsense\n", "toml:2: "),
            (
                "user = 'ada'\n\nsever = 'x'",
                "toml:3: unknown field `sever`",
            ),
            ("listen = 'x'", "toml:1: invalid socket address"),
            ("user = '''\n\n", "toml:"),
        ] {
            let (_folder, args) = config(text);
            let error = Settings::new(&args).unwrap_err();
            assert_eq!(error.code(), 1, "{text}: {error}");
            let error = error.to_string();
            assert!(error.contains(words), "{text}: {error}");
            assert_eq!(error.lines().count(), 1, "{error}");
        }
        let args = Online {
            config: Some("/nowhere/at/all".into()),
            ..Online::default()
        };
        let error = Settings::new(&args).unwrap_err();
        assert!(matches!(error, OnlineError::File { .. }), "{error}");
    }

    #[test]
    fn somebody_has_to_log_in() {
        let (_folder, mut args) = config("server = '127.0.0.1'");
        for user in [None, Some(String::new())] {
            args.user = user;
            let error = Settings::new(&args).unwrap_err();
            assert_eq!(error.code(), 2, "{error}");
        }
    }

    #[test]
    fn a_password_is_the_first_line_of_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("secret");
        for (text, password) in [("pw", "pw"), ("pw ö \r\nmore\n", "pw ö "), ("", "")] {
            fs::write(&path, text).unwrap();
            assert_eq!(read_password(&path).unwrap(), password);
        }
    }
}
