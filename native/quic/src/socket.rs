//! UDP sockets: opened with the right options, and raw datagrams with a hop limit of their own.

use std::{
    io,
    net::{SocketAddr, UdpSocket},
    os::fd::{AsRawFd, RawFd},
    sync::atomic::{AtomicUsize, Ordering},
};

use quinn_udp::UdpSocketState;
use socket2::{Domain, Protocol, SockAddr, Type};

/// One UDP socket.
pub struct Socket {
    pub io: UdpSocket,
    pub state: UdpSocketState,
    /// As bound.
    pub local: SocketAddr,
    /// What was asked of the kernel for each direction, bytes.
    asked: AtomicUsize,
}

impl Socket {
    /// Binds a non-blocking socket of one family and asks for `buffer` bytes each way.
    pub fn bind(address: SocketAddr, buffer: usize) -> io::Result<Self> {
        let socket =
            socket2::Socket::new(Domain::for_address(address), Type::DGRAM, Some(Protocol::UDP))?;
        if address.is_ipv6() {
            socket.set_only_v6(true)?;
        }
        socket.bind(&address.into())?;
        let io: UdpSocket = socket.into();
        io.set_nonblocking(true)?;
        let state = UdpSocketState::new((&io).into())?;
        let local = io.local_addr()?;
        let socket = Self { io, state, local, asked: AtomicUsize::new(0) };
        socket.widen(buffer);
        Ok(socket)
    }

    /// Asks for `buffer` bytes each way, unless as much was asked before. The kernel may grant less.
    pub fn widen(&self, buffer: usize) {
        if self.asked.fetch_max(buffer, Ordering::Relaxed) < buffer {
            let _ = self.state.set_send_buffer_size((&self.io).into(), buffer);
            let _ = self.state.set_recv_buffer_size((&self.io).into(), buffer);
            force_buffers(&self.io, buffer);
        }
    }

    /// What the kernel has granted to receive and to send, bytes.
    pub fn buffers(&self) -> io::Result<(usize, usize)> {
        let io = &self.io;
        Ok((self.state.recv_buffer_size(io.into())?, self.state.send_buffer_size(io.into())?))
    }

    pub fn fd(&self) -> RawFd {
        self.io.as_raw_fd()
    }

    /// Sends one datagram with the hop limit `ttl` for this packet alone. False: the kernel's buffer is full.
    pub fn send_raw(&self, to: SocketAddr, bytes: &[u8], ttl: u8) -> io::Result<bool> {
        match send_with_ttl(self.fd(), &to.into(), bytes, ttl) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// `sendmsg` with IP_TTL or IPV6_HOPLIMIT as control message: a socket option would race with QUIC's packets.
fn send_with_ttl(fd: RawFd, to: &SockAddr, bytes: &[u8], ttl: u8) -> io::Result<()> {
    let (level, kind) = if to.is_ipv6() {
        (libc::IPPROTO_IPV6, libc::IPV6_HOPLIMIT)
    } else {
        (libc::IPPROTO_IP, libc::IP_TTL)
    };
    let value = libc::c_int::from(ttl);
    let mut iov =
        libc::iovec { iov_base: bytes.as_ptr() as *mut libc::c_void, iov_len: bytes.len() };
    // u64s, because control messages must be aligned.
    let mut control = [0u64; 4];
    // SAFETY: `msg` points at `to`, `iov` and `control`, which outlive the call; the one control message
    // takes CMSG_SPACE(4) <= 24 bytes of the 32.
    let sent = unsafe {
        let mut msg: libc::msghdr = std::mem::zeroed();
        msg.msg_name = to.as_ptr() as *mut libc::c_void;
        msg.msg_namelen = to.len();
        msg.msg_iov = &mut iov;
        msg.msg_iovlen = 1;
        msg.msg_control = control.as_mut_ptr().cast();
        msg.msg_controllen = libc::CMSG_SPACE(size_of::<libc::c_int>() as u32) as _;
        let header = libc::CMSG_FIRSTHDR(&msg);
        (*header).cmsg_level = level;
        (*header).cmsg_type = kind;
        (*header).cmsg_len = libc::CMSG_LEN(size_of::<libc::c_int>() as u32) as _;
        std::ptr::copy_nonoverlapping(
            std::ptr::from_ref(&value).cast::<u8>(),
            libc::CMSG_DATA(header),
            size_of::<libc::c_int>(),
        );
        libc::sendmsg(fd, &msg, libc::MSG_DONTWAIT)
    };
    if sent < 0 {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

/// With CAP_NET_ADMIN Linux grants more than `net.core.rmem_max`, which is too little for one fast connection.
#[cfg(target_os = "linux")]
fn force_buffers(socket: &UdpSocket, buffer: usize) {
    let Ok(value) = libc::c_int::try_from(buffer) else { return };
    for option in [libc::SO_RCVBUFFORCE, libc::SO_SNDBUFFORCE] {
        // SAFETY: the option takes a c_int, which outlives the call. Refusal is expected without privilege.
        unsafe {
            libc::setsockopt(
                socket.as_raw_fd(),
                libc::SOL_SOCKET,
                option,
                std::ptr::from_ref(&value).cast(),
                size_of::<libc::c_int>() as libc::socklen_t,
            );
        }
    }
}

#[cfg(not(target_os = "linux"))]
fn force_buffers(_: &UdpSocket, _: usize) {}
