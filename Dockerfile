# Two stages: the first builds a virtual environment from the lock file, the second runs it and holds nothing else.
FROM python:3.12-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PYTHONDONTWRITEBYTECODE=1
RUN python -m venv /opt/venv
WORKDIR /src
# The lock file alone first: code changes more often than dependencies do.
COPY requirements.txt ./
RUN /opt/venv/bin/python -m pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot ./bot
COPY handlers ./handlers
COPY playbooks ./playbooks
COPY sandbox ./sandbox
RUN /opt/venv/bin/python -m pip install --no-deps --no-build-isolation .

FROM python:3.12-slim-bookworm
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8080
RUN useradd --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin pawdeploy \
    && install -d -o pawdeploy -g pawdeploy -m 0750 /app/var
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
# The team's own files; mount others over them. Secrets come from the environment and are never part of the image.
COPY pawdeploy.toml app.manifest.yaml ./
USER 10001:10001
# State, when DATABASE_URL does not point to PostgreSQL.
VOLUME ["/app/var"]
EXPOSE 8080
HEALTHCHECK --interval=15s --timeout=5s --start-period=20s --retries=3 CMD ["python", "-c", "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=4).close()"]
# Exec form: the bot is process 1, hears SIGTERM itself and drains before it goes.
STOPSIGNAL SIGTERM
ENTRYPOINT ["pawdeploy"]
CMD ["run"]
