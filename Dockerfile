# The packages come from the lock file, in a stage of their own: npm's cache and its scripts stay behind.
FROM node:26-slim AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev

FROM node:26-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY package.json ./
COPY proto ./proto
COPY plugins ./plugins
COPY src ./src

# Identity and database live here, readable by the gateway alone.
RUN install -d -m 0700 -o node -g node /data
VOLUME /data
ENV DATA_DIR=/data HTTP_HOST=0.0.0.0 HTTP_PORT=8085

USER node
EXPOSE 60000 8085
STOPSIGNAL SIGTERM

# Live, not ready: a gateway that waits for peers or for gorush is not mended by a restart.
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.HTTP_PORT}/health/live`, { signal: AbortSignal.timeout(2000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]

CMD ["node", "src/main.ts", "start"]
