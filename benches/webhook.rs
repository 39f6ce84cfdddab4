//! Verifying a delivery against plain `hmac` over the same bytes: `cargo bench --bench webhook`.
//! The goal is a ratio of at most 1.10 in one run.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use watsi::webhook::{Verifier, sign};

const SECRET: &str = "whsec_0123456789abcdef";

/// What a user would write by hand, from <https://docs.watsi.ai/webhooks/signing>.
fn by_hand(body: &[u8], signature: &str) -> bool {
    let mut mac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(body);
    mac.verify_slice(&hex::decode(signature).unwrap()).is_ok()
}

fn verify(criterion: &mut Criterion) {
    let verifier = Verifier::new(SECRET).unwrap();
    let mut group = criterion.benchmark_group("verify");
    for size in [300, 4_000, 1_000_000] {
        let body = vec![b'x'; size];
        let signature = sign(SECRET, &body);
        group.throughput(Throughput::Bytes(size as u64));
        group.bench_function(BenchmarkId::new("by hand", size), |bencher| {
            bencher.iter(|| by_hand(black_box(&body), black_box(&signature)));
        });
        group.bench_function(BenchmarkId::new("watsi", size), |bencher| {
            bencher.iter(|| verifier.verify_signature(black_box(&body), black_box(&signature)));
        });
    }
}

criterion_group!(benches, verify);
criterion_main!(benches);
