//! Certificates of every wrong kind, in real handshakes in memory.

use std::sync::Arc;

use libp2p_identity::Keypair;
use rcgen::{CertificateParams, CustomExtension, KeyPair, date_time_ymd};
use rustls::{
    ClientConfig, ClientConnection, ServerConfig, ServerConnection,
    pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer},
    sign::{CertifiedKey, SingleCertAndKey},
};

use super::{Verifier, certificate, configs, peer_of, provider};

const OID: &[u64] = &[1, 3, 6, 1, 4, 1, 53594, 1, 1];

fn octets(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![4, bytes.len() as u8];
    out.extend_from_slice(bytes);
    out
}

/// The libp2p extension of `identity` for the certificate key `key`.
fn extension(identity: &Keypair, key: &KeyPair) -> CustomExtension {
    let message = [b"libp2p-tls-handshake:", key.public_key_der().as_slice()].concat();
    let signature = identity.sign(&message).expect("Ed25519 signs");
    let mut body = octets(&identity.public().encode_protobuf());
    body.extend(octets(&signature));
    let mut sequence = vec![0x30, body.len() as u8];
    sequence.extend(body);
    let mut extension = CustomExtension::from_oid_content(OID, sequence);
    extension.set_criticality(true);
    extension
}

fn signed(
    mut params: CertificateParams,
    key: &KeyPair,
    extensions: Vec<CustomExtension>,
) -> Vec<u8> {
    params.custom_extensions = extensions;
    params.self_signed(key).expect("a certificate").der().to_vec()
}

fn server_with(chain: Vec<Vec<u8>>, key: &KeyPair) -> ServerConfig {
    let chain = chain.into_iter().map(CertificateDer::from).collect();
    let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let key = rustls::crypto::ring::sign::any_ecdsa_type(&key).expect("a P-256 key");
    let resolver = SingleCertAndKey::from(CertifiedKey::new(chain, key));
    let mut config = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .with_client_cert_verifier(Arc::new(Verifier))
        .with_cert_resolver(Arc::new(resolver));
    config.alpn_protocols = vec![b"libp2p".to_vec()];
    config
}

/// Whether the handshake of these two ends well on both sides.
fn shake(client: ClientConfig, server: ServerConfig) -> bool {
    let name = "l".try_into().expect("a name");
    let mut client = ClientConnection::new(Arc::new(client), name).expect("a client");
    let mut server = ServerConnection::new(Arc::new(server)).expect("a server");
    for _ in 0..8 {
        let mut bytes = Vec::new();
        while client.wants_write() {
            client.write_tls(&mut bytes).expect("memory");
        }
        let _ = server.read_tls(&mut bytes.as_slice());
        if server.process_new_packets().is_err() {
            return false;
        }
        let mut bytes = Vec::new();
        while server.wants_write() {
            server.write_tls(&mut bytes).expect("memory");
        }
        let _ = client.read_tls(&mut bytes.as_slice());
        if client.process_new_packets().is_err() {
            return false;
        }
    }
    !client.is_handshaking() && !server.is_handshaking()
}

fn ours() -> (ClientConfig, ServerConfig) {
    configs(&Keypair::generate_ed25519()).expect("configurations")
}

#[test]
fn two_of_ours_agree() {
    assert!(shake(ours().0, ours().1));
}

#[test]
fn a_client_without_certificate_is_refused() {
    let mut client = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])
        .expect("TLS 1.3")
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier))
        .with_no_client_auth();
    client.alpn_protocols = vec![b"libp2p".to_vec()];
    assert!(!shake(client, ours().1));
}

#[test]
fn another_protocol_is_refused() {
    let mut client = ours().0;
    client.alpn_protocols = vec![b"h3".to_vec()];
    assert!(!shake(client, ours().1));
}

#[test]
fn a_good_certificate_of_other_making_passes() {
    let (identity, key) = (Keypair::generate_ed25519(), KeyPair::generate().expect("a key"));
    let der = signed(CertificateParams::default(), &key, vec![extension(&identity, &key)]);
    let peer = peer_of(&CertificateDer::from(der.clone()));
    assert_eq!(peer, Some(identity.public().to_peer_id()));
    assert!(shake(ours().0, server_with(vec![der], &key)));
}

#[test]
fn a_known_certificate_helps_nobody_without_its_key() {
    let (identity, key) = (Keypair::generate_ed25519(), KeyPair::generate().expect("a key"));
    let der = signed(CertificateParams::default(), &key, vec![extension(&identity, &key)]);
    assert!(shake(ours().0, server_with(vec![der.clone()], &key)));
    assert!(shake(ours().0, server_with(vec![der.clone()], &key)));
    let other = KeyPair::generate().expect("a key");
    assert!(!shake(ours().0, server_with(vec![der], &other)));
}

#[test]
fn certificates_of_every_wrong_kind_are_refused() {
    let identity = Keypair::generate_ed25519();
    let (key, other) = (KeyPair::generate().expect("a key"), KeyPair::generate().expect("a key"));
    let good = || extension(&identity, &key);
    let plain = CertificateParams::default;
    let mut garbled = CustomExtension::from_oid_content(OID, vec![0x30, 3, 4, 1, 0]);
    garbled.set_criticality(true);
    let mut unknown = CustomExtension::from_oid_content(&[1, 2, 3, 4], vec![5, 0]);
    unknown.set_criticality(true);
    let mut expired = plain();
    expired.not_after = date_time_ymd(2001, 1, 1);
    let mut early = plain();
    early.not_before = date_time_ymd(2999, 1, 1);

    let fine = signed(plain(), &key, vec![good()]);
    let chains = [
        ("no extension", vec![signed(plain(), &key, vec![])]),
        (
            "extension for another key",
            vec![signed(plain(), &key, vec![extension(&identity, &other)])],
        ),
        ("extension twice", vec![signed(plain(), &key, vec![good(), good()])]),
        ("garbled extension", vec![signed(plain(), &key, vec![garbled])]),
        ("unknown critical extension", vec![signed(plain(), &key, vec![good(), unknown])]),
        ("expired", vec![signed(expired, &key, vec![good()])]),
        ("not yet valid", vec![signed(early, &key, vec![good()])]),
        ("two certificates", vec![fine.clone(), fine.clone()]),
    ];
    for (kind, chain) in chains {
        assert!(!shake(ours().0, server_with(chain, &key)), "accepted: {kind}");
    }
}

#[test]
fn a_flipped_bit_is_never_accepted_and_never_a_panic() {
    let identity = Keypair::generate_ed25519();
    let (der, _) = certificate::generate(&identity).expect("a certificate");
    for bit in 0..der.len() * 8 {
        let mut bytes = der.to_vec();
        bytes[bit / 8] ^= 1 << (bit % 8);
        let peer = peer_of(&CertificateDer::from(bytes));
        assert!(peer.is_none_or(|peer| peer == identity.public().to_peer_id()), "bit {bit}");
    }
}
