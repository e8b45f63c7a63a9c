# One image for every part: threadproof api, threadproof worker, threadproof scheduler.

FROM python:3.11-slim AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
RUN python -m venv /opt/threadproof
WORKDIR /src
# The dependencies first: their layer stays while only our code changes. Each is checked against its hash.
COPY requirements.txt ./
RUN /opt/threadproof/bin/pip install --require-hashes -r requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY server ./server
COPY workers ./workers
RUN /opt/threadproof/bin/pip install --no-deps --no-build-isolation .

FROM python:3.11-slim
RUN useradd --system --uid 10001 --create-home threadproof \
    && install --directory --owner=threadproof --mode=0700 /data
COPY --from=build /opt/threadproof /opt/threadproof
ENV PATH=/opt/threadproof/bin:$PATH PYTHONUNBUFFERED=1 THREADPROOF_DATA=/data
USER threadproof
WORKDIR /home/threadproof
VOLUME /data
EXPOSE 8321
ENTRYPOINT ["threadproof"]
CMD ["--help"]
