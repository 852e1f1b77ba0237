# The program in a container, compiled, with a Node of its own.
#   docker build --tag bulk-order . && docker run --rm bulk-order --help
# What the first two stages make is the same for every platform, so they run on that of the machine.
# The digest is of all platforms; "docker buildx imagetools inspect node:VERSION-slim" tells another's.

FROM --platform=$BUILDPLATFORM node:26.10.0-slim@sha256:ec7758ee051e457b468b32bde57b0879010b325bb9862718e9615225ce4aaae1 AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY development-node ./development-node
RUN ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
COPY deploy/build.ts ./deploy/build.ts
COPY examples ./examples
COPY jobs ./jobs
COPY src ./src
RUN ["npm", "run", "build"]

FROM --platform=$BUILDPLATFORM node:26.10.0-slim@sha256:ec7758ee051e457b468b32bde57b0879010b325bb9862718e9615225ce4aaae1 AS packages
WORKDIR /app
COPY package.json package-lock.json ./
# The optional packages are a compiler and native code; the program runs without them.
RUN ["npm", "ci", "--omit=dev", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]

FROM node:26.10.0-slim@sha256:ec7758ee051e457b468b32bde57b0879010b325bb9862718e9615225ce4aaae1
LABEL org.opencontainers.image.title="bulk-order" org.opencontainers.image.licenses="MIT"
WORKDIR /app
# Nothing but /data is written to, so the root file system may be read-only.
RUN ["install", "--directory", "--owner=1000", "--group=1000", "/data"]
VOLUME /data
COPY --from=packages /app/node_modules ./node_modules
COPY --from=build /app/dist ./dist
# Others reach a container by its own address. The web then wants USERS_FILE, or WEB_USER and
# WEB_PASSWORD, or it does not open; probes and Prometheus ask on HEALTH_PORT, which is not to be published.
ENV NODE_ENV=production DATA_DIR=/data HOST=0.0.0.0 PORT=3000 HEALTH_PORT=9464
# The allocator keeps less of what was freed: 15 MB in a worker.
ENV MALLOC_ARENA_MAX=1 MALLOC_TRIM_THRESHOLD_=65536
# V8 keeps less room for what is new: 50 MB in a worker, at no cost that could be measured.
ENV NODE_OPTIONS=--max-semi-space-size=8
EXPOSE 3000 9464
# The image's user "node", by its number: that is what a cluster can see to be not root.
USER 1000:1000
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.HEALTH_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
# No shell in between: SIGTERM reaches the program, which finishes what is in flight.
ENTRYPOINT ["node", "dist/src/bin.js"]
CMD ["up"]
