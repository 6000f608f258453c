# The router. Asterisk has an image of its own: deploy/asterisk/Dockerfile.
FROM python:3.12-slim-bookworm AS wheel
WORKDIR /source
COPY requirements-build.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-build.lock
COPY . ./
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheel .

FROM python:3.12-slim-bookworm AS environment
WORKDIR /source
RUN python -m venv /opt/teamline
COPY requirements-runtime.lock ./
RUN /opt/teamline/bin/pip install --no-cache-dir --require-hashes -r requirements-runtime.lock
COPY --from=wheel /wheel /wheel
RUN /opt/teamline/bin/pip install --no-cache-dir --no-deps --no-index /wheel/*.whl

FROM python:3.12-slim-bookworm
LABEL org.opencontainers.image.title="Teamline router" \
      org.opencontainers.image.licenses="EUPL-1.2"
# Debian keeps only the newest build of a package: a pinned one could not be installed next month.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install --yes --no-install-recommends espeak-ng \
    && rm -rf /var/lib/apt/lists/*
# The same numbers in Asterisk's image: what the router renders (mode 0640) is read there.
RUN groupadd --gid 10001 teamline \
    && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /var/lib/teamline --shell /usr/sbin/nologin teamline \
    && install -d -o teamline -g teamline -m 0700 /var/lib/teamline \
    && install -d -o teamline -g teamline -m 0755 /var/cache/teamline /var/cache/teamline/prompts \
    && install -d -o teamline -g teamline -m 0750 /etc/asterisk/teamline.d /var/spool/teamline-voice
COPY --from=environment /opt/teamline /opt/teamline
ENV PATH=/opt/teamline/bin:$PATH \
    TEAMLINE_CONFIG=/etc/teamline/teams.yaml \
    TEAMLINE_DATA=/var/lib/teamline \
    TEAMLINE_PROMPTS=/var/cache/teamline/prompts
WORKDIR /var/lib/teamline
USER 10001:10001
VOLUME ["/var/lib/teamline", "/var/cache/teamline/prompts"]
EXPOSE 4573 8080 9464
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen('http://127.0.0.1:' + os.environ.get('TEAMLINE_HTTP_PORT', '8080') + '/healthz', timeout=3)"]
ENTRYPOINT ["teamline"]
CMD ["serve"]
