//! TLS 1.3 as libp2p wants it. Certificates are made, parsed and verified by the crate libp2p-tls; its ready
//! configurations put ChaCha20 first, which costs three times AES-GCM on every processor that has AES.

use std::{cell::RefCell, collections::HashMap, sync::Arc};

use libp2p_identity::{Keypair, PeerId};
use libp2p_tls::certificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, DistinguishedName, Error, ServerConfig,
    SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{
        CryptoProvider,
        ring::cipher_suite::{
            TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, TLS13_CHACHA20_POLY1305_SHA256,
        },
        verify_tls13_signature_with_raw_key,
    },
    pki_types::{CertificateDer, ServerName, SubjectPublicKeyInfoDer, UnixTime},
    server::danger::{ClientCertVerified, ClientCertVerifier},
    sign::{CertifiedKey, SingleCertAndKey},
};

const ALPN: &[u8] = b"libp2p";
const SCHEMES: &[SignatureScheme] = &[
    SignatureScheme::ECDSA_NISTP384_SHA384,
    SignatureScheme::ECDSA_NISTP256_SHA256,
    SignatureScheme::ED25519,
    SignatureScheme::RSA_PSS_SHA512,
    SignatureScheme::RSA_PSS_SHA384,
    SignatureScheme::RSA_PSS_SHA256,
];

type AnyError = Box<dyn std::error::Error + Send + Sync>;

/// Whether this processor has instructions for AES.
fn has_aes() -> bool {
    #[cfg(target_arch = "x86_64")]
    return std::arch::is_x86_feature_detected!("aes");
    #[cfg(target_arch = "aarch64")]
    return std::arch::is_aarch64_feature_detected!("aes");
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    false
}

fn provider() -> Arc<CryptoProvider> {
    let mut provider = rustls::crypto::ring::default_provider();
    let chacha = TLS13_CHACHA20_POLY1305_SHA256;
    provider.cipher_suites = if has_aes() {
        vec![TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384, chacha]
    } else {
        vec![chacha, TLS13_AES_128_GCM_SHA256, TLS13_AES_256_GCM_SHA384]
    };
    Arc::new(provider)
}

/// Both configurations of one node, with one fresh certificate.
pub fn configs(keypair: &Keypair) -> Result<(ClientConfig, ServerConfig), AnyError> {
    let (certificate, key) = certificate::generate(keypair)?;
    let key = rustls::crypto::ring::sign::any_ecdsa_type(&key)?;
    let resolver = SingleCertAndKey::from(CertifiedKey::new(vec![certificate], key));
    let resolver = Arc::new(resolver);

    let mut client = ClientConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(Verifier))
        .with_client_cert_resolver(resolver.clone());
    client.alpn_protocols = vec![ALPN.to_vec()];
    let mut server = ServerConfig::builder_with_provider(provider())
        .with_protocol_versions(&[&rustls::version::TLS13])?
        .with_client_cert_verifier(Arc::new(Verifier))
        .with_cert_resolver(resolver);
    server.alpn_protocols = vec![ALPN.to_vec()];

    // A resumed session carries no certificate, and tickets would let others link our connections.
    client.resumption = rustls::client::Resumption::disabled();
    server.send_tls13_tickets = 0;
    server.session_storage = Arc::new(rustls::server::NoServerSessionStorage {});
    Ok((client, server))
}

/// Certificates that were found valid: two signatures are checked once, not for each connection and again when its handshake
/// is done. A peer has one for as long as its process lives. When full, all are forgotten.
const VERIFIED_MAX: usize = 4_096;
/// Ours have some 400 bytes; larger ones are verified each time.
const VERIFIED_BYTES_MAX: usize = 1_024;

thread_local! {
    static VERIFIED: RefCell<HashMap<Vec<u8>, PeerId>> = RefCell::new(HashMap::new());
}

/// The peer ID of a valid libp2p certificate.
pub fn peer_of(der: &CertificateDer<'_>) -> Option<PeerId> {
    verified(der).ok()
}

/// Who a certificate speaks for. That its sender has the key it names is another question.
fn verified(der: &CertificateDer<'_>) -> Result<PeerId, Error> {
    if let Some(peer) = VERIFIED.with_borrow(|known| known.get(der.as_ref()).copied()) {
        let (_, parsed) = x509_parser::parse_x509_certificate(der)
            .map_err(|_| Error::from(CertificateError::BadEncoding))?;
        let now = parsed.validity().is_valid();
        return if now { Ok(peer) } else { Err(CertificateError::Expired.into()) };
    }
    let peer = certificate::parse(der)?.peer_id();
    if der.len() <= VERIFIED_BYTES_MAX {
        VERIFIED.with_borrow_mut(|known| {
            if known.len() >= VERIFIED_MAX {
                known.clear();
            }
            known.insert(der.to_vec(), peer);
        });
    }
    Ok(peer)
}

/// Exactly one certificate, self-signed, with the libp2p extension: who it is decides the caller.
#[derive(Debug)]
struct Verifier;

impl Verifier {
    fn certificate(end: &CertificateDer<'_>, rest: &[CertificateDer<'_>]) -> Result<(), Error> {
        if !rest.is_empty() {
            return Err(CertificateError::BadEncoding.into());
        }
        verified(end).map(|_| ())
    }

    fn signature(
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        // rustls has had this very certificate verified before; what is left needs its key alone.
        let parsed = x509_parser::parse_x509_certificate(certificate);
        let (_, parsed) = parsed.map_err(|_| CertificateError::BadEncoding)?;
        let key = SubjectPublicKeyInfoDer::from(parsed.public_key().raw);
        let algorithms = rustls::crypto::ring::default_provider().signature_verification_algorithms;
        verify_tls13_signature_with_raw_key(message, &key, signed, &algorithms)
    }

    fn no_tls12() -> Result<HandshakeSignatureValid, Error> {
        Err(Error::General("libp2p takes TLS 1.3 only".into()))
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        rest: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Self::certificate(end, rest)?;
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::no_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        SCHEMES.to_vec()
    }
}

impl ClientCertVerifier for Verifier {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end: &CertificateDer<'_>,
        rest: &[CertificateDer<'_>],
        _: UnixTime,
    ) -> Result<ClientCertVerified, Error> {
        Self::certificate(end, rest)?;
        Ok(ClientCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        _: &[u8],
        _: &CertificateDer<'_>,
        _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::no_tls12()
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Self::signature(message, certificate, signed)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        SCHEMES.to_vec()
    }
}

#[cfg(test)]
#[path = "tls_tests.rs"]
mod tests;
