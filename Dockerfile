# Builds the wheel with its compiled modules, then installs it alone: the image holds no compiler and no source tree,
# and runs as nobody.
# EXTRAS are the package's extras to install as well: "[service,history]".
FROM python:3.11-slim AS build
RUN apt-get update && apt-get install --no-install-recommends -y gcc libc6-dev
WORKDIR /src
COPY . .
RUN pip wheel --no-cache-dir --no-deps -w /wheels .

FROM python:3.11-slim
ARG EXTRAS=""
COPY --from=build /wheels /wheels
COPY constraints.txt /tmp/constraints.txt
RUN pip install --no-cache-dir -c /tmp/constraints.txt "$(ls /wheels/*.whl)${EXTRAS}" \
    && rm -rf /wheels /tmp/constraints.txt \
    && mkdir /keys && chown nobody /keys
USER nobody
WORKDIR /mail
ENTRYPOINT ["score"]
CMD ["--help"]
