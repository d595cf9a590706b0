//! What the engine tells JavaScript. One ordered queue: data never overtakes the stream it belongs to.

use std::net::SocketAddr;

use bytes::Bytes;
use quinn_proto::{ConnectionError, TransportErrorCode};

pub type ConnId = u32;
pub type EndpointId = u32;

/// Queued on the I/O thread, taken by `drain` on the JavaScript thread.
pub enum Event {
    Connected {
        conn: ConnId,
        peer: String,
        remote: SocketAddr,
        /// The endpoint that accepted it; None when we dialed.
        accepted_by: Option<EndpointId>,
    },
    Closed {
        conn: ConnId,
        reason: Reason,
    },
    Stream {
        conn: ConnId,
        stream: u64,
    },
    Readable {
        conn: ConnId,
        stream: u64,
    },
    Writable {
        conn: ConnId,
        stream: u64,
    },
    Stopped {
        conn: ConnId,
        stream: u64,
        code: u64,
    },
    Available {
        conn: ConnId,
    },
    /// The connection has moved; where to is read when JavaScript asks, and told once.
    Path {
        conn: ConnId,
    },
    Raw {
        endpoint: EndpointId,
        from: SocketAddr,
        bytes: Bytes,
    },
    Incoming {
        token: u32,
        endpoint: EndpointId,
        from: SocketAddr,
    },
    Unbound {
        endpoint: EndpointId,
    },
    /// The engine has failed and will do nothing more.
    Failed {
        message: String,
    },
}

/// Why a connection ended: a stable word, and the peer's application code if it sent one.
#[derive(Clone, Copy)]
pub struct Reason {
    pub name: &'static str,
    pub code: u64,
}

impl Reason {
    pub const fn new(name: &'static str) -> Self {
        Self { name, code: 0 }
    }
}

impl From<&ConnectionError> for Reason {
    fn from(error: &ConnectionError) -> Self {
        match error {
            ConnectionError::ApplicationClosed(close) => {
                Self { name: "remote_closed", code: close.error_code.into_inner() }
            }
            ConnectionError::ConnectionClosed(close)
                if close.error_code == TransportErrorCode::CONNECTION_REFUSED =>
            {
                Self::new("refused")
            }
            ConnectionError::ConnectionClosed(_) => Self::new("remote_aborted"),
            ConnectionError::TransportError(_) => Self::new("protocol"),
            ConnectionError::VersionMismatch => Self::new("version"),
            ConnectionError::Reset => Self::new("reset"),
            ConnectionError::TimedOut => Self::new("timed_out"),
            ConnectionError::LocallyClosed => Self::new("closed"),
            ConnectionError::CidsExhausted => Self::new("cids_exhausted"),
        }
    }
}
