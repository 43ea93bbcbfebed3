# The program in a container. docs/container.md tells how to build and use it.
#
#   docker build -t senang-conformance .                                             the program and nothing else
#   docker build -t senang-conformance:with-browser --target with-browser .          with Chromium and a shell

ARG DEBIAN=bookworm

FROM rust:1.95-slim-${DEBIAN} AS build
# git tells the program from which commit it was built.
RUN apt-get update \
    && apt-get install -y --no-install-recommends git musl-tools \
    && rm -rf /var/lib/apt/lists/* \
    && rustup target add "$(uname -m)-unknown-linux-musl"
WORKDIR /src
COPY . .
RUN target="$(uname -m)-unknown-linux-musl" \
    && cargo build --release --locked --target "$target" \
    && install -D "target/$target/release/senang-conformance" /out/senang-conformance \
    && install -d -m 1777 /out/tmp \
    && install -d -o 10001 -g 10001 /out/work \
    && install -D -m 644 /etc/ssl/certs/ca-certificates.crt /out/etc/ssl/certs/ca-certificates.crt \
    && echo 'senang:x:10001:10001::/work:/senang-conformance' > /out/etc/passwd \
    && echo 'senang:x:10001:' > /out/etc/group

FROM debian:${DEBIAN}-slim AS with-browser
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates chromium \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --user-group --no-create-home --home-dir /work senang \
    && install -d -o 10001 -g 10001 /work \
    && ln -s /senang-conformance /usr/local/bin/senang-conformance
COPY --from=build /out/senang-conformance /senang-conformance
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["/senang-conformance"]
CMD ["--help"]

FROM scratch AS minimal
COPY --from=build /out/ /
USER 10001:10001
WORKDIR /work
ENTRYPOINT ["/senang-conformance"]
CMD ["--help"]
