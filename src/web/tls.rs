//! Certificates: an authority of this machine's own, which a phone installs once, and what it signs for the service.

use base64::Engine;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, date_time_ymd,
};
use sha2::{Digest, Sha256};
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// The years in which the authority is good.
const YEARS: (i32, i32) = (2026, 2046);
/// Addresses of this machine and of private networks (RFC 1918, 3927, 4193, 4291, 6598): those that it may sign for,
/// besides its own at the time when it is made.
const PRIVATE: [&str; 9] = [
    "127.0.0.0/8",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "100.64.0.0/10",
    "::1/128",
    "fc00::/7",
    "fe80::/10",
];
/// Names that nobody can have on the Internet.
const LOCAL: [&str; 4] = ["localhost", "local", "internal", "home.arpa"];

/// Why there is no certificate.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("cannot use {path}")]
    File {
        path: PathBuf,
        #[source]
        cause: io::Error,
    },
    #[error("cannot make a certificate")]
    Make(#[from] rcgen::Error),
    #[error("{0} is no certificate")]
    Damaged(PathBuf),
}

/// The authority of this machine.
pub struct Authority {
    key: KeyPair,
    certificate: String,
}

/// A certificate with its key, as PEM.
pub struct Signed {
    pub chain: String,
    pub key: String,
}

impl Authority {
    /// The authority that is kept in `dir`; a new one where there is none. That one can sign for private networks, local
    /// names and `hosts` alone: whoever got hold of its key could not be any other site for a phone that trusts it.
    ///
    /// # Errors
    /// [`TlsError`].
    pub fn open(dir: &Path, hosts: &[String]) -> Result<Self, TlsError> {
        let (at_key, at_certificate) = (dir.join("authority.key"), dir.join("authority.crt"));
        if at_key.is_file() && at_certificate.is_file() {
            let key = KeyPair::from_pem(&read(&at_key)?)?;
            return Ok(Self { key, certificate: read(&at_certificate)? });
        }
        let key = KeyPair::generate()?;
        let mut limited = params()?;
        limited.name_constraints = Some(constraints(hosts));
        let certificate = limited.self_signed(&key)?.pem();
        fs::create_dir_all(dir).map_err(|cause| TlsError::File { path: dir.to_owned(), cause })?;
        write(&at_key, &key.serialize_pem())?;
        write(&at_certificate, &certificate)?;
        Ok(Self { key, certificate })
    }

    /// Signs a certificate for a service that is called so. Phones take none that is good for more than two years.
    ///
    /// # Errors
    /// [`TlsError::Make`].
    pub fn sign(&self, hosts: &[String], year: i32) -> Result<Signed, TlsError> {
        let mut leaf = CertificateParams::new(hosts)?;
        leaf.distinguished_name = named("Guardian");
        leaf.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        leaf.use_authority_key_identifier_extension = true;
        leaf.not_before = date_time_ymd(year, 1, 1);
        leaf.not_after = date_time_ymd(year + 2, 1, 1);
        let key = KeyPair::generate()?;
        let authority = params()?;
        let issuer = Issuer::from_params(&authority, &self.key);
        let certificate = leaf.signed_by(&key, &issuer)?;
        Ok(Signed { chain: format!("{}{}", certificate.pem(), self.certificate), key: key.serialize_pem() })
    }

    /// The authority's certificate, for a phone to install.
    pub fn pem(&self) -> &str {
        &self.certificate
    }

    /// The sha256 of the authority's certificate, by which it is known.
    ///
    /// # Errors
    /// [`TlsError::Damaged`].
    pub fn fingerprint(&self) -> Result<String, TlsError> {
        let text: String = self.certificate.lines().filter(|line| !line.starts_with("-----")).collect();
        let der = base64::engine::general_purpose::STANDARD.decode(text.trim());
        let der = der.map_err(|_| TlsError::Damaged("authority.crt".into()))?;
        let bytes: Vec<String> = Sha256::digest(&der).iter().map(|b| format!("{b:02X}")).collect();
        Ok(bytes.join(":"))
    }
}

fn named(name: &str) -> DistinguishedName {
    let mut all = DistinguishedName::new();
    all.push(DnType::CommonName, name);
    all
}

/// What the authority is, apart from its key.
fn params() -> Result<CertificateParams, TlsError> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name = named("Guardian of this machine");
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    (params.not_before, params.not_after) = (date_time_ymd(YEARS.0, 1, 1), date_time_ymd(YEARS.1, 1, 1));
    Ok(params)
}

/// What the authority may sign for.
fn constraints(hosts: &[String]) -> NameConstraints {
    let subnet = |said: &str| {
        let (address, bits) = said.split_once('/')?;
        Some(CidrSubnet::from_addr_prefix(address.parse().ok()?, bits.parse().ok()?))
    };
    let mut permitted: Vec<GeneralSubtree> =
        PRIVATE.iter().filter_map(|said| subnet(said)).map(GeneralSubtree::IpAddress).collect();
    permitted.extend(LOCAL.map(|name| GeneralSubtree::DnsName(name.to_owned())));
    permitted.extend(hosts.iter().map(|host| match host.parse::<IpAddr>() {
        Ok(address) => {
            let bits = if address.is_ipv4() { 32 } else { 128 };
            GeneralSubtree::IpAddress(CidrSubnet::from_addr_prefix(address, bits))
        }
        Err(_) => GeneralSubtree::DnsName(host.clone()),
    }));
    NameConstraints { permitted_subtrees: permitted, excluded_subtrees: Vec::new() }
}

fn read(path: &Path) -> Result<String, TlsError> {
    fs::read_to_string(path).map_err(|cause| TlsError::File { path: path.to_owned(), cause })
}

/// Writes for this person's eyes only.
fn write(path: &Path, text: &str) -> Result<(), TlsError> {
    let failed = |cause| TlsError::File { path: path.to_owned(), cause };
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path).map_err(failed)?;
    file.write_all(text.as_bytes()).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_authority_stays_and_signs() {
        let dir = tempfile::tempdir().unwrap();
        let hosts = ["203.0.113.7".to_owned(), "desk.example".to_owned()];
        let first = Authority::open(dir.path(), &hosts).unwrap();
        let again = Authority::open(dir.path(), &[]).unwrap();
        assert_eq!(first.fingerprint().unwrap(), again.fingerprint().unwrap());
        assert_eq!(first.fingerprint().unwrap().len(), 95);
        let signed = again.sign(&["192.0.2.1".into(), "desk.local".into()], 2026).unwrap();
        assert_eq!(signed.chain.matches("BEGIN CERTIFICATE").count(), 2);
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(dir.path().join("authority.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
