//! A client of another project: a process in Python that obeys commands. `agents/agent.py` has the other end.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use slsk_tests::external::{checkout, installed};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

/// How long an agent may take for an answer: more than its own deadlines.
const PATIENCE: Duration = Duration::from_mins(1);

/// What an agent is started with.
#[derive(Debug, Serialize)]
pub(crate) struct Settings {
    pub(crate) user: String,
    pub(crate) password: String,
    pub(crate) server: (String, u16),
    pub(crate) ip: String,
    pub(crate) port: u16,
    /// Whether anybody listens at `port`.
    pub(crate) reachable: bool,
    /// 0 for none.
    pub(crate) obfuscated_port: u16,
    /// Whether obfuscated ports of others are preferred.
    pub(crate) obfuscate: bool,
    /// For aioslsk alone: see [`Lab`](crate::lab::Lab).
    pub(crate) direct_first: bool,
    pub(crate) folder: PathBuf,
    /// Names and folders.
    pub(crate) shares: Vec<(String, PathBuf)>,
    pub(crate) description: String,
    pub(crate) picture: PathBuf,
    pub(crate) record: PathBuf,
}

/// A running agent. It dies with this value.
#[derive(Debug)]
pub(crate) struct Agent {
    user: String,
    requests: mpsc::UnboundedSender<String>,
    answers: Answers,
    count: AtomicU64,
    child: Mutex<Option<Child>>,
}

type Answers = Arc<Mutex<Option<BTreeMap<u64, oneshot::Sender<Answer>>>>>;

#[derive(Debug, Deserialize)]
struct Line {
    id: u64,
    #[serde(flatten)]
    answer: Answer,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Answer {
    Ok(Value),
    Error(String),
}

impl Agent {
    /// Starts `agents/<script>`, whose own words go to `log`.
    pub(crate) async fn start(script: &str, settings: &Settings, log: &Path) -> Self {
        let log = File::create(log).expect("a log");
        let mut child = Command::new(installed("venv/bin/python"))
            .arg(checkout().join("tests/interop/agents").join(script))
            .arg(serde_json::to_string(settings).expect("JSON"))
            .env("HOME", &settings.folder)
            .env("PYTHONFAULTHANDLER", "1")
            .current_dir(&settings.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .expect("Python");
        let input = child.stdin.take().expect("a pipe");
        let output = child.stdout.take().expect("a pipe");
        let (requests, queue) = mpsc::unbounded_channel();
        let (ready, started) = oneshot::channel();
        let answers = Answers::new(Mutex::new(Some(BTreeMap::from([(0, ready)]))));
        tokio::spawn(write(input, queue));
        tokio::spawn(read(output, Arc::clone(&answers)));
        let agent = Self {
            user: settings.user.clone(),
            requests,
            answers,
            count: AtomicU64::new(1),
            child: Mutex::new(Some(child)),
        };
        let Ok(Ok(_)) = timeout(PATIENCE, started).await else {
            panic!("{}: the agent does not start", agent.user);
        };
        agent
    }

    /// Gives a command that must succeed.
    pub(crate) async fn get<T: DeserializeOwned>(&self, command: &str, arguments: Value) -> T {
        let answer = self.ask(command, arguments).await;
        answer.unwrap_or_else(|problem| panic!("{problem}"))
    }

    /// Gives a command; the error is what the agent says instead of an answer.
    ///
    /// # Panics
    /// When the agent is gone.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        command: &str,
        mut arguments: Value,
    ) -> Result<T, String> {
        let id = self.count.fetch_add(1, Ordering::Relaxed);
        arguments["id"] = json!(id);
        arguments["do"] = json!(command);
        let (sender, answer) = oneshot::channel();
        match self.answers.lock().expect("no panic").as_mut() {
            Some(answers) => answers.insert(id, sender),
            None => self.gone(command),
        };
        let _ = self.requests.send(format!("{arguments}\n"));
        let Ok(answer) = timeout(PATIENCE, answer).await else {
            panic!("{}: no answer to `{command}`", self.user);
        };
        match answer {
            Ok(Answer::Ok(value)) => Ok(serde_json::from_value(value.clone())
                .unwrap_or_else(|error| panic!("{}: {command}: {error}: {value}", self.user))),
            Ok(Answer::Error(problem)) => Err(format!("{}: {problem}", self.user)),
            Err(_) => self.gone(command),
        }
    }

    fn gone(&self, command: &str) -> ! {
        panic!("{}: the agent is gone at `{command}`", self.user)
    }

    /// Ends the agent as its client ends by itself.
    pub(crate) async fn quit(&self) {
        let Some(mut child) = self.child.lock().expect("no panic").take() else {
            return;
        };
        // The answer may be lost in the end of the process.
        let _ = self
            .requests
            .send("{\"id\": 0, \"do\": \"quit\"}\n".to_owned());
        let Ok(status) = timeout(PATIENCE, child.wait()).await else {
            panic!("{}: the agent does not end", self.user);
        };
        let status = status.expect("a status");
        assert!(status.success(), "{}: {status}", self.user);
    }
}

async fn write(mut input: ChildStdin, mut requests: mpsc::UnboundedReceiver<String>) {
    while let Some(request) = requests.recv().await {
        if input.write_all(request.as_bytes()).await.is_err() {
            return;
        }
    }
}

async fn read(output: ChildStdout, answers: Answers) {
    let mut lines = BufReader::new(output).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Line { id, answer } = serde_json::from_str(&line).expect("an answer");
        let mut answers = answers.lock().expect("no panic");
        if let Some(sender) = answers.as_mut().and_then(|answers| answers.remove(&id)) {
            let _ = sender.send(answer);
        }
    }
    answers.lock().expect("no panic").take();
}
