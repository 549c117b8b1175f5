# syntax=docker/dockerfile:1
#
# The controller's image: one file of JavaScript on a Node without a shell, as a user that is not root. The root file
# system may be read-only. Build it with the version in package.json:
#
#   docker build -t registry.example.com/understudy-controller:0.1.0 .
#
# Bases are pinned by tag, so that a rebuild takes their security fixes. To pin the very bytes, append the digest that
# `docker buildx imagetools inspect IMAGE:TAG` prints, as IMAGE:TAG@sha256:….

# The bundle is the same for every platform, so it is made on the builder's own.
FROM --platform=$BUILDPLATFORM node:22-bookworm-slim AS build
WORKDIR /source
COPY package.json package-lock.json .npmrc ./
# Nothing of what is built needs a package's install script.
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY src ./src
COPY controller ./controller
COPY scripts ./scripts
RUN npm run build:controller

FROM gcr.io/distroless/nodejs22-debian12:nonroot
LABEL org.opencontainers.image.title="Understudy controller" \
      org.opencontainers.image.description="Fails applications over between two AWS regions" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="0.1.0"
ENV NODE_ENV=production
WORKDIR /app
# Owned by root: the process cannot change its own code.
COPY --from=build /source/build/controller/ ./
# As a number, so that the kubelet can tell that it is not root.
USER 65532:65532
# /metrics; /healthz and /readyz
EXPOSE 8080 8081
# Kubernetes probes it; the image has no program that could.
HEALTHCHECK NONE
ENTRYPOINT ["/nodejs/bin/node", "--enable-source-maps", "/app/main.mjs"]
