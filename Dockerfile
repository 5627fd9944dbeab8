# The database is outside: the embedded PostgreSQL and the bundled Node are optional packages and stay out of the image.
ARG NODE_IMAGE=node:26-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
# With the optional packages: the compiler is one of them.
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
RUN npm run build

FROM ${NODE_IMAGE}
ARG POLITY_SOURCE_REVISION=""
LABEL org.opencontainers.image.title="polity" \
      org.opencontainers.image.revision="${POLITY_SOURCE_REVISION}"
# One arena and a young generation of 8 MiB, as npm start has them: less than 200 MB of memory instead of 250 and more.
ENV NODE_ENV=production \
    MALLOC_ARENA_MAX=1 \
    HOST=0.0.0.0 \
    PORT=4000 \
    POLITY_DATA_DIR=/var/lib/polity \
    POLITY_SOURCE_REVISION=${POLITY_SOURCE_REVISION}
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --omit=optional && npm cache clean --force \
    && ln -s /app/bin/polity.js /usr/local/bin/polity \
    && install -d -o node -g node -m 0700 /var/lib/polity
COPY bin ./bin
COPY scripts/lib ./scripts/lib
COPY migrations ./migrations
COPY --from=build /app/dist/src ./dist/src
USER node
EXPOSE 4000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/livez`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "--max-semi-space-size=8", "dist/src/main.js"]
