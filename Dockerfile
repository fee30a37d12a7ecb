# Built in one stage, run from another: the image holds Python, the locked packages and the program, nothing else.
FROM python:3.12-slim AS build
WORKDIR /build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# Two environments: what is shipped has no installer of its own; the one with the build tools fills it and stays behind.
# The lock is complete but for pip, which sqlite-utils asks for to install plugins by hand: hence --no-deps.
RUN python -m venv /opt/tools && python -m venv --without-pip /opt/bluehelm
COPY requirements-build.lock requirements-run.lock ./
RUN /opt/tools/bin/pip install --require-hashes -r requirements-build.lock \
    && /opt/tools/bin/pip --python /opt/bluehelm/bin/python install --no-deps --require-hashes -r requirements-run.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY feeds ./feeds
COPY seeds ./seeds
COPY config ./config
# The wheel carries the code; the configuration and the watches are read from /app, where they can be replaced.
RUN /opt/tools/bin/pip wheel --no-deps --no-build-isolation --no-index --wheel-dir dist . \
    && /opt/tools/bin/pip --python /opt/bluehelm/bin/python install --no-deps --no-index dist/*.whl

FROM python:3.12-slim
# The base image brings pip, and the means to bring it back: nothing that runs here installs anything.
RUN pip uninstall --yes --root-user-action=ignore pip && rm -rf /usr/local/lib/python3.*/ensurepip \
    && useradd --system --uid 10001 --create-home --home-dir /home/bluehelm bluehelm \
    && mkdir /data && chown 10001 /data
COPY --from=build /opt/bluehelm /opt/bluehelm
WORKDIR /app
COPY config/*.toml ./config/
COPY seeds/watches ./seeds/watches
ENV PATH=/opt/bluehelm/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    BLUEHELM_CONFIG=/app/config/bluehelm.toml \
    BLUEHELM_DATABASE=/data/bluehelm.db
# What is made of the lexicon is kept beside it, where the user below cannot write.
RUN echo '{"title": "a first text"}' > /tmp/first.jsonl && bluehelm classify /tmp/first.jsonl > /dev/null \
    && rm /tmp/first.jsonl
# By number, so that whoever runs the image sees without looking inside that it is not root.
USER 10001
VOLUME /data
# Reads the age of the last tick from the database: a scheduler that has stopped is unhealthy.
HEALTHCHECK --interval=1m --timeout=10s --start-period=1m --retries=3 CMD ["bluehelm", "health"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["bluehelm"]
CMD ["run"]
