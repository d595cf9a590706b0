//! Commands, one a line, answered in JSON: `listen`, `ping ADDR`, `echo ADDR BYTES`, `abort ADDR`, `dial ADDR`.

use std::{collections::HashMap, io::BufRead, time::Duration};

use futures::{AsyncReadExt, AsyncWriteExt, StreamExt};
use libp2p::{
    Multiaddr, PeerId, StreamProtocol, Swarm, identify, multiaddr::Protocol, ping,
    swarm::{NetworkBehaviour, SwarmEvent},
};
use tokio::sync::{mpsc, oneshot};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

const ECHO: StreamProtocol = StreamProtocol::new("/shoal-test/echo");

#[derive(NetworkBehaviour)]
struct Behaviour {
    identify: identify::Behaviour,
    ping: ping::Behaviour,
    stream: libp2p_stream::Behaviour,
}

enum Ask {
    Dial(Multiaddr, oneshot::Sender<Result<PeerId>>),
    Ping(PeerId, oneshot::Sender<String>),
}

async fn serve(mut streams: libp2p_stream::IncomingStreams) {
    while let Some((_, mut stream)) = streams.next().await {
        tokio::spawn(async move {
            let mut block = vec![0; 1 << 18];
            while let Ok(count @ 1..) = stream.read(&mut block).await {
                if stream.write_all(&block[..count]).await.is_err() {
                    return;
                }
            }
            let _ = stream.close().await;
        });
    }
}

async fn echo(control: &mut libp2p_stream::Control, peer: PeerId, size: usize) -> Result<()> {
    let stream = control.open_stream(peer, ECHO).await?;
    let (mut read, mut write) = stream.split();
    let sent: Vec<u8> = (0..size).map(|_| rand::random()).collect();
    let expected = sent.clone();
    let writing = tokio::spawn(async move {
        write.write_all(&sent).await?;
        write.close().await
    });
    let mut got = Vec::new();
    read.read_to_end(&mut got).await?;
    writing.await??;
    if got != expected {
        return Err("the echo differs".into());
    }
    Ok(())
}

async fn run(words: &[&str], control: &mut libp2p_stream::Control, asks: &mpsc::Sender<Ask>) -> Result<String> {
    let address: Multiaddr = words.get(1).ok_or("no address")?.parse()?;
    let (answer, dialed) = oneshot::channel();
    asks.send(Ask::Dial(address, answer)).await?;
    let peer = dialed.await??;
    match words[0] {
        "dial" => {}
        "echo" => echo(control, peer, words.get(2).ok_or("no size")?.parse()?).await?,
        "abort" => {
            let mut stream = control.open_stream(peer, ECHO).await?;
            stream.write_all(&[7; 1 << 20]).await?;
            drop(stream);
            echo(control, peer, 1 << 20).await?;
        }
        "ping" => {
            let (answer, agent) = oneshot::channel();
            asks.send(Ask::Ping(peer, answer)).await?;
            return Ok(agent.await?);
        }
        word => return Err(format!("unknown: {word}").into()),
    }
    Ok("done".into())
}

/// Drives the swarm; answers a ping once both a ping and an identify have come from that peer.
async fn drive(mut swarm: Swarm<Behaviour>, mut asks: mpsc::Receiver<Ask>) {
    let mut dials: HashMap<PeerId, oneshot::Sender<Result<PeerId>>> = HashMap::new();
    let mut pings: HashMap<PeerId, oneshot::Sender<String>> = HashMap::new();
    let (mut pinged, mut agents) = (HashMap::new(), HashMap::new());
    loop {
        tokio::select! {
            ask = asks.recv() => match ask {
                Some(Ask::Dial(address, answer)) => {
                    let Some(Protocol::P2p(peer)) = address.iter().last() else { continue };
                    if swarm.is_connected(&peer) {
                        let _ = answer.send(Ok(peer));
                    } else if let Err(error) = swarm.dial(address) {
                        let _ = answer.send(Err(error.into()));
                    } else {
                        dials.insert(peer, answer);
                    }
                }
                Some(Ask::Ping(peer, answer)) => { pings.insert(peer, answer); }
                None => return,
            },
            event = swarm.select_next_some() => match event {
                SwarmEvent::NewListenAddr { address, .. } => {
                    println!("{{\"ok\":\"{address}/p2p/{}\"}}", swarm.local_peer_id());
                }
                SwarmEvent::ConnectionEstablished { peer_id, .. } => {
                    if let Some(answer) = dials.remove(&peer_id) { let _ = answer.send(Ok(peer_id)); }
                }
                SwarmEvent::OutgoingConnectionError { peer_id: Some(peer), error, .. } => {
                    if let Some(answer) = dials.remove(&peer) { let _ = answer.send(Err(error.into())); }
                }
                SwarmEvent::Behaviour(BehaviourEvent::Ping(event)) if event.result.is_ok() => {
                    pinged.insert(event.peer, ());
                }
                SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { peer_id, info, .. })) => {
                    agents.insert(peer_id, info.agent_version);
                }
                _ => {}
            },
        }
        pinged.retain(|peer, ()| match (agents.get(peer), pings.remove(peer)) {
            (Some(agent), Some(answer)) => answer.send(agent.clone()).is_err(),
            (None, Some(answer)) => {
                pings.insert(*peer, answer);
                true
            }
            _ => true,
        });
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let mut swarm = libp2p::SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_quic()
        .with_behaviour(|key| Behaviour {
            identify: identify::Behaviour::new(identify::Config::new("/ipfs/id/1.0.0".into(), key.public())),
            ping: ping::Behaviour::new(ping::Config::new().with_interval(Duration::from_secs(1))),
            stream: libp2p_stream::Behaviour::new(),
        })?
        .with_swarm_config(|config| config.with_idle_connection_timeout(Duration::from_secs(60)))
        .build();
    let mut control = swarm.behaviour().stream.new_control();
    tokio::spawn(serve(control.accept(ECHO)?));
    let (lines, mut next) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(|line| line.ok()) {
            if lines.send(line).is_err() {
                return;
            }
        }
    });
    // The first line is always `listen`; the address is its answer.
    let _ = next.recv().await;
    swarm.listen_on("/ip4/127.0.0.1/udp/0/quic-v1".parse()?)?;
    let (asks, asked) = mpsc::channel(16);
    tokio::spawn(drive(swarm, asked));
    while let Some(line) = next.recv().await {
        let words: Vec<&str> = line.split_whitespace().collect();
        match run(&words, &mut control, &asks).await {
            Ok(answer) => println!("{{\"ok\":\"{answer}\"}}"),
            Err(error) => println!("{{\"error\":{:?}}}", error.to_string()),
        }
    }
    Ok(())
}
