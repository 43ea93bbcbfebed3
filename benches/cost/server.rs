//! The trivial partner: reads a request whole and says yes.

use std::{
    convert::Infallible,
    error::Error,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    time::Duration,
};

use http_body_util::{BodyExt as _, Empty};
use hyper::{
    Request, Response,
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

/// A server in a process of its own, ended when this is dropped.
pub(crate) struct Server {
    process: Child,
    address: String,
}

impl Server {
    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, and then there is nothing to end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Starts a server process that thinks so long about each request.
pub(crate) fn start(thinking: Duration) -> Result<Server, Box<dyn Error>> {
    let mut process = Command::new(std::env::current_exe()?)
        .args(["--server", &thinking.as_millis().to_string()])
        .stdout(Stdio::piped())
        .spawn()?;
    let mut line = String::new();
    BufReader::new(process.stdout.take().ok_or("the server has no output")?).read_line(&mut line)?;
    Ok(Server {
        process,
        address: line.trim().to_owned(),
    })
}

/// Is the server; never returns by itself.
pub(crate) fn serve(millis: &str) -> Result<(), Box<dyn Error>> {
    let thinking = Duration::from_millis(millis.parse()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        println!("{}", listener.local_addr()?);
        loop {
            let (stream, _) = listener.accept().await?;
            stream.set_nodelay(true)?;
            let connection = http1::Builder::new().serve_connection(
                TokioIo::new(stream),
                service_fn(move |request| answer(request, thinking)),
            );
            tokio::spawn(async move {
                // A client that goes away in the middle is no concern of a yes-man.
                let _ = connection.await;
            });
        }
    })
}

async fn answer(
    request: Request<Incoming>,
    thinking: Duration,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    // What cannot be read cannot be answered either.
    let _ = request.into_body().collect().await;
    if !thinking.is_zero() {
        tokio::time::sleep(thinking).await;
    }
    Ok(Response::new(Empty::new()))
}
