# Built in one stage, run from another: the image holds Python, the locked packages and the program, nothing else.
FROM python:3.12-slim AS build
WORKDIR /build
RUN python -m venv /opt/bluehelm
COPY requirements-run.lock ./
RUN /opt/bluehelm/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements-run.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY feeds ./feeds
COPY seeds ./seeds
COPY config ./config
# The wheel carries the code; the configuration and the watches are read from /app, where they can be replaced.
RUN /opt/bluehelm/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --no-index .

FROM python:3.12-slim
RUN useradd --system --uid 10001 --create-home --home-dir /home/bluehelm bluehelm \
    && mkdir /data && chown bluehelm /data
COPY --from=build /opt/bluehelm /opt/bluehelm
WORKDIR /app
COPY config ./config
COPY seeds ./seeds
ENV PATH=/opt/bluehelm/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BLUEHELM_CONFIG=/app/config/bluehelm.toml \
    BLUEHELM_DATABASE=/data/bluehelm.db
USER bluehelm
VOLUME /data
# Reads the age of the last tick from the database: a scheduler that has stopped is unhealthy.
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --retries=3 CMD ["bluehelm", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["bluehelm"]
CMD ["run"]
