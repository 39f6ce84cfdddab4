# The command `watsi` as a static binary in an empty image:
#
#   docker build --tag watsi .
#   docker run --rm --volume "$PWD:/work" watsi conform --har traffic.har

FROM rust:1.98.0-alpine3.24@sha256:a10e64dd139b7387337c7fbe8aca31b959b57b2fd4c8ae20a02cf1d6ea424dce AS build
# hadolint ignore=DL3018 # Alpine removes old versions of its packages.
RUN apk add --no-cache musl-dev
WORKDIR /source
COPY . .
RUN cargo build --locked --profile dist --package watsi-cli

FROM scratch
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /source/target/dist/watsi /watsi
WORKDIR /work
USER 65532:65532
ENTRYPOINT ["/watsi"]
