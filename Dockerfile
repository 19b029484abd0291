# Debian 13: its SQLite removes words from a search index at once (3.42 and later)
FROM python:3.13-slim-trixie AS build
WORKDIR /src
COPY pyproject.toml README.md LICENSE ./
COPY dedup dedup
COPY service service
COPY seeds seeds
RUN python -m venv /opt/wiretwin && /opt/wiretwin/bin/pip install --no-cache-dir .

FROM python:3.13-slim-trixie
RUN useradd --system --create-home --home-dir /data wiretwin
COPY --from=build /opt/wiretwin /opt/wiretwin
ENV PATH=/opt/wiretwin/bin:$PATH PYTHONUNBUFFERED=1 WIRETWIN_STORE=sqlite:////data/wiretwin.db
USER wiretwin
WORKDIR /data
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ.get('WIRETWIN_PORT', '8080') + '/healthz', timeout=4)"]
# It starts with keys only: docker run -e WIRETWIN_API_KEYS=... or, where nobody else can reach
# the port, docker run -p 127.0.0.1:8080:8080 -e WIRETWIN_ALLOW_ANONYMOUS=true
CMD ["wiretwin", "serve", "--host", "0.0.0.0"]
