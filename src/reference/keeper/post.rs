//! How orders reach the keeper: a loopback connection whose address and password stand in a file of its
//! folder, so that whoever may read the folder may give orders.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::action::Action;
use crate::reference::error::ReferenceError;
use crate::reference::identity;

const FILE: &str = "control";
const LONGEST_ORDER: u64 = 256;
const LONGEST_ANSWER: u64 = 4_096;
/// Longest time for the text of an order.
const PATIENCE: Duration = Duration::from_secs(5);
/// Longest time for an order to be carried out.
const DONE: Duration = Duration::from_secs(60);
const SUCCESS: &str = "done";

/// Where orders arrive.
#[derive(Debug)]
pub struct Post {
    listener: TcpListener,
    password: String,
}

/// An order whose giver waits for the answer.
#[derive(Debug)]
pub struct Order {
    /// What to do.
    pub action: Action,
    stream: TcpStream,
}

impl Post {
    /// Opens the post and writes its file.
    pub async fn open(folder: &Path) -> Result<Self, ReferenceError> {
        let wanted = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let failed = |source| ReferenceError::Listen {
            address: wanted,
            source,
        };
        let listener = TcpListener::bind(wanted).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let password = identity::token();
        let path = folder.join(FILE);
        write_private(&path, &format!("{address} {password}\n"))
            .map_err(|source| ReferenceError::File { path, source })?;
        Ok(Self { listener, password })
    }

    /// The next good order. Whoever has not the password, or says nothing, gets no answer.
    pub async fn next(&self) -> Order {
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            };
            if let Ok(Some(order)) = tokio::time::timeout(PATIENCE, self.read(stream)).await {
                return order;
            }
        }
    }

    async fn read(&self, mut stream: TcpStream) -> Option<Order> {
        let mut line = String::new();
        BufReader::new((&mut stream).take(LONGEST_ORDER))
            .read_line(&mut line)
            .await
            .ok()?;
        let (password, word) = line.trim_end().split_once(' ')?;
        let action = word.parse().ok()?;
        (password == self.password).then_some(Order { action, stream })
    }
}

impl Order {
    /// Says how it went.
    pub async fn answer(mut self, result: &Result<(), ReferenceError>) {
        let text = match result {
            Ok(()) => SUCCESS.to_owned(),
            Err(error) => error.to_string().replace('\n', " "),
        };
        // Whoever has gone meanwhile does not need it.
        let _ = self.stream.write_all(format!("{text}\n").as_bytes()).await;
        let _ = self.stream.shutdown().await;
    }
}

/// Gives an order to the keeper of a folder and waits until it is carried out.
pub async fn order(folder: &Path, action: Action) -> Result<(), ReferenceError> {
    let path: PathBuf = folder.join(FILE);
    let failed = |why: String| ReferenceError::Order { action, why };
    let text = tokio::fs::read_to_string(&path)
        .await
        .map_err(|source| ReferenceError::File {
            path: path.clone(),
            source,
        })?;
    let (address, password) = text
        .trim_end()
        .split_once(' ')
        .ok_or_else(|| failed(format!("{} is not the file of a keeper", path.display())))?;
    let work = async {
        let mut stream = TcpStream::connect(address)
            .await
            .map_err(|error| format!("nobody takes orders at {address}: {error}"))?;
        stream
            .write_all(format!("{password} {action}\n").as_bytes())
            .await
            .map_err(|error| error.to_string())?;
        let mut answer = String::new();
        stream
            .take(LONGEST_ANSWER)
            .read_to_string(&mut answer)
            .await
            .map_err(|error| error.to_string())?;
        match answer.trim() {
            SUCCESS => Ok(()),
            "" => Err("the keeper did not answer".to_owned()),
            why => Err(why.to_owned()),
        }
    };
    tokio::time::timeout(DONE, work)
        .await
        .unwrap_or_else(|_| Err(format!("it was not done after {} s", DONE.as_secs())))
        .map_err(failed)
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.create(true).truncate(true).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn an_order_waits_for_its_answer_and_carries_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let post = Post::open(folder.path()).await.unwrap();
        let keeper = async {
            let first = post.next().await;
            assert_eq!(first.action, Action::Stop);
            first.answer(&Ok(())).await;
            let why = ReferenceError::Kept("the disk is full".into());
            post.next().await.answer(&Err(why)).await;
        };
        let giver = async {
            order(folder.path(), Action::Stop).await.unwrap();
            order(folder.path(), Action::Start).await.unwrap_err()
        };
        let (error, ()) = tokio::join!(giver, keeper);
        assert!(
            matches!(&error, ReferenceError::Order { action: Action::Start, why } if why.contains("disk is full")),
            "{error}"
        );
    }

    #[tokio::test]
    async fn without_the_password_nothing_is_done() {
        let folder = tempfile::tempdir().unwrap();
        let post = Post::open(folder.path()).await.unwrap();
        let path = folder.path().join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        let (address, _) = text.split_once(' ').unwrap();
        std::fs::write(&path, format!("{address} guessed\n")).unwrap();
        let error = tokio::select! {
            _ = post.next() => panic!("the order was taken"),
            error = order(folder.path(), Action::Stop) => error.unwrap_err(),
        };
        assert!(matches!(error, ReferenceError::Order { .. }), "{error}");
    }

    #[tokio::test]
    async fn a_folder_without_a_keeper_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = order(folder.path(), Action::Stop).await.unwrap_err();
        assert!(
            matches!(&error, ReferenceError::File { path, .. } if path.ends_with(FILE)),
            "{error}"
        );
    }
}
