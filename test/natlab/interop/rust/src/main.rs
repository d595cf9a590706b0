//! Commands, one a line, answered in JSON: `listen RELAY` (reserves; the own peer ID), `dial RELAY PEER` (through the
//! relay, then waits for a direct connection; its address), `direct PEER` (waits for one; its address).

use std::{collections::HashMap, io::BufRead, time::Duration};

use futures::StreamExt;
use libp2p::{
    Multiaddr, PeerId, SwarmBuilder, dcutr, identify,
    multiaddr::Protocol,
    noise, relay,
    swarm::{NetworkBehaviour, SwarmEvent},
    yamux,
};
use tokio::sync::mpsc;

const PATIENCE: Duration = Duration::from_secs(30);

#[derive(NetworkBehaviour)]
struct Behaviour {
    relay: relay::client::Behaviour,
    dcutr: dcutr::Behaviour,
    identify: identify::Behaviour,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn is_relayed(address: &Multiaddr) -> bool {
    address.iter().any(|part| matches!(part, Protocol::P2pCircuit))
}

struct Node {
    swarm: libp2p::Swarm<Behaviour>,
    /// Direct connections.
    direct: HashMap<PeerId, Multiaddr>,
    reserved: bool,
    /// The relay has told us our address.
    seen: bool,
}

impl Node {
    async fn step(&mut self) {
        match self.swarm.select_next_some().await {
            SwarmEvent::ConnectionEstablished { peer_id, endpoint, .. } => {
                let address = endpoint.get_remote_address();
                if !is_relayed(address) {
                    self.direct.insert(peer_id, address.clone());
                }
            }
            SwarmEvent::Behaviour(BehaviourEvent::Relay(
                relay::client::Event::ReservationReqAccepted { .. },
            )) => self.reserved = true,
            SwarmEvent::Behaviour(BehaviourEvent::Identify(identify::Event::Received { .. })) => {
                self.seen = true
            }
            SwarmEvent::Behaviour(BehaviourEvent::Dcutr(event)) => eprintln!("rust: {event:?}"),
            _ => {}
        }
    }

    async fn until(&mut self, done: impl Fn(&Self) -> bool) -> Result<()> {
        let end = tokio::time::Instant::now() + PATIENCE;
        while !done(self) {
            tokio::time::timeout_at(end, self.step()).await.map_err(|_| "not in time")?;
        }
        Ok(())
    }

    async fn run(&mut self, words: &[&str]) -> Result<String> {
        match words {
            ["listen", relay] => {
                self.swarm.listen_on("/ip4/0.0.0.0/udp/0/quic-v1".parse()?)?;
                let relay: Multiaddr = relay.parse()?;
                self.swarm.dial(relay.clone())?;
                self.until(|node| node.seen).await?;
                self.swarm.listen_on(relay.with(Protocol::P2pCircuit))?;
                self.until(|node| node.reserved).await?;
                Ok(self.swarm.local_peer_id().to_string())
            }
            ["dial", relay, peer] => {
                let relay: Multiaddr = relay.parse()?;
                let peer: PeerId = peer.parse()?;
                self.swarm.dial(relay.with(Protocol::P2pCircuit).with(Protocol::P2p(peer)))?;
                self.direct(peer).await
            }
            ["direct", peer] => self.direct(peer.parse()?).await,
            _ => Err("unknown".into()),
        }
    }

    async fn direct(&mut self, peer: PeerId) -> Result<String> {
        self.until(|node| node.direct.contains_key(&peer)).await?;
        Ok(self.direct[&peer].to_string())
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let swarm = SwarmBuilder::with_new_identity()
        .with_tokio()
        .with_quic()
        .with_relay_client(noise::Config::new, yamux::Config::default)?
        .with_behaviour(|key, relay| Behaviour {
            relay,
            dcutr: dcutr::Behaviour::new(key.public().to_peer_id()),
            identify: identify::Behaviour::new(identify::Config::new("shoal.test".into(), key.public())),
        })?
        .with_swarm_config(|config| config.with_idle_connection_timeout(PATIENCE))
        .build();
    let mut node = Node { swarm, direct: HashMap::new(), reserved: false, seen: false };
    let (lines, mut asked) = mpsc::channel::<String>(8);
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(std::result::Result::ok) {
            if lines.blocking_send(line).is_err() {
                return;
            }
        }
    });
    loop {
        let line = tokio::select! {
            line = asked.recv() => line,
            () = node.step() => continue,
        };
        let Some(line) = line else { return Ok(()) };
        let words: Vec<&str> = line.split(' ').collect();
        match node.run(&words).await {
            Ok(answer) => println!("{{\"ok\":\"{answer}\"}}"),
            Err(error) => println!("{{\"error\":{:?}}}", error.to_string()),
        }
    }
}
